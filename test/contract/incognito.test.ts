import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import type { Api, Message } from "../../app/contract/index.ts";
import { type Engine, openEngine } from "../../app/engine.ts";
import { filesContaining } from "../fixtures/database.ts";
import { writeTinyModel } from "../fixtures/gguf.ts";
import { startHostProcess } from "../fixtures/host-process.ts";
import { superviseInference } from "../fixtures/inference.ts";
import { connectClient, startTestHost, temporaryFolder } from "../fixtures/web-host.ts";

/** Words that nothing else on this machine holds. */
const secret = "quombelflax";

async function say(
  api: Api,
  conversationId: string | null,
  text: string,
): Promise<Message & { conversationId: string }> {
  const sent = await api.chat.send({ messageId: crypto.randomUUID(), conversationId, text });
  return follow(api, sent.replyId);
}

async function follow(api: Api, replyId: string): Promise<Message> {
  for await (const event of await api.chat.follow({ replyId })) if (event.type === "end") return event.message;
  throw new Error("the reply did not end");
}

async function open(folder = temporaryFolder()): Promise<{ engine: Engine; api: Api; folder: string }> {
  const engine = await openEngine({ folder, clock: Date.now, host: "web", languageModel: null });
  onTestFinished(() => engine.close());
  return { engine, api: engine.client, folder };
}

test("what is said in an incognito chat reaches no file: not while it runs, not after a kill, not after a good end", async () => {
  const folder = temporaryFolder();
  const host = await startHostProcess(folder);
  onTestFinished(() => host.kill());
  const { api, socket } = await connectClient(host);
  await say(api, null, "I live in Porto.");
  const chat = await api.conversations.beginIncognito();
  for (let turn = 0; turn < 20; turn += 1)
    await say(api, chat.id, `Remember that ${secret}${turn} is my ${"x".repeat(500)}.`);
  await say(api, chat.id, `What is ${secret}?`);
  expect(filesContaining(folder, "porto").length).toBeGreaterThan(0);
  expect(filesContaining(folder, secret)).toEqual([]);
  await host.kill();
  socket.terminate();
  expect(filesContaining(folder, secret)).toEqual([]);

  const again = await startHostProcess(folder);
  onTestFinished(() => again.kill());
  const next = await connectClient(again);
  await expect(next.api.conversations.get({ id: chat.id })).rejects.toMatchObject({ code: "NOT_FOUND" });
  await say(next.api, (await next.api.conversations.beginIncognito()).id, `Once more ${secret}.`);
  next.socket.terminate();
  await again.stop();
  expect(filesContaining(folder, secret)).toEqual([]);
  expect(again.output() + host.output()).not.toContain(secret);
});

test("it is in no list, no search, no history, no export, and nothing is learned from it", async () => {
  const { api, engine } = await open();
  const chat = await api.conversations.beginIncognito();
  expect(chat).toMatchObject({ incognito: true, title: "Incognito chat" });
  const events: string[] = [];
  const listening = new AbortController();
  const heard = (async () => {
    for await (const event of engine.events.listen(listening.signal)) events.push(JSON.stringify(event));
  })();
  await say(api, chat.id, `My name is ${secret} and I live in Oslo.`);
  const { conversation, messages } = await api.conversations.get({ id: chat.id });
  expect(conversation).toMatchObject({ id: chat.id, incognito: true, title: "Incognito chat" });
  expect(messages.map(({ role }) => role)).toEqual(["user", "assistant"]);
  expect(messages[0]?.learned).toEqual([]);
  expect((await api.conversations.list({})).total).toBe(0);
  expect((await api.conversations.list({ query: secret })).total).toBe(0);
  expect((await api.memories.list({ status: "all" })).total).toBe(0);
  expect((await api.chat.recent({})).questions).toEqual([]);
  expect((await api.memories.export({ format: "json" })).text).not.toContain(secret);
  expect(await api.chat.explain({ replyId: messages[1]?.id ?? "" })).toEqual({ considered: [] });
  expect(engine.recentConversation).toBeNull();
  listening.abort();
  await heard;
  expect(events.join()).not.toContain(secret);
});

test("it recalls nothing of what Ebb knows, nor of another incognito chat, and says so", async () => {
  const { api } = await open();
  await say(api, null, `My cat's name is ${secret}.`);
  const other = await api.conversations.beginIncognito();
  await say(api, other.id, `My dog's name is ${secret}.`);
  const chat = await api.conversations.beginIncognito();
  for (const question of ["What is my cat's name?", "What is my dog's name?", "What do you know about me?"]) {
    const { text, memories } = await say(api, chat.id, question);
    expect(text).toMatch(/^Nothing can be recalled here/);
    expect(memories).toEqual([]);
  }
});

test.each([
  ["Remember that I live in Porto.", /nothing said here is remembered.*ordinary chat/],
  ["Please don't forget that my PIN hint is blue.", /nothing said here is remembered/],
  ["I'm allergic to nuts.", /nothing said here is remembered/],
  ["Forget that I live in Porto.", /neither read nor change.*ordinary chat/],
])("“%s” is answered with how to have it done", async (text, answer) => {
  const { api } = await open();
  await api.memories.add({ text: "I live in Porto." });
  const chat = await api.conversations.beginIncognito();
  expect((await say(api, chat.id, text)).text).toMatch(answer);
  expect((await api.memories.list({})).items.map((memory) => memory.text)).toEqual(["I live in Porto."]);
});

test("with a model it streams, stops and tries again, with a prompt that has nothing of the memory in it", async () => {
  const folder = temporaryFolder();
  const path = join(temporaryFolder(), "words.gguf");
  writeTinyModel(path, { reply: "Fine words." });
  const model = superviseInference();
  const asked: string[] = [];
  const generate = model.generate.bind(model);
  vi.spyOn(model, "generate").mockImplementation((request) => {
    asked.push(JSON.stringify(request));
    return generate(request);
  });
  const engine = await openEngine({ folder, clock: Date.now, host: "web", languageModel: model });
  onTestFinished(() => engine.close());
  const api = engine.client;
  await api.memories.add({ text: `I live in ${secret}.` });
  await api.model.choose({ path });
  const chat = await api.conversations.beginIncognito();
  const first = await say(api, chat.id, "Where do I live?");
  expect(first).toMatchObject({ text: "Fine words.", status: "complete", model: expect.any(String) });
  const { replyId } = await api.chat.retry({ replyId: first.id });
  expect((await follow(api, replyId)).text).toBe("Fine words.");
  expect(asked).toHaveLength(2);
  expect(asked.join()).not.toContain(secret);
  expect(asked[0]).toContain("incognito");
  const told = await say(api, chat.id, "Remember that my bike is red.");
  expect(told.text).toMatch(/^This is an incognito chat/);
  expect(asked).toHaveLength(2);
  const both = await say(api, chat.id, "Remember that my bike is red. What is the weather like in May?");
  expect(both.text).toMatch(/^This is an incognito chat.*\n\nFine words\.$/s);
});

test("ending it drops it at once, while a reply is being written too", async () => {
  const { api } = await open();
  const chat = await api.conversations.beginIncognito();
  const sent = await api.chat.send({ messageId: crypto.randomUUID(), conversationId: chat.id, text: "Hello there" });
  expect(await api.conversations.delete({ id: chat.id })).toEqual({ messages: 2, memories: 0 });
  await expect(api.conversations.get({ id: chat.id })).rejects.toMatchObject({ code: "NOT_FOUND" });
  await expect(follow(api, sent.replyId)).rejects.toMatchObject({ code: "NOT_FOUND" });
  await expect(say(api, chat.id, "Still there?")).rejects.toMatchObject({ code: "NOT_FOUND" });
});

test("it ends a minute after the last window let go of it, and not before", async () => {
  const { api, engine } = await open();
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
  const chat = await api.conversations.beginIncognito();
  const window = new AbortController();
  const held = (async () => {
    for await (const _ of engine.session.incognito.hold(chat.id, window.signal));
  })();
  await vi.advanceTimersByTimeAsync(3_600_000);
  expect((await api.conversations.get({ id: chat.id })).conversation.id).toBe(chat.id);
  window.abort();
  await held;
  await vi.advanceTimersByTimeAsync(59_000);
  expect(engine.session.incognito.of(chat.id)).toBeDefined();
  await vi.advanceTimersByTimeAsync(2_000);
  expect(engine.session.incognito.of(chat.id)).toBeUndefined();
});

test("it ends with the window that has it: a line that is cut lets go of it", async () => {
  const { port, secret: key } = await startTestHost();
  const window = await connectClient({ port, secret: key });
  const other = await connectClient({ port, secret: key });
  onTestFinished(() => other.socket.terminate());
  const chat = await window.api.conversations.beginIncognito();
  const gone = new Promise<void>((resolve) => {
    void (async () => {
      for await (const event of await other.api.system.events()) {
        if (event.type === "conversation" && event.id === chat.id) resolve();
      }
    })().catch(() => {});
  });
  const held = (async () => {
    for await (const _ of await window.api.conversations.hold({ id: chat.id }));
  })();
  await other.api.system.status();
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
  await expect(window.api.conversations.get({ id: chat.id })).resolves.toBeDefined();
  window.socket.terminate();
  await held.catch(() => {});
  // The host hears of the cut line a moment later.
  for (let tries = 0; tries < 50; tries += 1) await other.api.system.status();
  await vi.advanceTimersByTimeAsync(61_000);
  await gone;
  await expect(other.api.conversations.get({ id: chat.id })).rejects.toMatchObject({ code: "NOT_FOUND" });
});
