import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import { EbbError } from "../../app/contract/errors.ts";
import { removeChats } from "../../app/memory/transfer/undo-chats.ts";
import { exportMemories } from "../../app/memory/transfer.ts";
import { openPassingVault, type Vault } from "../../app/vault.ts";
import { bringIn, exported, type Life, life, live } from "../fixtures/lived-in.ts";
import { temporaryFolder } from "../fixtures/web-host.ts";

const never = new AbortController().signal;

function fresh(): Vault {
  const { vault, discard } = openPassingVault();
  onTestFinished(discard);
  return vault;
}

/** A vault in which a fixed life was lived. */
function livedIn(): Vault {
  const vault = fresh();
  live(sample, vault);
  vault.settings.put("settings", { theme: "dark" });
  return vault;
}

const turn = { role: "user", speaker: null, back: 1, zone: "Europe/Berlin", failed: false } as const;
const sample: Life = {
  conversations: [
    {
      title: "Trip",
      renamed: true,
      quick: false,
      messages: [
        { ...turn, text: "I live in Porto.", at: 10 },
        { ...turn, role: "assistant", text: "Noted.", at: 11 },
        { ...turn, role: "assistant", text: "Noted, again.", at: 12, back: 2 },
        { ...turn, role: "other", speaker: "Mara", text: "我喜欢绿茶", at: 13 },
      ],
    },
    { title: "Quick one", renamed: false, quick: true, messages: [{ ...turn, text: "What is the time?", at: 20 }] },
  ],
  memories: [
    { text: "I live in Porto.", kind: "fact", steps: ["edit", "review", "pin"], quote: 0 },
    { text: "Answer briefly.", kind: "instruction", steps: ["pin"], quote: null },
  ],
  reminders: [
    { text: "pay the rent", at: 30, comesRound: true, state: "waiting", asked: 0 },
    { text: "call Mara", at: 40, comesRound: false, state: "ringing", asked: null },
  ],
  tasks: [
    {
      intents: [
        { op: "NEW", node: "trip", kind: "goal", quote: "I live" },
        { op: "NEW", node: "trip/to", kind: "slot", value: "Porto" },
        { op: "NEW", node: "trip/flight", kind: "step", depends_on: ["trip/to"] },
      ],
      asked: 0,
    },
    { intents: [{ op: "UPDATE", node: "trip/to", value: "Braga", quote: "Braga" }], asked: null },
    { intents: [{ op: "WHAT_IF", node: "trip/to", value: "Faro" }], asked: 0 },
  ],
};

const file = (folder: string, text: string): string => {
  const path = join(folder, "ebb-export.json");
  writeFileSync(path, text);
  return path;
};

describe("an export of everything", () => {
  test("brought into an empty Ebb is what it was, whatever was in it", async () => {
    const folder = temporaryFolder();
    await fc.assert(
      fc.asyncProperty(life, async (lived) => {
        const [from, to] = [openPassingVault(), openPassingVault()];
        try {
          live(lived, from.vault);
          from.vault.settings.put("settings", { theme: "dark", learning: false });
          const text = exported(from.vault);
          await bringIn(to.vault, file(folder, text));
          const again = exported(to.vault);
          const isEmpty = lived.conversations.length + lived.memories.length === 0;
          expect(again).toBe(text);
          // And once more: nothing is there a second time.
          expect((await bringIn(to.vault, file(folder, text))).changeId).toBeNull();
          expect(exported(to.vault)).toBe(text);
          expect(isEmpty || text.length > 300).toBe(true);
        } finally {
          from.discard();
          to.discard();
        }
      }),
      { numRuns: 60 },
    );
  });

  test("comes beside what another Ebb knows, and is undone without a trace of it", async () => {
    const folder = temporaryFolder();
    await fc.assert(
      fc.asyncProperty(life, life, async (mine, theirs) => {
        const [from, to] = [openPassingVault(), openPassingVault()];
        try {
          live(theirs, from.vault);
          live(mine, to.vault);
          const before = exported(to.vault);
          const { changeId, skipped } = await bringIn(to.vault, file(folder, exported(from.vault)));
          const both = JSON.parse(exported(to.vault)) as Record<string, unknown[]>;
          expect(both.conversations).toHaveLength(mine.conversations.length + theirs.conversations.length);
          expect((both.memories?.length ?? 0) + skipped).toBe(mine.memories.length + theirs.memories.length);
          if (changeId) await removeChats(to.vault.store, changeId, 1, never);
          to.vault.settings.drop("settings");
          expect(exported(to.vault)).toBe(before);
        } finally {
          from.discard();
          to.discard();
        }
      }),
      { numRuns: 40 },
    );
  });

  test("goes on where the two have parted: what is new comes, what is known stays as it is here", async () => {
    const folder = temporaryFolder();
    const from = livedIn();
    const to = fresh();
    await bringIn(to, file(folder, exported(from)));
    const [conversation] = from.messages.conversations(10, 0).filter(({ title }) => title === "Trip!");
    const { id = "" } = conversation ?? {};
    const leaf = from.messages.leaf(id);
    const more = {
      ...(from.messages.message(leaf ?? "") as object),
      id: "later",
      parentId: leaf,
      text: "And it rains.",
    };
    from.messages.insert(more as Parameters<typeof from.messages.insert>[0]);
    to.messages.rename(id, "My trip");
    expect(await bringIn(to, file(folder, exported(from)))).toMatchObject({
      conversations: 0,
      messages: 1,
      memories: 0,
    });
    expect(to.messages.conversation(id)?.title).toBe("My trip");
    expect(to.messages.branch(to.messages.leaf(id) ?? "").map(({ text }) => text)).toEqual([
      "I live in Porto.",
      "Noted, again.",
      "我喜欢绿茶",
      "And it rains.",
    ]);
  });

  test("keeps the settings that were chosen here", async () => {
    const to = fresh();
    to.settings.put("settings", { theme: "light" });
    const path = file(temporaryFolder(), exported(livedIn()));
    await bringIn({ ...to, settings: { ...to.settings, put: () => {} } }, path);
    expect(to.settings.get("settings")).toEqual({ theme: "light" });
  });

  test("is not seen before all of it is here", async () => {
    const to = fresh();
    const path = file(temporaryFolder(), exported(livedIn()));
    const { setState } = to.store.chatImports;
    let seen: unknown;
    to.store.chatImports.setState = (id, state) => {
      seen ??= [to.messages.conversationCount(), to.store.memories.all().length];
      setState(id, state);
    };
    const { show } = to.store.chatImports;
    to.store.chatImports.show = (id) => {
      seen = [
        to.messages.conversations(10, 0),
        to.store.search.conversations("Porto", { limit: 10, offset: 0 }).items,
        to.store.memories.all(),
        to.messages.quickQuestions(10),
      ];
      show(id);
    };
    await bringIn(to, path);
    expect(seen).toEqual([[], [], [], []]);
    expect(to.messages.conversationCount()).toBe(2);
    expect(to.store.memories.all()).toHaveLength(2);
  });
});

describe("a file that is broken is refused with its place, and nothing of it stays", () => {
  type Rows = Record<string, Record<string, unknown>[]>;
  const change = (work: (file: Rows) => void): string => {
    const whole = JSON.parse(exported(livedIn())) as Rows;
    work(whole);
    return JSON.stringify(whole);
  };
  const put = (table: string, field: string, value: unknown, at = 0) =>
    change((whole) => Object.assign(whole[table]?.[at] ?? {}, { [field]: value }));

  test.each<[string, () => string, string]>([
    ["a text that is none", () => put("messages", "text", 7, 2), "messages[2].text"],
    ["a time that is none", () => put("conversations", "createdAt", "soon"), "conversations[0].createdAt"],
    ["a field that is not known", () => put("memories", "surprise", 1), "memories[0]"],
    ["a parent that is not there", () => put("messages", "parentId", "nobody", 3), "messages[3].parentId"],
    ["a parent that comes later", () => change((whole) => whole.messages?.reverse()), "messages["],
    [
      "a conversation that is not there",
      () => put("messages", "conversationId", "none", 1),
      "messages[1].conversationId",
    ],
    ["a message twice", () => change((whole) => whole.messages?.push({ ...whole.messages[0] })), "messages[5].id"],
    ["a memory twice", () => change((whole) => whole.memories?.push({ ...whole.memories[0] })), "memories[2].id"],
    ["a newer version", () => change((whole) => Object.assign(whole, { version: 2 })), "version"],
    ["no version", () => change((whole) => Reflect.deleteProperty(whole, "version")), "conversations[0]"],
    ["a table that is not known", () => change((whole) => Object.assign(whole, { spells: [1] })), "spells[0]"],
    ["tables in another order", () => change((whole) => Object.assign(whole, { again: 1 })), "again"],
    ["a file cut short", () => exported(livedIn()).slice(0, 900), "byte 900"],
    ["a task of a goal that is not there", () => put("tasks", "rootId", "none", 1), "tasks[1].rootId"],
    ["a task twice", () => change((whole) => whole.tasks?.push({ ...whole.tasks[0] })), "tasks[3].id"],
    ["a revision by a change that is not there", () => put("taskChanges", "id", "x"), "tasks[0].revisions[0].changeId"],
    ["a task in a state that there is not", () => put("tasks", "state", "undone", 2), "tasks[2].state"],
    [
      "a task that is a part of itself",
      () =>
        change((whole) => {
          const [goal] = whole.tasks ?? [];
          whole.taskEdges?.push({ fromId: goal?.id, kind: "subtask_of", toId: goal?.id });
        }),
      "taskEdges[3]",
    ],
    ["an impossible stability", () => put("memories", "stability", -1), "memories[0].stability"],
  ])("%s", async (_what, make, place) => {
    const to = fresh();
    live(sample, to);
    const before = exported(to);
    const error: unknown = await bringIn(to, file(temporaryFolder(), make())).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(EbbError);
    expect(error).toMatchObject({ code: "IMPORT_INVALID", message: expect.stringContaining(place) });
    expect((error as EbbError).remedy).toContain("Nothing was imported.");
    expect(exported(to)).toBe(before);
    expect(to.store.chatImports.unfinished()).toEqual([]);
  });

  test("and so is one that is cancelled at any step", async () => {
    const path = file(temporaryFolder(), exported(livedIn()));
    const to = fresh();
    for (let calls = 1; calls < 6; calls += 1) {
      const cancel = new AbortController();
      let left = calls;
      const store = {
        ...to.store,
        transaction: <T>(work: () => T): T => {
          left -= 1;
          if (left === 0) cancel.abort(new Error("cancelled"));
          return to.store.transaction(work);
        },
      };
      const result = await bringIn({ ...to, store }, path, { cancelled: cancel.signal }).catch(() => "cancelled");
      if (result !== "cancelled") break;
      expect(JSON.parse(exported(to))).toMatchObject({ conversations: [], messages: [], memories: [] });
    }
  });
});

test("exports of memories alone, as Ebb made them before, come in the same way", async () => {
  const from = livedIn();
  const { text } = exportMemories(from.store, "json", 1);
  const to = fresh();
  const { changeId, ...counts } = await bringIn(to, file(temporaryFolder(), text));
  expect(counts).toMatchObject({ memories: 2, skipped: 0 });
  expect(exportMemories(to.store, "json", 1).text).toBe(text);
  expect(to.messages.conversations(10, 0).map(({ title }) => title)).toEqual(["Imported memories"]);
  await removeChats(to.store, changeId ?? "", 1, never);
  expect(JSON.parse(exported(to))).toMatchObject({ conversations: [], messages: [], memories: [] });
});
