import { channel } from "node:diagnostics_channel";
import { readFileSync, statSync } from "node:fs";
import type { Socket } from "node:net";
import { join } from "node:path";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import type { Api, Message } from "../../app/contract/index.ts";
import { type Engine, openEngine } from "../../app/engine.ts";
import type { LanguageModel } from "../../app/llm/port.ts";
import { secretInFile } from "../../main/web/secret.ts";
import { filesContaining } from "../fixtures/database.ts";
import { writeTinyModel } from "../fixtures/gguf.ts";
import { startHostProcess } from "../fixtures/host-process.ts";
import { superviseInference } from "../fixtures/inference.ts";
import { cut, type OpenAiServer, refuse, say, stall, startOpenAiServer } from "../fixtures/openai-server.ts";
import { answerOf, ScriptedModel } from "../fixtures/scripted-model.ts";
import { connectClient, temporaryFolder } from "../fixtures/web-host.ts";

const key = "sk-quombelflax-0123456789";

let server: OpenAiServer;
let folder: string;

beforeEach(async () => {
  server = await startOpenAiServer();
  folder = temporaryFolder("ebb-remote-");
  onTestFinished(() => server.close());
});

async function open(more: { languageModel?: LanguageModel; quietMs?: number } = {}): Promise<Engine> {
  const engine = await openEngine({
    ...{ folder, clock: Date.now, host: "web", languageModel: null, secrets: secretInFile(folder) },
    ...more,
  });
  onTestFinished(() => engine.close());
  return engine;
}

const connect = (api: Api, more: { key?: string; alsoForLearning?: boolean } = {}) =>
  api.remote.connect({ address: server.origin, model: "tide-8b", alsoForLearning: false, ...more });

async function send(api: Api, text: string, conversationId: string | null = null): Promise<Message> {
  const { replyId } = await api.chat.send({ messageId: crypto.randomUUID(), conversationId, text });
  return end(api, replyId);
}

async function end(api: Api, replyId: string): Promise<Message> {
  for await (const event of await api.chat.follow({ replyId })) if (event.type === "end") return event.message;
  throw new Error("the reply did not end");
}

test("no connection is made by itself: not at the start, not by looking, not by talking, not at the next start", async () => {
  const connected: string[] = [];
  const sockets = channel("net.client.socket");
  const hear = (message: unknown): void => {
    const { socket } = message as { socket: Socket };
    connected.push(socket.remoteAddress ?? "a socket");
  };
  sockets.subscribe(hear);
  onTestFinished(() => {
    sockets.unsubscribe(hear);
  });
  const engine = await open();
  const { client } = engine;
  expect(await client.remote.state()).toEqual({ remote: null, keeping: "file" });
  expect((await client.system.status()).remote).toBeNull();
  await send(client, "I live in Lisbon.");
  expect(connected).toEqual([]);
  await connect(client);
  expect(connected.length).toBeGreaterThan(0);
  await engine.close();
  connected.length = 0;
  const asked = server.asked.length;
  const next = await open();
  expect((await next.client.system.status()).remote).toMatchObject({ model: "tide-8b" });
  await next.client.remote.state();
  expect(connected).toEqual([]);
  expect(server.asked).toHaveLength(asked);
  expect((await send(next.client, "How often does the tide come?")).text).toBe(server.reply);
});

test("a server is looked at, connected, and marks what it answered; that mark lasts, and goes along with an export", async () => {
  const engine = await open();
  const { client } = engine;
  expect(await client.remote.find({ address: `${server.origin}/v1/` })).toEqual({
    host: server.host,
    plain: false,
    here: true,
    models: [
      { id: "tide-8b", contextLength: 16_384 },
      { id: "tide-1b", contextLength: null },
    ],
  });
  await expect(
    client.remote.connect({ address: server.origin, model: "tide-70b", alsoForLearning: false }),
  ).rejects.toMatchObject({ code: "NOT_FOUND" });
  const { remote } = await connect(client);
  expect(remote).toMatchObject({ host: server.host, inUse: true, hasKey: false, contextLength: 16_384 });
  expect(await client.model.settings({ path: remote?.settingsKey ?? "" })).toMatchObject({ contextSize: 16_384 });

  const reply = await send(client, "How often does the tide come?");
  expect(reply).toMatchObject({ text: server.reply, model: "tide-8b", remote: server.host, status: "complete" });
  await client.remote.stop();
  const own = await send(client, "What do you know about me?");
  expect(own.remote).toBeNull();
  expect(server.chats).toHaveLength(1);
  expect((await client.models.outbound()).map(({ why, host }) => [why, host])).toEqual([
    ["remote-reply", server.host],
    ["remote-list", server.host],
    ["remote-list", server.host],
    ["remote-list", server.host],
  ]);
  const out = temporaryFolder("ebb-out-");
  let written = "";
  for await (const event of await client.transfer.exportAll({ folder: out, format: "json" })) {
    if (event.type === "done") written = event.path;
  }
  await engine.close();

  const again = (await open()).client;
  const { messages } = await again.conversations.get({ id: reply.conversationId });
  expect(messages.at(-1)).toMatchObject({ remote: server.host, model: "tide-8b" });
  expect((await again.system.status()).remote).toBeNull();
  await again.remote.use();
  expect((await send(again, "And now?")).remote).toBe(server.host);

  folder = temporaryFolder("ebb-elsewhere-");
  const elsewhere = (await open()).client;
  for await (const _ of await elsewhere.transfer.importFile({ path: written }));
  expect(await elsewhere.remote.state()).toMatchObject({ remote: null });
  const { items } = await elsewhere.conversations.list({});
  const brought = await Promise.all(items.map(({ id }) => elsewhere.conversations.get({ id })));
  const marks = brought.flatMap((each) => each.messages.map(({ remote: mark }) => mark)).filter(Boolean);
  expect(marks).toEqual([server.host]);
});

test("a base path is found with and without its version, and a server without a list answers by a name that is typed", async () => {
  const { client } = await open();
  server.prefix = "";
  expect((await client.remote.find({ address: server.origin })).models).toHaveLength(2);
  server.prefix = "/openai/v1";
  expect((await client.remote.find({ address: `${server.origin}/openai` })).models).toHaveLength(2);
  server.prefix = "/v1";
  server.always = refuse(404);
  expect((await client.remote.find({ address: server.origin })).models).toEqual([]);
  await client.remote.connect({ address: server.origin, model: "unlisted", alsoForLearning: false });
  server.always = null;
  expect((await send(client, "Hello")).model).toBe("unlisted");
  server.always = (response) => {
    response.writeHead(200, { "content-type": "text/html" }).end("<h1>Router</h1>");
  };
  await expect(client.remote.find({ address: server.origin })).rejects.toMatchObject({ code: "REMOTE_FAILED" });
});

test("the key is in no file but its own, in no message to a window, in no error, and goes to no other server", async () => {
  server.key = key;
  const host = await startHostProcess(folder);
  onTestFinished(() => host.kill());
  const { api, socket } = await connectClient(host);
  const heard: string[] = [];
  socket.on("message", (data) => heard.push(data.toString()));
  await expect(api.remote.find({ address: server.origin })).rejects.toMatchObject({ code: "REMOTE_DENIED" });
  expect((await api.remote.find({ address: server.origin, key })).models).toHaveLength(2);
  expect(filesContaining(folder, key)).toEqual([]);
  await connect(api, { key });
  expect(await api.remote.state()).toMatchObject({ remote: { hasKey: true }, keeping: "file" });
  expect((await send(api, "Hello")).text).toBe(server.reply);
  server.key = "another";
  expect((await send(api, "Hello again")).failure?.code).toBe("REMOTE_DENIED");

  const other = await startOpenAiServer();
  onTestFinished(() => other.close());
  await api.remote.find({ address: other.origin });
  expect(other.asked[0]?.headers.authorization).toBeUndefined();

  expect(heard.join("")).toContain("tide-8b");
  expect(heard.join("")).not.toContain(key);
  expect(host.output()).not.toContain(key);
  const own = join(folder, "remote-key");
  expect(filesContaining(folder, key)).toEqual([own]);
  if (process.platform !== "win32") expect(statSync(own).mode & 0o777).toBe(0o600);
  expect(readFileSync(own, "utf8")).toContain(server.origin);

  // With another server in its place, nobody needs it any more.
  await api.remote.connect({ address: other.origin, model: "tide-1b", alsoForLearning: false });
  expect(await api.remote.state()).toMatchObject({ remote: { hasKey: false } });
  expect(filesContaining(folder, key)).toEqual([]);
  await api.remote.connect({ address: other.origin, model: "tide-1b", alsoForLearning: false, key });
  expect(filesContaining(folder, key)).toEqual([own]);
  await api.remote.forget();
  expect(await api.remote.state()).toEqual({ remote: null, keeping: "file" });
  expect(filesContaining(folder, key)).toEqual([]);
  socket.terminate();
  await host.stop();
  expect(filesContaining(folder, key)).toEqual([]);
  expect(filesContaining(folder, "quombelflax")).toEqual([]);
});

test("only the chat's own prompts leave, unless learning is allowed to", async () => {
  const { client } = await open({ quietMs: 30 });
  await connect(client);
  server.reply = answerOf();
  await send(client, "My sister Ana moved to Porto, and I need to plan my trip there by Friday.");
  await new Promise((resolve) => setTimeout(resolve, 400));
  expect(server.chats.every(({ messages }) => messages[0]?.content.startsWith("You are Ebb"))).toBe(true);
  expect(server.chats).toHaveLength(1);
  await client.remote.configure({ alsoForLearning: true });
  await expect.poll(() => server.chats.length, { timeout: 5_000 }).toBeGreaterThan(1);
  expect((await client.models.outbound())[0]?.why).toBe("remote-learning");
});

test("a model on this computer reads for learning while another computer answers", async () => {
  const local = new ScriptedModel(() => answerOf());
  const { client } = await open({ languageModel: local, quietMs: 30 });
  await connect(client);
  expect((await send(client, "My sister Ana moved to Porto in May.")).remote).toBe(server.host);
  await expect.poll(() => local.asked.length, { timeout: 5_000 }).toBeGreaterThan(0);
  expect(local.said).toEqual([]);
  expect(server.chats).toHaveLength(1);
});

test("a reply is stopped at once, keeps what was said, and its connection ends", async () => {
  const { client } = await open();
  await connect(client);
  server.pace = 15;
  server.reply = "word ".repeat(600);
  const { replyId } = await client.chat.send({ messageId: crypto.randomUUID(), conversationId: null, text: "Talk." });
  let stoppedAt = 0;
  for await (const event of await client.chat.follow({ replyId })) {
    if (event.type === "text" && stoppedAt === 0) {
      stoppedAt = performance.now();
      await client.chat.stop({ replyId });
    }
    if (event.type !== "end") continue;
    expect(performance.now() - stoppedAt).toBeLessThan(100);
    expect(event.message).toMatchObject({ status: "interrupted", remote: server.host, failure: null });
    expect(event.message.text).toContain("word");
  }
  await expect.poll(() => server.abandoned).toBe(1);
});

test("disconnecting ends a running reply", async () => {
  const { client } = await open();
  await connect(client);
  server.script = [stall()];
  const { replyId } = await client.chat.send({ messageId: crypto.randomUUID(), conversationId: null, text: "Talk." });
  await expect.poll(() => server.chats.length).toBe(1);
  await client.remote.stop();
  expect(await end(client, replyId)).toMatchObject({ status: "interrupted", remote: server.host });
});

test("what breaks off in the middle is kept and marked, and the next question works", async () => {
  const { client } = await open();
  await connect(client);
  server.script = [cut("The tide"), say("Twice.")];
  const broken = await send(client, "How often?");
  expect(broken).toMatchObject({ text: "The tide", status: "interrupted", remote: server.host, model: "tide-8b" });
  expect(broken.failure?.code).toBe("REMOTE_UNREACHABLE");
  expect((await send(client, "How often?", broken.conversationId)).text).toBe("Twice.");
});

test("a reply that a kill cuts off is marked at the next start", async () => {
  const host = await startHostProcess(folder);
  onTestFinished(() => host.kill());
  const { api, socket } = await connectClient(host);
  await connect(api);
  server.script = [stall("Half a")];
  const { conversationId } = await api.chat.send({
    messageId: crypto.randomUUID(),
    conversationId: null,
    text: "Talk.",
  });
  await expect
    .poll(async () => (await api.conversations.get({ id: conversationId })).messages.at(-1)?.text)
    .toBe("Half a");
  socket.terminate();
  await host.kill();
  const { client } = await open();
  const { messages } = await client.conversations.get({ id: conversationId });
  expect(messages.at(-1)).toMatchObject({ status: "interrupted", remote: server.host });
});

test("an incognito chat leaves the computer too while another one answers, is marked, and still reaches no file", async () => {
  const { client } = await open();
  await connect(client);
  const chat = await client.conversations.beginIncognito();
  const reply = await send(client, "Tell me of quombelflax.", chat.id);
  expect(reply.remote).toBe(server.host);
  expect(server.chats[0]?.messages.at(-1)?.content).toBe("Tell me of quombelflax.");
  expect(filesContaining(folder, "quombelflax")).toEqual([]);
});

test.each([
  ["http://8.8.8.8:8000", "INVALID_INPUT"],
  ["https://user:word@localhost:1", "INVALID_INPUT"],
  ["not an address at all", "INVALID_INPUT"],
  ["http://127.0.0.1:9", "REMOTE_UNREACHABLE"],
])("%s is refused, and what answered before still does", async (address, code) => {
  const { client } = await open();
  await connect(client);
  await expect(client.remote.connect({ address, model: "m", alsoForLearning: false })).rejects.toMatchObject({ code });
  await expect(client.remote.find({ address, key: "line\nbreak" })).rejects.toBeDefined();
  expect((await send(client, "Hello")).remote).toBe(server.host);
});

test("choosing a model on this computer takes the other one out of use", async () => {
  const { client } = await open({ languageModel: superviseInference() });
  await connect(client);
  expect(await client.remote.test()).toMatchObject({ text: server.reply });
  const path = join(folder, "talker.gguf");
  writeTinyModel(path, { reply: "Here I am.", name: "Talker" });
  await client.model.choose({ path });
  expect((await client.system.status()).remote).toBeNull();
  expect(await send(client, "Where are you?")).toMatchObject({ model: "Talker", remote: null });
  await expect(client.remote.test()).rejects.toMatchObject({ code: "MODEL_NOT_LOADED" });
  expect((await client.remote.use()).remote?.inUse).toBe(true);
  expect((await send(client, "And now?")).remote).toBe(server.host);
});
