import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { Downloads } from "../../../app/llm/download/downloads.ts";
import type { Entry, Journal } from "../../../app/llm/download/entry.ts";
import { tinyModel } from "../../fixtures/gguf.ts";

let folder: string;
let rows: Map<string, Entry>;
let finished: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ebb-downloads-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  rows = new Map();
  finished = [];
});

const row = (given: Partial<Entry> = {}): Entry => ({
  id: "a",
  kind: "download",
  source: "https://example.org/a.gguf",
  name: "A",
  file: "a.gguf",
  entryId: null,
  sha256: null,
  bytes: null,
  state: "running",
  failure: null,
  etag: null,
  totalBytes: null,
  statedSha256: null,
  useIt: false,
  finishedAs: null,
  ...given,
});

const change = (id: string, part: Partial<Entry>): void => {
  const before = rows.get(id);
  if (before) rows.set(id, { ...before, ...part });
};

/** A journal in memory; `fails` makes it one on a full disk. */
function journal(fails: () => boolean = () => false): Journal {
  const refuse = (): void => {
    if (fails()) throw new Error("database or disk is full");
  };
  return {
    all: () => [...rows.values()],
    get: (id) => rows.get(id) ?? null,
    add: (entry) => void rows.set(entry.id, row({ ...entry, state: "queued" })),
    setState: (id, state, failure = null) => {
      refuse();
      change(id, { state, failure });
    },
    setSource: (id, told) => change(id, told),
    setFinishedAs: (id, finishedAs) => change(id, { finishedAs }),
    drop: (id) => void rows.delete(id),
    pauseAll: () => {
      for (const { id } of rows.values()) change(id, { state: "paused" });
    },
    finish: ({ id }, path) => {
      finished.push(path);
      rows.delete(id);
    },
  };
}

const open = (given: Journal = journal()): Downloads =>
  new Downloads({
    journal: given,
    folder,
    newId: () => `id-${rows.size}`,
    clock: Date.now,
    onRequest: () => () => {},
    onChange: () => {},
    onReady: () => {},
  });

describe("after a crash", () => {
  test("between the file's name and its note, it is noted", () => {
    const path = join(folder, "a.gguf");
    writeFileSync(path, "whole");
    rows.set("a", row({ finishedAs: path }));
    open().recover();
    expect(finished).toEqual([path]);
    expect(rows.size).toBe(0);
  });

  test("before the file got its name, the part is gone on with", () => {
    writeFileSync(join(folder, "a.gguf.part"), "a part");
    rows.set("a", row({ finishedAs: join(folder, "a.gguf") }));
    open().recover();
    expect(finished).toEqual([]);
    expect(rows.get("a")).toMatchObject({ state: "paused", finishedAs: null });
    expect(readdirSync(folder)).toEqual(["a.gguf.part"]);
  });

  test("nothing goes on by itself", () => {
    rows.set("a", row());
    rows.set("b", row({ id: "b", file: "b.gguf", state: "queued" }));
    open().recover();
    expect([...rows.values()].map(({ state }) => state)).toEqual(["paused", "paused"]);
  });
});

test("a failure that the journal can't take is told all the same, and a click tries again", async () => {
  let full = false;
  const source = join(folder, "source.gguf");
  writeFileSync(source, tinyModel());
  const downloads = open(journal(() => full));
  rows.set("a", row({ kind: "copy", source: join(folder, "gone.gguf"), state: "paused" }));
  downloads.resume("a");
  full = true;
  await expect.poll(() => downloads.list[0]?.state).toBe("failed");
  expect(downloads.list[0]?.failure).toMatchObject({ code: "MODEL_FILE_MISSING" });
  full = false;
  change("a", { source });
  downloads.resume("a");
  await expect.poll(() => finished).toEqual([join(folder, "a.gguf")]);
});

test("names never meet: of files, of parts, or of downloads to come", async () => {
  const source = join(folder, "tiny.gguf");
  writeFileSync(source, tinyModel());
  const downloads = open();
  const given = { kind: "copy", name: "Tiny", entryId: null, sha256: null, bytes: null, useIt: false } as const;
  const first = downloads.add({ ...given, source, wantedFile: "../tiny.gguf" });
  expect(first.file).toBe("tiny (2).gguf");
  const other = join(folder, "other.gguf");
  writeFileSync(other, tinyModel({ seed: 5 }));
  const second = downloads.add({ ...given, source: other, wantedFile: "tiny.gguf" });
  expect(second.file).toBe("tiny (3).gguf");
  expect(() => downloads.add({ ...given, source, wantedFile: "tiny.gguf" })).toThrow(
    expect.objectContaining({ code: "BUSY" }),
  );
  await expect.poll(() => finished.length).toBe(2);
  expect(readdirSync(folder).sort()).toEqual(["other.gguf", "tiny (2).gguf", "tiny (3).gguf", "tiny.gguf"]);
  expect(existsSync(join(folder, "tiny (2).gguf.part"))).toBe(false);
});
