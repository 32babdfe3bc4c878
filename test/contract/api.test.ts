import { once } from "node:events";
import { MessageChannel } from "node:worker_threads";
import { RPCLink } from "@orpc/client/message-port";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Api, ReplyEvent } from "../../app/contract/index.ts";
import { openEngine } from "../../app/engine.ts";
import { forkInference } from "../../main/engine/inference-process.ts";
import { InferenceSupervisor } from "../../main/engine/inference-supervisor.ts";
import { portWire } from "../../main/transport/message-port.ts";
import { apiServer } from "../../main/transport/serve.ts";
import { Line } from "../../renderer/client/connection.ts";
import { countingReply, slow, writeTinyModel } from "../fixtures/gguf.ts";
import { connectClient, inferenceEntry, startTestHost, temporaryFolder } from "../fixtures/web-host.ts";

type Connection = {
  api: Api;
  /** Makes a further connection to the same engine, as a window that reconnects. */
  again: () => Promise<Api>;
  /** Cuts the line as a dying process does. */
  cut: () => void;
  folder: string;
};

async function overWebSocket(): Promise<Connection> {
  const host = await startTestHost();
  const first = await connectClient(host);
  const again = async (): Promise<Api> => {
    const next = await connectClient(host);
    onTestFinished(() => next.socket.terminate());
    return next.api;
  };
  onTestFinished(() => first.socket.terminate());
  return { api: first.api, again, cut: () => first.socket.terminate(), folder: host.folder };
}

async function overMessagePort(): Promise<Connection> {
  const folder = temporaryFolder();
  const languageModel = new InferenceSupervisor({ start: () => forkInference(inferenceEntry) });
  const engine = await openEngine({ folder, clock: Date.now, host: "electron", languageModel });
  onTestFinished(() => engine.close());
  const server = apiServer(engine.router, () => folder);
  const connect = () => {
    const { port1, port2 } = new MessageChannel();
    server.serve(portWire(port1));
    onTestFinished(() => port2.close());
    const line = new Line();
    line.open(new RPCLink({ port: port2 }));
    port2.addEventListener("close", () => line.close("lost"));
    return { api: line.api, port: port1 };
  };
  const first = connect();
  return { api: first.api, again: async () => connect().api, cut: () => first.port.close(), folder };
}

const newMessage = (text: string, conversationId: string | null = null) => ({
  messageId: crypto.randomUUID(),
  conversationId,
  text,
  zone: "Europe/Berlin",
});

/** Reads a reply to its end: the joined text, and the last event. */
async function readAll(
  events: AsyncIterable<ReplyEvent>,
  text = "",
): Promise<{ text: string; pieces: number; last: ReplyEvent | undefined }> {
  let last: ReplyEvent | undefined;
  let pieces = 0;
  for await (const event of events) {
    last = event;
    if (event.type !== "text") continue;
    expect(event.offset).toBe(text.length);
    text += event.text;
    pieces += 1;
  }
  return { text, pieces, last };
}

const failure = async (
  call: Promise<unknown>,
): Promise<{ code: string; message: string; defined: boolean; data: { remedy: string } }> => {
  const error = await call.then(
    () => {
      throw new Error("the call should have failed");
    },
    (reason: unknown) => reason,
  );
  return error as { code: string; message: string; defined: boolean; data: { remedy: string } };
};

describe.each([
  ["WebSocket", overWebSocket],
  ["MessagePort", overMessagePort],
])("the contract over a %s", (_carrier, connect) => {
  test("answers with a state, a list, and what was stored", async () => {
    const { api, folder } = await connect();
    expect(await api.system.status()).toMatchObject({
      dataFolder: folder,
      storage: { status: "ready" },
      model: { status: "none" },
    });
    const { conversationId, replyId, userMessageId } = await api.chat.send(newMessage("My sister's name is Mara."));
    const { text, last } = await readAll(await api.chat.follow({ replyId }));
    expect(text).not.toBe("");
    expect(last).toMatchObject({ type: "end", message: { id: replyId, status: "complete", model: null } });
    const { messages } = await api.conversations.get({ id: conversationId });
    expect(messages.map((message) => message.id)).toEqual([userMessageId, replyId]);
    expect(messages[0]?.learned).toMatchObject([{ change: "new" }]);
    expect((await api.memories.list({})).items[0]?.text).toMatch(/Mara/);
  });

  test("knows where a conversation began, and what was asked in quick-ask in the user's own words", async () => {
    const { api } = await connect();
    const tell = async (text: string, origin?: "quick", conversationId: string | null = null) => {
      const started = await api.chat.send({ ...newMessage(text, conversationId), ...(origin && { origin }) });
      const { last } = await readAll(await api.chat.follow({ replyId: started.replyId }));
      return { ...started, reply: last?.type === "end" ? last.message : null };
    };
    await tell("I live in Lisbon.");
    const quoted = Array.from({ length: 40 }, (_, i) => `> Otto lives in Berlin, flat ${i}. I live in Berlin too.`);
    const asked = await tell(`Where do I live?\n\nFrom the clipboard:\n\n${quoted.join("\n")}`, "quick");
    expect(asked.reply?.text).toMatch(/Lisbon/);
    expect(asked.reply?.text).not.toMatch(/Berlin/);
    expect(asked.reply?.memories.filter(({ cited }) => cited).map(({ text }) => text)).toEqual(["I live in Lisbon"]);
    const { messages, conversation } = await api.conversations.get({ id: asked.conversationId });
    expect(messages[0]?.learned).toEqual([]);
    expect(conversation).toMatchObject({ origin: "quick", title: "Where do I live?" });

    await tell("Where do I work?", "quick", asked.conversationId);
    await tell("What is my name?", "quick");
    await tell("Where do I live?", "quick");
    await tell("Do I have a dog?");
    expect(await api.chat.recent({})).toEqual({
      questions: ["Where do I live?", "What is my name?", "Where do I work?"],
    });
    expect(await api.chat.recent({ limit: 1 })).toEqual({ questions: ["Where do I live?"] });
    const { items } = await api.conversations.list({});
    expect(items.map(({ origin }) => origin)).toEqual(["chat", "quick", "quick", "quick", "chat"]);
    expect((await api.conversations.list({ query: "name" })).items).toMatchObject([{ origin: "quick" }]);
    await api.conversations.delete({ id: asked.conversationId });
    expect((await api.chat.recent({})).questions).not.toContain("Where do I work?");
  });

  test("stores a message sent twice once", async () => {
    const { api } = await connect();
    const sent = newMessage("hello there");
    const first = await api.chat.send(sent);
    expect(await api.chat.send(sent)).toEqual(first);
    expect((await api.conversations.get({ id: first.conversationId })).messages).toHaveLength(2);
  });

  test("refuses with typed errors and goes on", async () => {
    const { api } = await connect();
    const wild = api as unknown as Record<string, Record<string, (input?: unknown) => Promise<unknown>>>;
    const code = async (path: string, input?: unknown): Promise<string> => {
      const [group = "", name = ""] = path.split(".");
      const error = await failure(wild[group]?.[name]?.(input) ?? Promise.resolve());
      expect(error.defined, path).toBe(true);
      expect(error.data.remedy.length, path).toBeGreaterThan(5);
      return error.code;
    };
    expect(await code("nothing.here")).toBe("UNKNOWN_PROCEDURE");
    expect(await code("conversations.get", { id: 7 })).toBe("INVALID_INPUT");
    expect(await code("conversations.get")).toBe("INVALID_INPUT");
    expect(await code("conversations.get", { id: "none" })).toBe("NOT_FOUND");
    expect(await code("chat.send", newMessage("   \n"))).toBe("INVALID_INPUT");
    expect(await code("chat.send", { ...newMessage("x"), messageId: "not-a-uuid" })).toBe("INVALID_INPUT");
    expect(await code("chat.send", newMessage("x".repeat(10_000_000)))).toBe("TOO_LARGE");
    expect(await code("chat.send", newMessage("x", "none"))).toBe("NOT_FOUND");
    expect(await code("chat.follow", { replyId: "none" })).toBe("NOT_FOUND");
    expect(await code("chat.retry", { replyId: "none" })).toBe("NOT_FOUND");
    expect(await code("memories.edit", { id: "none", version: 1, text: "x" })).toBe("NOT_FOUND");
    expect(await code("memories.undo", { changeId: "none" })).toMatch(/NOT_FOUND|NOT_UNDOABLE/);
    expect(await code("memories.import", { json: '{"format":' })).toBe("IMPORT_INVALID");
    expect(await code("model.choose", { path: "/nowhere/at/all.gguf" })).toBe("MODEL_FILE_MISSING");
    expect(await code("model.reload")).toBe("MODEL_NOT_LOADED");
    expect(await code("model.browse", { folder: "/nowhere/at/all" })).toBe("FOLDER_UNREADABLE");
    expect(await code("system.configure", { theme: "purple" })).toBe("INVALID_INPUT");
    expect(await code("system.restoreBackup")).toBe("INVALID_INPUT");
    expect((await api.conversations.list({})).total).toBe(0);
  });

  test("streams a model's reply, and stopping it keeps what was said", async () => {
    const { api, folder } = await connect();
    const path = `${folder}/counting.gguf`;
    writeTinyModel(path, { ...slow, reply: countingReply(300) });
    expect(await api.model.choose({ path })).toMatchObject({ status: "ready", backend: expect.any(String) });
    const { replyId, conversationId } = await api.chat.send(newMessage("Count, please."));
    let heard = "";
    for await (const event of await api.chat.follow({ replyId })) {
      if (event.type === "text") heard += event.text;
      if (heard.length > 30) break;
    }
    const begun = performance.now();
    expect(await api.chat.stop({ replyId })).toEqual({ stopped: true });
    const { last } = await readAll(await api.chat.follow({ replyId, offset: heard.length }), heard);
    expect(performance.now() - begun).toBeLessThan(10_000);
    expect(last).toMatchObject({ type: "end", message: { status: "interrupted", failure: null } });
    const { messages } = await api.conversations.get({ id: conversationId });
    expect(messages[1]?.text.startsWith(heard)).toBe(true);
    expect(await api.chat.stop({ replyId })).toEqual({ stopped: false });
  });

  test("lets a reconnected window follow on from where it was", async () => {
    const { api, again, cut, folder } = await connect();
    const path = `${folder}/counting.gguf`;
    writeTinyModel(path, { ...slow, reply: countingReply(60) });
    await api.model.choose({ path });
    const { replyId } = await api.chat.send(newMessage("Count, please."));
    let heard = "";
    const broken = (async () => {
      for await (const event of await api.chat.follow({ replyId })) {
        if (event.type === "text") heard += event.text;
        if (heard.length > 20) cut();
      }
    })();
    await broken.catch(() => {});
    expect(heard.length).toBeGreaterThan(20);
    const other = await again();
    const { text, last } = await readAll(await other.chat.follow({ replyId, offset: heard.length }), heard);
    expect(last).toMatchObject({ type: "end", message: { status: "complete", text } });
    expect(text).toContain(countingReply(60).split(" ").at(-1));
  });

  test("rejects what is pending when the line goes down", async () => {
    const { api, cut } = await connect();
    const events = await api.system.events();
    expect((await events.next()).value).toEqual({ type: "status" });
    const pending = events.next();
    const begun = performance.now();
    cut();
    await Promise.race([
      pending.then(
        () => {},
        () => {},
      ),
      new Promise((_, reject) => setTimeout(() => reject(new Error("left hanging")), 5_000)),
    ]);
    expect(performance.now() - begun).toBeLessThan(5_000);
    await expect(api.system.status()).rejects.toThrow();
  });

  test("tells other windows what changed, without its content", async () => {
    const { api, again } = await connect();
    const other = await again();
    const events = await other.system.events();
    await events.next();
    const { conversationId } = await api.chat.send(newMessage("I'm allergic to peanuts."));
    const seen: unknown[] = [];
    for await (const event of events) {
      seen.push(event);
      if (event.type === "conversation") break;
    }
    expect(seen).toContainEqual({ type: "conversation", id: conversationId });
    expect(JSON.stringify(seen)).not.toMatch(/peanut/i);
    await events.return?.(undefined);
  });
});

test("a frame that is no frame ends a message port without a word", async () => {
  const folder = temporaryFolder();
  const engine = await openEngine({ folder, clock: Date.now, host: "electron", languageModel: null });
  onTestFinished(() => engine.close());
  const server = apiServer(engine.router, () => folder);
  for (const frame of ["{", "null", 7, { i: 1 }, null]) {
    const { port1, port2 } = new MessageChannel();
    server.serve(portWire(port1));
    port2.postMessage(frame);
    await once(port2, "close");
  }
  expect((await engine.client.system.status()).storage.status).toBe("ready");
});

test("a reply that may have read what is erased meanwhile is dropped", async () => {
  const { api, folder } = await overMessagePort();
  const path = `${folder}/leaking.gguf`;
  writeTinyModel(path, { ...slow, reply: `The year of the great storm ${countingReply(80)}` });
  await api.model.choose({ path });
  const told = await api.chat.send(newMessage("My bank PIN hint is the year of the great storm."));
  await api.chat.stop({ replyId: told.replyId });
  await readAll(await api.chat.follow({ replyId: told.replyId }));
  const leaking = await api.chat.send(newMessage("What is my bank PIN hint?"));
  for await (const event of await api.chat.follow({ replyId: leaking.replyId })) {
    if (event.type === "text" && event.text.includes("storm")) break;
    if (event.type === "text" && event.offset > 30) break;
  }
  await api.chat.send(newMessage("Forget what I said about my bank PIN hint."));
  const { last } = await readAll(
    await api.chat.follow({ replyId: leaking.replyId, offset: 100_000 }),
    "x".repeat(100_000),
  );
  expect(last).toMatchObject({ type: "end", message: { text: "", status: "failed", failure: { code: "REPLY_CUT" } } });
});

test("a message sent while the model loads is answered by it, and without one from memory", async () => {
  const { api, folder } = await overMessagePort();
  const path = `${folder}/counting.gguf`;
  writeTinyModel(path, { ...slow, reply: countingReply(5) });
  const choosing = api.model.choose({ path });
  await expect.poll(async () => (await api.model.state()).status, { interval: 5 }).toBe("loading");
  const first = await api.chat.send(newMessage("Please count."));
  const { text, last } = await readAll(await api.chat.follow({ replyId: first.replyId }));
  expect(text).toBe(countingReply(5));
  expect(last).toMatchObject({ message: { model: "Tiny test model" } });
  await choosing;

  await api.model.clear();
  const second = await api.chat.send(newMessage("Where do I live?"));
  expect((await readAll(await api.chat.follow({ replyId: second.replyId }))).last).toMatchObject({
    message: { status: "complete", model: null, failure: null },
  });
});
