import { describe, expect, test } from "vitest";
import { limits } from "../../../app/contract/limits.ts";
import type { SourceFile } from "../../../app/memory/transfer/archive.ts";
import { Fault } from "../../../app/memory/transfer/fault.ts";
import { type ReadItem, readChats, readItems } from "../../../app/memory/transfer/read-chats.ts";
import { chatGptChat, claudeChat, inChunks, type Turn } from "../../fixtures/chats.ts";

const turns: Turn[] = [
  { role: "user", text: "I live in Porto." },
  { role: "assistant", text: "Noted." },
];

async function read(json: unknown, chunk = 7): Promise<ReadItem[]> {
  return Array.fromAsync(readItems(inChunks(typeof json === "string" ? json : JSON.stringify(json), chunk)));
}

async function chats(json: unknown) {
  return (await read(json)).flatMap((item) => (item.kind === "chat" ? [item.chat] : []));
}

async function fault(json: unknown): Promise<string> {
  const error = await read(json).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(Fault);
  return (error as Fault).message;
}

/** The exported conversation with a change made to it. */
function changed(change: (chat: Record<string, unknown>) => void): unknown {
  const chat = chatGptChat("c", turns);
  change(chat as Record<string, unknown>);
  return [chatGptChat("a", turns), chat];
}

describe("ChatGPT", () => {
  test("reads the branch that ends at the current node, without system messages", async () => {
    const chat = chatGptChat("c", turns);
    const mapping = chat.mapping as Record<string, { children: string[] }>;
    mapping["c-0"]?.children.unshift("other");
    Object.assign(mapping, {
      other: { ...mapping["c-1"], id: "other", parent: "c-0", children: [] },
    });
    expect(await chats([chat])).toEqual([
      {
        sourceId: "c",
        title: "Chat c",
        createdAt: 1_700_000_000_000,
        updatedAt: 1_700_000_120_000,
        messages: [
          { sourceId: "c-0", role: "user", speaker: null, text: "I live in Porto.", createdAt: 1_700_000_000_250 },
          { sourceId: "c-1", role: "assistant", speaker: null, text: "Noted.", createdAt: 1_700_000_060_250 },
        ],
      },
    ]);
  });

  test("keeps the words beside images, and leaves out tools, hidden messages and reasoning", async () => {
    const parts = ["Look:", { content_type: "image_asset_pointer", asset_pointer: "file-service://x" }, null];
    const [, chat] = await chats(
      changed((chat: Record<string, unknown>) => {
        const mapping = chat.mapping as Record<string, { message: Record<string, unknown> }>;
        Object.assign(mapping["c-0"]?.message ?? {}, { content: { content_type: "multimodal_text", parts } });
        Object.assign(mapping["c-1"]?.message ?? {}, { content: { content_type: "thoughts", thoughts: [] } });
      }),
    );
    expect(chat?.messages.map(({ text }) => text)).toEqual(["Look:\n\n(image)"]);
  });

  test("takes missing titles, times and current nodes", async () => {
    const [, chat] = await chats(
      changed((fields) => {
        Object.assign(fields, { title: null, create_time: null, update_time: null });
        delete fields.current_node;
        for (const node of Object.values(fields.mapping as Record<string, { message: { create_time: null } | null }>)) {
          if (node.message) node.message.create_time = null;
        }
      }),
    );
    expect(chat).toMatchObject({ title: null, createdAt: null, messages: [{ createdAt: null }, { createdAt: null }] });
  });

  test.each<[string, (chat: Record<string, unknown>) => void, string]>([
    [
      "a time that is text",
      (chat) => setTime(chat, "soon"),
      '[1].mapping["c-0"].message.create_time: a time in seconds',
    ],
    [
      "a time beyond all years",
      (chat) => setTime(chat, 1e300),
      '[1].mapping["c-0"].message.create_time: this is no time',
    ],
    ["a mapping that is a list", (chat) => Object.assign(chat, { mapping: [] }), "[1].mapping: an object"],
    ["no id", (chat) => Object.assign(chat, { id: 7, conversation_id: undefined }), "[1].conversation_id: an id"],
    [
      "a current node that is nowhere",
      (chat) => Object.assign(chat, { current_node: "x" }),
      "[1].current_node: this names",
    ],
    [
      "a current node named __proto__",
      (chat) => Object.assign(chat, { current_node: "__proto__" }),
      "this names a message",
    ],
    ["a circle", (chat) => setParent(chat, "c-1"), '[1].mapping["c-0"].parent: the messages lead in a circle'],
  ])("refuses %s with its place", async (_what, change, place) => {
    expect(await fault(changed(change))).toContain(place);
  });
});

const nodeOf = (chat: Record<string, unknown>, name: string) =>
  (chat.mapping as Record<string, { parent: string; message: { create_time: unknown } }>)[name];
function setTime(chat: Record<string, unknown>, time: unknown): void {
  const node = nodeOf(chat, "c-0");
  if (node) node.message.create_time = time;
}
function setParent(chat: Record<string, unknown>, parent: string): void {
  const node = nodeOf(chat, "c-0");
  if (node) node.parent = parent;
}

describe("Claude", () => {
  test("reads conversations, with marks for files", async () => {
    const chat = claudeChat("k", turns);
    const [first] = chat.chat_messages as Record<string, unknown>[];
    Object.assign(first ?? {}, { text: "", files: [{ file_kind: "image", file_uuid: "u" }], attachments: [{}] });
    const [read] = await chats([chat]);
    expect(read).toMatchObject({ sourceId: "k", title: "Chat k", createdAt: 1_700_000_000_000 });
    expect(read?.messages.map(({ role, text }) => [role, text])).toEqual([
      ["user", "I live in Porto.\n\n(image)\n\n(file)"],
      ["assistant", "Noted."],
    ]);
  });

  test("reads memories from a list, an object, and a text or list in it", async () => {
    const text = "**Work context**\n\nAda writes compilers.\n\n- Likes tea\n- Lives in Porto";
    const expected = ["Ada writes compilers.", "Likes tea", "Lives in Porto"];
    expect(
      await read([{ conversations_memory: text, project_memories: { p: "A project." }, account_uuid: "a" }]),
    ).toEqual([{ kind: "memories", texts: [...expected, "A project."] }]);
    expect(await read({ conversations_memory: text, project_memories: {}, memory_files: [] })).toEqual([
      { kind: "memories", texts: expected },
      { kind: "memories", texts: [] },
    ]);
    expect(await read([{ conversations_memory: ["One.", "Two."] }])).toEqual([
      { kind: "memories", texts: ["One.", "Two."] },
    ]);
  });

  describe("with branches", () => {
    type Said = [id: string, parent: string | null | undefined, text: string, minute: number];
    const root = "00000000-0000-4000-8000-000000000000";
    const branched = (said: Said[], more: object = {}) => ({
      ...claudeChat("k", []),
      ...more,
      chat_messages: said.map(([uuid, parent, text, minute]) => ({
        uuid,
        text,
        sender: "human",
        created_at: new Date(minute * 60_000).toISOString(),
        ...(parent !== undefined && { parent_message_uuid: parent }),
      })),
    });
    const texts = async (chat: unknown) => (await chats([chat]))[0]?.messages.map(({ text }) => text);
    const edited: Said[] = [
      ["a", root, "First", 0],
      ["b", "a", "Old question", 1],
      ["c", "b", "Old answer", 2],
      ["d", "a", "New question", 3],
      ["e", "d", "New answer", 4],
    ];

    test("reads the one that ends in the newest message, or in the named one", async () => {
      expect(await texts(branched(edited))).toEqual(["First", "New question", "New answer"]);
      expect(await texts(branched(edited.toReversed()))).toEqual(["First", "New question", "New answer"]);
      const named = { current_leaf_message_uuid: "c" };
      expect(await texts(branched(edited, named))).toEqual(["First", "Old question", "Old answer"]);
    });

    test("takes a message without a parent as going on from the one before", async () => {
      const half: Said[] = [
        ["a", undefined, "First", 0],
        ["b", null, "Second", 1],
        ["c", "b", "Third", 2],
      ];
      expect(await texts(branched(half))).toEqual(["First", "Second", "Third"]);
    });

    test("refuses messages that lead in a circle", async () => {
      const circle: Said[] = [
        ["a", "b", "First", 0],
        ["b", "a", "Second", 1],
      ];
      expect(await fault([branched(circle)])).toContain("[0].chat_messages[1].parent_message_uuid: the messages lead");
    });
  });

  test("refuses an unknown sender and a wrong time with their places", async () => {
    const chat = claudeChat("k", turns);
    const [first, second] = chat.chat_messages as Record<string, unknown>[];
    Object.assign(second ?? {}, { created_at: "yesterday" });
    expect(await fault([chat])).toContain("[0].chat_messages[1].created_at");
    Object.assign(first ?? {}, { sender: "system" });
    expect(await fault([chat])).toContain("[0].chat_messages[0].sender");
  });
});

describe("group chats", () => {
  const file = {
    format: "ebb-chat",
    version: 1,
    conversations: [
      {
        id: "g",
        title: "Trip",
        messages: [
          { id: "1", speaker: "Mara", text: "I moved to Lyon.", at: "2025-06-01T12:00:00Z" },
          { id: "2", me: true, text: "I work at Siemens.", at: 1_748_779_260_000 },
        ],
      },
    ],
  };

  test("tell the user from the others", async () => {
    const [chat] = await chats(file);
    expect(chat?.messages).toEqual([
      { sourceId: "1", role: "other", speaker: "Mara", text: "I moved to Lyon.", createdAt: 1_748_779_200_000 },
      { sourceId: "2", role: "user", speaker: null, text: "I work at Siemens.", createdAt: 1_748_779_260_000 },
    ]);
  });

  test("need their format named, a known version and a speaker", async () => {
    expect(await fault({ conversations: file.conversations })).toContain("format");
    expect(await fault({ ...file, version: 2 })).toContain("newer Ebb");
    const nameless = { id: "g", messages: [{ id: "1", text: "Hi" }] };
    expect(await fault({ ...file, conversations: [nameless] })).toContain("conversations[0].messages[0].speaker");
  });
});

describe("any file", () => {
  const whole = JSON.stringify([chatGptChat("c", turns)]);

  test("reads the same in chunks of any size, with a mark of byte order or without", async () => {
    const expected = await read(whole, 1_000_000);
    for (const size of [1, 2, 3, 64]) expect(await read(`\uFEFF  ${whole}\n`, size)).toEqual(expected);
  });

  test.each<[string, string, string]>([
    ["nothing at all", "", "the beginning (byte 0): the file breaks off"],
    ["a file cut short", whole.slice(0, 200), "[0] (byte 200): the file breaks off"],
    ["a cut between conversations", `${whole.slice(0, -1)},`, "[1] (byte"],
    ["a comma too many", `${whole.slice(0, -1)},]`, "this is not JSON"],
    ["something behind the end", `${whole}[]`, "this is not JSON"],
    ["no JSON", "<html></html>", "this is not JSON"],
    ["a broken value", '[{"mapping": nope}]', "[0] (from byte 1): this is not JSON"],
    ["a broken list", '[{"mapping": [1 2]}]', "[0] (byte 16): this is not JSON"],
    ["other JSON", '[{"hello": 1}]', "[0]: this is no conversation"],
    ["another object", '{"hello": 1}', "the top: this is no conversation"],
    ["numbers", "[1, 2]", "[0]: this is no conversation"],
    ["a number", "12", "this is not JSON"],
    ["nesting without end", "[".repeat(100_000), "nested too deeply"],
    ["names without end", `{"${"x".repeat(5_000)}": 1}`, "larger than any"],
  ])("refuses %s and says where", async (_what, json, place) => {
    expect(await fault(json)).toContain(place);
  });

  test("refuses bytes that are not UTF-8", async () => {
    const bytes = Buffer.from(whole);
    bytes[bytes.indexOf("Porto")] = 0xff;
    const error = await Array.fromAsync(readItems(inChunks(bytes, 64))).catch((reason: unknown) => reason);
    expect((error as Fault).message).toContain("[0] (from byte 1): this is not UTF-8");
  });

  test("says of one conversation that is too large how large one may be, and what to do", async () => {
    const chunk = Buffer.alloc(1024 * 1024, "x");
    const huge: SourceFile = {
      name: "conversations.json",
      bytes: 0,
      read: async function* () {
        yield Buffer.from(`[${JSON.stringify(chatGptChat("a", turns))}, {"text": "`);
        for (let megabyte = 0; megabyte < 33; megabyte += 1) yield chunk;
      },
    };
    const error = await Array.fromAsync(readChats(huge, () => {})).catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      code: "TOO_LARGE",
      message: "conversations.json, at [1]: this is larger than the 32 MB that Ebb takes as one.",
      remedy: expect.stringContaining("Take that conversation out of the file"),
    });
  });

  test("mends what no database takes, and splits what is longer than a message", async () => {
    const long = `${"é".repeat(limits.messageChars)}end`;
    const [chat] = await chats([
      chatGptChat("c", [
        { role: "user", text: "a\ud800b\0c" },
        { role: "user", text: long },
      ]),
    ]);
    expect(chat?.messages.map(({ sourceId, text }) => [sourceId, text.length])).toEqual([
      ["c-0", 5],
      ["c-1", limits.messageChars],
      ["c-1#2", 3],
    ]);
    expect(chat?.messages[0]?.text).toBe("a\uFFFDb\uFFFDc");
  });

  test("never repeats what it read in its errors, except the names on the way to the fault", async () => {
    const chat = chatGptChat("c", [{ role: "user", text: "my secret" }]);
    Object.assign(chat, { create_time: "my secret" });
    expect(await fault([chat])).not.toContain("secret");
  });
});
