import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import type { ExportEvent } from "../../app/contract/index.ts";
import { type Engine, openEngine } from "../../app/engine.ts";
import { live } from "../fixtures/lived-in.ts";
import { temporaryFolder } from "../fixtures/web-host.ts";

const now = Date.UTC(2026, 2, 1, 12);
const turn = { role: "user", speaker: null, back: 1, zone: "Europe/Berlin", failed: false } as const;

async function open(): Promise<{ engine: Engine; folder: string; out: string }> {
  const folder = temporaryFolder();
  const engine = await openEngine({ folder, clock: () => now, host: "web", languageModel: null });
  onTestFinished(() => engine.close());
  return { engine, folder, out: temporaryFolder("ebb-out-") };
}

function fill({ engine }: { engine: Engine }): void {
  live(
    {
      conversations: [
        {
          title: "../Trip: Porto?",
          renamed: false,
          quick: false,
          messages: [
            { ...turn, text: "I live in Porto.", at: 29_000_000 },
            { ...turn, role: "assistant", text: "Noted, and wrong.", at: 29_000_001 },
            {
              ...turn,
              role: "assistant",
              text: "Noted.\n![x](http://evil.example/a.png)\n```\n![code]\n```",
              at: 29_000_002,
              back: 2,
            },
            { ...turn, role: "other", speaker: "Mara", text: "<img src=x> hello", at: 29_000_003 },
          ],
        },
        {
          title: "..\\trip: porto?",
          renamed: false,
          quick: false,
          messages: [{ ...turn, text: "Once more.", at: 29_000_010 }],
        },
      ],
      memories: [
        { text: "I live in Porto.", kind: "fact", steps: [], quote: 0 },
        { text: "Answer *briefly*.", kind: "instruction", steps: ["pin"], quote: null },
      ],
      reminders: [{ text: "Pay the *rent*", at: 29_000_020, comesRound: true, state: "waiting", asked: null }],
      tasks: [
        {
          intents: [
            { op: "NEW", node: "A *trip*", kind: "goal" },
            { op: "NEW", node: "A *trip*/budget", kind: "slot", value: "500" },
            { op: "NEW", node: "A *trip*/pack", kind: "step" },
            { op: "NEW", node: "A *trip*/pack/socks", kind: "step" },
            { op: "COMPLETE", node: "A *trip*/pack/socks" },
            { op: "NEW", node: "A *trip*/visa", kind: "step" },
            { op: "CANCEL", node: "A *trip*/visa" },
          ],
          asked: null,
        },
      ],
    },
    engine.session.vault,
  );
}

/** Enough to take a while. */
function fillUp(opened: { engine: Engine }): void {
  opened.engine.session.vault.write(() => {
    for (let i = 0; i < 400; i += 1) fill(opened);
  });
}

async function write({ engine }: { engine: Engine }, folder: string, format: "json" | "markdown"): Promise<string> {
  const events: ExportEvent[] = await Array.fromAsync(await engine.client.transfer.exportAll({ folder, format }));
  const end = events.at(-1);
  if (end?.type !== "done") throw new Error("the export did not end");
  return end.path;
}

const filesOf = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();

test("the JSON file comes into another Ebb, and is undone there", async () => {
  const from = await open();
  fill(from);
  await from.engine.client.system.configure({ theme: "dark" });
  const path = await write(from, from.out, "json");
  expect(path).toBe(join(from.out, "ebb-export 2026-03-01.json"));
  expect(statSync(path).mode & 0o077).toBe(0);
  const to = await open();
  const events = await Array.fromAsync(await to.engine.client.transfer.importFile({ path }));
  const end = events.at(-1);
  expect(end).toMatchObject({ type: "done", conversations: 2, messages: 5, memories: 2, skipped: 0 });
  expect(await to.engine.client.system.settings()).toMatchObject({ theme: "dark" });
  expect(readFileSync(await write(to, to.out, "json"), "utf8")).toBe(readFileSync(path, "utf8"));
  await to.engine.client.memories.undo({ changeId: (end?.type === "done" && end.changeId) || "" });
  expect((await to.engine.client.conversations.list({})).total).toBe(0);
  expect((await to.engine.client.memories.list({ status: "all" })).total).toBe(0);
});

test("the folder is there to be read: an index, the memories, and a file for each conversation", async () => {
  const from = await open();
  fill(from);
  const folder = await write(from, from.out, "markdown");
  expect(folder).toBe(join(from.out, "Ebb 2026-03-01"));
  expect(filesOf(folder)).toEqual([
    "README.md",
    "conversations/2025-02-19 .. Trip Porto.md",
    "conversations/2025-02-19 .. trip porto (2).md",
    "memories.md",
    "reminders.md",
    "tasks.md",
  ]);
  expect(filesOf(from.out).every((path) => path.startsWith("Ebb 2026-03-01/"))).toBe(true);
  const read = (name: string) => readFileSync(join(folder, name), "utf8");
  expect(read("conversations/2025-02-19 .. Trip Porto.md")).toBe(
    [
      "# ../Trip: Porto?",
      "",
      "**You** (2025-02-19 22:20):",
      "",
      "I live in Porto.",
      "",
      "**Ebb** (2025-02-19 22:22, tiny):",
      "",
      "Noted.",
      "!\\[x](http://evil.example/a.png)",
      "```",
      "![code]",
      "```",
      "",
      "**Mara** (2025-02-19 22:23):",
      "",
      "\\<img src=x> hello",
      "",
      "## Said in other versions of this conversation",
      "",
      "**Ebb** (2025-02-19 22:21, tiny):",
      "",
      "Noted, and wrong.",
      "",
    ].join("\n"),
  );
  expect(read("memories.md")).toContain("## About you\n");
  expect(read("memories.md")).toContain(
    "### Facts\n\n- I live in Porto. (since 1970-01-01)\n  > 2025-02-19: I live in Porto.\n",
  );
  expect(read("memories.md")).toContain("- Answer \\*briefly\\*. (since 1970-01-01; changed 1970-01-01; pinned)");
  expect(read("reminders.md")).toContain("every week, Pay the \\*rent\\*\n");
  expect(read("tasks.md")).toBe(
    "# Tasks\n\n## A \\*trip\\*\n\n- budget: 500\n- [ ] pack\n  - [x] socks\n- [ ] visa (cancelled)\n",
  );
  expect(read("README.md")).toContain(
    "- 2025-02-19: [../Trip: Porto?](conversations/2025-02-19%20..%20Trip%20Porto.md)",
  );
});

test("nothing that is there is written over", async () => {
  const from = await open();
  for (const format of ["json", "markdown"] as const) {
    const paths = [await write(from, from.out, format), await write(from, from.out, format)];
    const name = format === "json" ? "ebb-export 2026-03-01" : "Ebb 2026-03-01";
    const end = format === "json" ? ".json" : "";
    expect(paths).toEqual([join(from.out, `${name}${end}`), join(from.out, `${name} (2)${end}`)]);
  }
});

const isRoot = process.getuid?.() === 0;

type Place = [what: string, code: string, make: (out: string, data: string) => string];
const places: Place[] = [
  ["a folder that is not there", "NOT_FOUND", (out) => join(out, "none")],
  [
    "a file in its place",
    "FOLDER_UNWRITABLE",
    (out) => {
      writeFileSync(join(out, "f"), "");
      return join(out, "f");
    },
  ],
  ["the data folder", "INVALID_INPUT", (_out, data) => data],
  [
    "a folder in the data folder",
    "INVALID_INPUT",
    (_out, data) => {
      mkdirSync(join(data, "x"));
      return join(data, "x");
    },
  ],
  [
    "a link to the data folder",
    "INVALID_INPUT",
    (out, data) => {
      symlinkSync(data, join(out, "l"));
      return join(out, "l");
    },
  ],
  ["a system folder that takes no files", "FOLDER_UNWRITABLE", () => "/proc/self"],
  [
    "a folder that may not be written",
    "FOLDER_UNWRITABLE",
    (out) => {
      chmodSync(out, 0o500);
      return out;
    },
  ],
];

// Root may write everywhere.
test.each(isRoot ? places.slice(0, -1) : places)("%s is refused", async (_what, code, make) => {
  const from = await open();
  fill(from);
  const folder = make(from.out, from.folder);
  for (const format of ["json", "markdown"] as const) {
    await expect(write(from, folder, format)).rejects.toMatchObject({ code, data: { remedy: expect.any(String) } });
  }
});

test("a disk that is full is told, and nothing is left on it", async () => {
  const from = await open();
  fill(from);
  const { portable } = from.engine.session.vault.store;
  const spy = vi.spyOn(portable, "memories").mockImplementation(() => {
    throw Object.assign(new Error("no space left"), { code: "ENOSPC" });
  });
  const about = vi.spyOn(portable, "memoriesAbout").mockImplementation(spy.getMockImplementation() as never);
  for (const format of ["json", "markdown"] as const) {
    await expect(write(from, from.out, format)).rejects.toMatchObject({ code: "STORAGE_FULL" });
  }
  expect(readdirSync(from.out)).toEqual([]);
  about.mockRestore();
});

test("an export that is broken off leaves nothing, and the next one works", async () => {
  const from = await open();
  fillUp(from);
  for (const format of ["json", "markdown"] as const) {
    const cancel = new AbortController();
    const events = await from.engine.client.transfer.exportAll({ folder: from.out, format }, { signal: cancel.signal });
    const seen: string[] = [];
    const follow = async (): Promise<void> => {
      for await (const event of events) {
        seen.push(event.type);
        cancel.abort();
      }
    };
    await follow().catch(() => {});
    await expect.poll(() => readdirSync(from.out)).toEqual([]);
    expect(seen).toEqual(["progress"]);
  }
  await write(from, from.out, "json");
});

test("Ebb answers while it writes, and writes what it said before it began", async () => {
  const from = await open();
  fillUp(from);
  const events = await from.engine.client.transfer.exportAll({ folder: from.out, format: "json" });
  let longest = 0;
  let told = 0;
  let path = "";
  for await (const event of events) {
    if (event.type === "done") path = event.path;
    else {
      told += 1;
      const start = performance.now();
      await from.engine.client.memories.add({ text: `Said meanwhile, number ${told}` });
      longest = Math.max(longest, performance.now() - start);
    }
  }
  expect(told).toBeGreaterThan(0);
  expect(longest).toBeLessThan(500);
  expect(readFileSync(path, "utf8")).not.toContain("Said meanwhile");
  await expect(write(from, from.out, "json")).resolves.toBeTypeOf("string");
});
