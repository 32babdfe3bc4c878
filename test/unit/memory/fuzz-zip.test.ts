import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { EbbError } from "../../../app/contract/errors.ts";
import { openArchive } from "../../../app/memory/transfer/archive.ts";
import { readChats } from "../../../app/memory/transfer/read-chats.ts";
import { chatGptChat, claudeChat } from "../../fixtures/chats.ts";
import { temporaryFolder } from "../../fixtures/web-host.ts";
import { zipOf } from "../../fixtures/zip.ts";

/** Zips of one run, read at the same time: nearly all of the time goes into waiting for files. */
const atOnce = 20;
const runs = 10_000 / atOnce;
const said = [{ role: "user" as const, text: "I live in Porto." }];
const whole = [
  zipOf([{ name: "conversations.json", data: JSON.stringify([chatGptChat("a", said)]) }]),
  zipOf([
    { name: "user.json", data: "{}" },
    { name: "export/conversations-000.json", data: JSON.stringify([claudeChat("b", said)]) },
    { name: "export/memories.json", data: '[{"conversations_memory": "Ada likes tea."}]' },
  ]),
  zipOf([]),
];

/** Reads it as an import does: the number of items, or null where it is refused. Anything else that is thrown fails the test. */
async function read(path: string): Promise<number | null> {
  try {
    const archive = await openArchive(path);
    try {
      let items = 0;
      for (const file of archive.files) for await (const _ of readChats(file, () => {})) items += 1;
      return items;
    } finally {
      archive.close();
    }
  } catch (error) {
    if (!(error instanceof EbbError)) throw error;
    expect(["IMPORT_INVALID", "TOO_LARGE"]).toContain(error.code);
    expect(error.remedy).toContain("Nothing was imported.");
    return null;
  }
}

/** Writes the files into a folder of their own and reads them as imports do. */
async function readAll(folder: string, files: readonly Uint8Array[]): Promise<(number | null)[]> {
  return Promise.all(
    files.map(async (bytes, index) => {
      const path = join(folder, `${index}.zip`);
      // A new file each time: one that is written over is flushed to the disk.
      rmSync(path, { force: true });
      writeFileSync(path, bytes);
      return read(path);
    }),
  );
}

const batch = <Value>(one: fc.Arbitrary<Value>): fc.Arbitrary<Value[]> =>
  fc.array(one, { minLength: atOnce, maxLength: atOnce, size: "max" });

test("a zip with bytes changed, cut out or cut off is read or refused", async () => {
  const folder = temporaryFolder();
  const change = fc.tuple(fc.nat(), fc.oneof(fc.nat(255), fc.constantFrom(0, 0xff)));
  const damaged = fc
    .record({
      zip: fc.constantFrom(...whole),
      changes: fc.array(change, { maxLength: 4 }),
      gap: fc.option(fc.tuple(fc.nat(), fc.nat(40))),
      cut: fc.option(fc.nat()),
    })
    .map(({ zip, changes, gap, cut }) => {
      let bytes = Buffer.from(zip);
      for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
      const from = gap ? gap[0] % bytes.length : 0;
      if (gap) bytes = Buffer.concat([bytes.subarray(0, from), bytes.subarray(from + gap[1])]);
      return cut === null ? bytes : bytes.subarray(0, cut % (bytes.length + 1));
    });
  await fc.assert(
    fc.asyncProperty(batch(damaged), async (zips) => {
      await readAll(folder, zips);
    }),
    { numRuns: runs },
  );
});

test("a zip that says anything of its files is read or refused", async () => {
  const folder = temporaryFolder();
  const names = [
    "conversations.json",
    "x/conversations-001.json",
    "/conversations.json",
    "..\\conversations.json",
    "memories.json",
  ];
  const name = fc.oneof(fc.constantFrom(...names), fc.string({ unit: "binary", maxLength: 12 }));
  const data = fc.oneof(
    fc.constantFrom("[]", "{}", "", JSON.stringify([chatGptChat("a", said)])),
    fc.uint8Array({ maxLength: 60 }),
  );
  const claim = fc.record(
    { bytes: fc.oneof(fc.nat(100), fc.constantFrom(0xffff_ffff, 0x7fff_ffff)), crc: fc.nat(0xffff_ffff) },
    { requiredKeys: [] },
  );
  const member = fc.record({ name, data, claim: fc.oneof(fc.constant({}), claim) });
  await fc.assert(
    fc.asyncProperty(batch(fc.array(member, { maxLength: 2 })), async (zips) => {
      await readAll(folder, zips.map(zipOf));
    }),
    { numRuns: runs },
  );
});

test("bytes that only begin as a zip does are refused", async () => {
  const folder = temporaryFolder();
  const bytes = fc.uint8Array({ maxLength: 200 }).map((rest) => Buffer.concat([Buffer.from("PK"), rest]));
  await fc.assert(
    fc.asyncProperty(batch(bytes), async (files) => {
      expect(new Set(await readAll(folder, files))).toEqual(new Set([null]));
    }),
    { numRuns: 50 },
  );
});
