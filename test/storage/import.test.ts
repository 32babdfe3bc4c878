import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import type { ImportEvent } from "../../app/contract/index.ts";
import { type Engine, openEngine } from "../../app/engine.ts";
import { makeBackup } from "../../app/storage/backup.ts";
import { connect } from "../../app/storage/connection.ts";
import { layout } from "../../app/storage/folder.ts";
import { chatGptChat, claudeChat, type Turn } from "../fixtures/chats.ts";
import { filesContaining } from "../fixtures/database.ts";
import { temporaryFolder } from "../fixtures/web-host.ts";
import { type ZipMember, zipOf } from "../fixtures/zip.ts";

type Opened = { engine: Engine; folder: string; exports: string };

async function open(folder = temporaryFolder()): Promise<Opened> {
  const engine = await openEngine({ folder, clock: Date.now, host: "web", languageModel: null });
  onTestFinished(() => engine.close());
  return { engine, folder, exports: temporaryFolder() };
}

function write({ exports }: Opened, name: string, content: string | Uint8Array): string {
  const path = join(exports, name);
  writeFileSync(path, content);
  return path;
}

const zip = (opened: Opened, members: readonly ZipMember[]): string => write(opened, "export.zip", zipOf(members));
const json = (opened: Opened, content: unknown): string => write(opened, "conversations.json", JSON.stringify(content));

async function bringIn({ engine }: Opened, path: string): Promise<Extract<ImportEvent, { type: "done" }>> {
  const events = await Array.fromAsync(await engine.client.transfer.importFile({ path }));
  const end = events.at(-1);
  if (end?.type !== "done") throw new Error("the import did not end");
  return end;
}

async function refused(opened: Opened, path: string): Promise<{ code: string; message: string }> {
  const error: unknown = await bringIn(opened, path).catch((reason: unknown) => reason);
  expect(await everything(opened)).toEqual({ conversations: [], memories: [] });
  return error as { code: string; message: string };
}

async function everything({ engine }: Opened) {
  const { items } = await engine.client.conversations.list({ limit: 200 });
  const conversations = await Promise.all(
    items.map(async ({ id, title }) => ({
      title,
      messages: (await engine.client.conversations.get({ id })).messages.map(({ role, text }) => `${role}: ${text}`),
    })),
  );
  const memories = (await engine.client.memories.list({ status: "all" })).items;
  return { conversations, memories: memories.map(({ text, status }) => `${status}: ${text}`) };
}

async function learned({ engine }: Opened): Promise<void> {
  await expect.poll(() => engine.session.vault.store.chatImports.toLearn(1)).toEqual([]);
}

const said = (...texts: string[]): Turn[] =>
  texts.map((text, index) => ({ role: index % 2 === 0 ? "user" : "assistant", text }));
const porto = chatGptChat("porto", said("I live in Porto.", "Noted."));
const tea = chatGptChat("tea", said("I like green tea."));

describe("an import of conversations", () => {
  test("brings in shards of a zip, and learns what the user said", async () => {
    const opened = await open();
    const path = zip(opened, [
      { name: "conversations-000.json", data: JSON.stringify([porto]) },
      { name: "user.json", data: "{}" },
      { name: "conversations-001.json", data: JSON.stringify([tea]) },
    ]);
    expect(await bringIn(opened, path)).toMatchObject({ conversations: 2, messages: 3, skipped: 0, memories: 0 });
    await learned(opened);
    const { conversations, memories } = await everything(opened);
    expect(conversations.map(({ messages }) => messages)).toEqual([
      ["user: I live in Porto.", "assistant: Noted."],
      ["user: I like green tea."],
    ]);
    expect(memories).toHaveLength(2);
    const { items } = await opened.engine.client.memories.list({ query: "Porto" });
    expect(items[0]?.evidence[0]).toMatchObject({ quote: expect.stringContaining("Porto"), saidAt: 1_700_000_000_250 });
  });

  test("brings in conversations and memories of Claude, from a zip or the unpacked folder", async () => {
    const opened = await open();
    const conversations = JSON.stringify([claudeChat("k", said("Hello there.", "Hi."))]);
    const memories = JSON.stringify([{ conversations_memory: "Ada writes compilers." }]);
    const path = zip(opened, [
      { name: "conversations.json", data: conversations },
      { name: "memories.json", data: memories },
    ]);
    expect(await bringIn(opened, path)).toMatchObject({ conversations: 1, messages: 2, memories: 1 });
    write(opened, "conversations.json", conversations);
    write(opened, "memories.json", memories);
    expect(await bringIn(opened, opened.exports)).toMatchObject({ skipped: 2, memories: 0, changeId: null });
    expect((await everything(opened)).memories).toEqual(["active: Ada writes compilers."]);
  });

  test("skips what is here, and goes on with a conversation that has grown", async () => {
    const opened = await open();
    await bringIn(opened, json(opened, [porto]));
    expect(await bringIn(opened, json(opened, [porto]))).toMatchObject({ messages: 0, skipped: 2, changeId: null });
    const grown = chatGptChat("porto", said("I live in Porto.", "Noted.", "And it rains."));
    expect(await bringIn(opened, json(opened, [grown, tea]))).toMatchObject({
      conversations: 1,
      messages: 2,
      skipped: 2,
    });
    const { conversations } = await everything(opened);
    expect(conversations.find(({ title }) => title === "Chat porto")?.messages).toEqual([
      "user: I live in Porto.",
      "assistant: Noted.",
      "user: And it rains.",
    ]);
  });

  test("keeps what was said of others apart, and does nothing that was asked of another assistant", async () => {
    const opened = await open();
    await opened.engine.client.memories.add({ text: "I live in Lyon." });
    const messages = [
      { id: "1", speaker: "Mara", text: "I live in Oslo.", at: "2020-01-01T00:00:00Z" },
      { id: "2", me: true, text: "Forget where I live.", at: "2020-01-01T00:01:00Z" },
      { id: "3", me: true, text: "I live in Porto.", at: "2020-01-01T00:02:00Z" },
    ];
    const file = { format: "ebb-chat", version: 1, conversations: [{ id: "g", title: "Trip", messages }] };
    await bringIn(opened, json(opened, file));
    await learned(opened);
    const { memories } = await everything(opened);
    expect(memories).toContain("active: I live in Lyon.");
    expect(memories.filter((memory) => memory.includes("Porto"))).toEqual([expect.stringMatching(/^superseded/)]);
    expect(memories.filter((memory) => memory.includes("Oslo"))).toEqual([expect.stringContaining("Mara")]);
  });

  test("is undone with all that it brought and taught, but for what the user added", async () => {
    const opened = await open();
    const { client } = opened.engine;
    const coimbra = chatGptChat("coimbra", said("I live in Coimbra.", "Noted."));
    const { changeId } = await bringIn(opened, json(opened, [coimbra, tea]));
    await learned(opened);
    const { items } = await client.conversations.list({ query: "green tea" });
    const sent = { messageId: crypto.randomUUID(), conversationId: items[0]?.id ?? null, text: "Good morning to you." };
    await client.chat.send(sent);
    await expect.poll(() => opened.engine.session.assistant.replies.busy).toBe(false);
    await client.memories.undo({ changeId: changeId ?? "" });
    const { conversations, memories } = await everything(opened);
    expect(memories).toEqual([]);
    expect(conversations).toHaveLength(1);
    expect(conversations[0]?.messages[0]).toBe("user: Good morning to you.");
    await opened.engine.close();
    expect(filesContaining(opened.folder, "coimbra")).toEqual([]);
  });

  test("that is undone goes from a backup made in between too, and from nothing else of it", async () => {
    const opened = await open();
    const { client, session } = opened.engine;
    await client.memories.add({ text: "My cat is called Tula." });
    const coimbra = chatGptChat("coimbra", said("I live in Coimbra.", "Noted: Coimbra."));
    const { changeId } = await bringIn(opened, json(opened, [coimbra]));
    await learned(opened);
    const db = connect(layout(opened.folder).database);
    const { path } = await makeBackup(db, opened.folder, Date.now());
    db.close();
    expect(filesContaining(opened.folder, "coimbra")).toContain(path);
    await client.memories.undo({ changeId: changeId ?? "" });
    session.vault.store.erase.finish();
    expect(filesContaining(opened.folder, "coimbra")).not.toContain(path);
    const copy = connect(path, { readonly: true });
    expect(copy.prepare("SELECT text FROM memory").pluck().all()).toEqual(["My cat is called Tula."]);
    expect(
      copy.prepare("SELECT (SELECT count(*) FROM conversation) + (SELECT count(*) FROM import)").pluck().get(),
    ).toBe(0);
    copy.close();
  });

  test("does not bring back what the user had erased", async () => {
    const opened = await open();
    const { client, session } = opened.engine;
    const { memory } = await client.memories.add({ text: "User collects stamps." });
    const { text } = await client.memories.export({ format: "json" });
    session.vault.store.erase.memories([memory.id], { sources: true, at: Date.now() });
    expect(await client.memories.import({ json: text })).toMatchObject({ added: 0, skipped: 1 });
    const path = write(opened, "memories.json", JSON.stringify([{ conversations_memory: "User collects stamps." }]));
    expect(await bringIn(opened, path)).toMatchObject({ memories: 0 });
    expect((await everything(opened)).memories).toEqual([]);
  });

  test("long conversations are brought in, and deleted, as a whole", async () => {
    const opened = await open();
    const turns = Array.from({ length: 2_500 }, (_, index) => `Turn ${index}`);
    await bringIn(opened, json(opened, [chatGptChat("long", said(...turns))]));
    const { client } = opened.engine;
    const { items } = await client.conversations.list({});
    await client.conversations.delete({ id: items[0]?.id ?? "" });
    expect((await everything(opened)).conversations).toEqual([]);
  });
});

describe("nothing is half imported", () => {
  test("from a file that is broken near its end", async () => {
    const opened = await open();
    const broken = { ...tea, create_time: "soon" };
    const path = zip(opened, [
      { name: "conversations-000.json", data: JSON.stringify([porto]) },
      { name: "conversations-001.json", data: JSON.stringify([tea, broken]) },
    ]);
    expect(await refused(opened, path)).toMatchObject({
      code: "IMPORT_INVALID",
      message: "conversations-001.json, at [1].create_time: a time in seconds should stand here.",
    });
  });

  test.each<[string, string, (opened: Opened) => string]>([
    ["no file", "NOT_FOUND", ({ exports }) => join(exports, "none.zip")],
    ["an empty file", "IMPORT_INVALID", (opened) => write(opened, "a.json", "")],
    ["an empty list", "IMPORT_INVALID", (opened) => json(opened, [])],
    ["an empty folder", "IMPORT_INVALID", ({ exports }) => exports],
    ["a zip of other things", "IMPORT_INVALID", (opened) => zip(opened, [{ name: "a.txt", data: "a" }])],
    [
      "a zip cut short",
      "IMPORT_INVALID",
      (opened) => {
        const path = zip(opened, [{ name: "conversations.json", data: JSON.stringify([porto]) }]);
        return write(opened, "cut.zip", readFileSync(path).subarray(0, -30));
      },
    ],
    ["a zip with a wrong sum", "IMPORT_INVALID", (opened) => withClaim(opened, { crc: 1 })],
    ["a zip that unpacks to more than it says", "IMPORT_INVALID", (opened) => withClaim(opened, { bytes: 10 })],
    [
      "a zip that leads out of itself",
      "IMPORT_INVALID",
      (opened) => zip(opened, [{ name: "../conversations.json", data: JSON.stringify([porto]) }]),
    ],
    [
      "a zip bomb",
      "TOO_LARGE",
      (opened) => zip(opened, [{ name: "conversations.json", data: `[${" ".repeat(20_000_000)}]` }]),
    ],
  ])("from %s", async (_what, code, make) => {
    const opened = await open();
    expect((await refused(opened, make(opened))).code).toBe(code);
  });

  test("where the call is aborted", async () => {
    const opened = await open();
    const chats = Array.from({ length: 200 }, (_, index) => chatGptChat(`c${index}`, said("One.", "Two.", "Three.")));
    const cancel = new AbortController();
    const path = json(opened, chats);
    const events = await opened.engine.client.transfer.importFile({ path }, { signal: cancel.signal });
    const follow = async (): Promise<void> => {
      for await (const event of events) if (event.type === "progress") cancel.abort();
    };
    await follow().catch(() => {});
    await expect.poll(() => everything(opened)).toEqual({ conversations: [], memories: [] });
    expect(await bringIn(opened, path)).toMatchObject({ conversations: 200 });
  });

  test("where Ebb ends in the middle: the next start takes it back", async () => {
    const opened = await open();
    const { chatImports } = opened.engine.session.vault.store;
    chatImports.begin("cut", 1);
    const row = {
      id: "c",
      importId: "cut",
      source: "chatgpt",
      sourceId: "s",
      title: "Cut",
      renamed: 1 as const,
      createdAt: 1,
      updatedAt: 1,
    };
    chatImports.addConversation(row);
    const message = {
      conversationId: "c",
      role: "user" as const,
      speaker: null,
      text: "Half.",
      createdAt: 1,
      learnAt: 1,
    };
    chatImports.addMessage({ ...message, id: "m", parentId: null, sourceId: "1" }, "cut");
    await opened.engine.close();
    const again = await open(opened.folder);
    await expect.poll(() => again.engine.session.vault.store.chatImports.stateOf("cut")).toBeUndefined();
    expect(await everything(again)).toEqual({ conversations: [], memories: [] });
    expect(again.engine.session.vault.messages.conversation("c")).toBeUndefined();
  });
});

function withClaim(opened: Opened, claim: { bytes?: number; crc?: number }): string {
  return zip(opened, [{ name: "conversations.json", data: JSON.stringify([porto]), claim }]);
}
