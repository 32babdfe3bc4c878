import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import { EbbError } from "../../../app/contract/errors.ts";
import { Fault } from "../../../app/memory/transfer/fault.ts";
import { readItems } from "../../../app/memory/transfer/read-chats.ts";
import { removeChats } from "../../../app/memory/transfer/undo-chats.ts";
import { openPassingVault } from "../../../app/vault.ts";
import { inChunks } from "../../fixtures/chats.ts";
import { bringIn, exported, type Life, life, live } from "../../fixtures/lived-in.ts";
import { temporaryFolder } from "../../fixtures/web-host.ts";

const runs = 10_000;

/** Exports of random lives, to be damaged: short ones, so that the damage meets everything in them. */
function exports(): string[] {
  const all = fc.sample(life, { numRuns: 60, seed: 7 }).map((lived: Life) => {
    const { vault, discard } = openPassingVault();
    live(lived, vault);
    const text = exported(vault);
    discard();
    return text;
  });
  const short = all.filter((text) => text.length > 1_000 && text.length < 4_000);
  expect(short.length).toBeGreaterThan(5);
  return short;
}

const texts = exports();

async function outcome(bytes: string | Uint8Array, size: number): Promise<unknown[] | Fault> {
  try {
    return await Array.fromAsync(readItems(inChunks(bytes, size)));
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
}

/** Every place in a JSON value at which something stands. */
function placesIn(whole: unknown): [Record<string, unknown>, string][] {
  const places: [Record<string, unknown>, string][] = [];
  const collect = (node: unknown): void => {
    if (typeof node !== "object" || node === null) return;
    for (const key of Object.keys(node)) {
      places.push([node as Record<string, unknown>, key]);
      collect((node as Record<string, unknown>)[key]);
    }
  };
  collect(whole);
  return places;
}

const damage = fc.record({
  text: fc.constantFrom(...texts),
  changes: fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 3 }),
  cut: fc.option(fc.nat()),
});

function damaged({ text, changes, cut }: { text: string; changes: [number, number][]; cut: number | null }): Buffer {
  const bytes = Buffer.from(text);
  for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
  return cut === null ? bytes : bytes.subarray(0, cut % bytes.length);
}

/** The text with any value in the place of one of those in it. */
const replaced = fc
  .tuple(
    fc.constantFrom(...texts),
    fc.nat(),
    fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constantFrom("id-1", "", -1, 1e300)),
  )
  .map(([text, pick, value]) => {
    const whole: unknown = JSON.parse(text);
    const places = placesIn(whole);
    const [parent, key] = places[pick % places.length] ?? [{}, ""];
    parent[key] = value;
    return JSON.stringify(whole);
  });

test("an export with bytes changed or cut off is read or refused, the same in chunks of any size", async () => {
  await fc.assert(
    fc.asyncProperty(damage, fc.integer({ min: 7, max: 500 }), async (given, size) => {
      const data = damaged(given);
      const result = await outcome(data, size);
      const again = await outcome(data, 1_000_000);
      if (result instanceof Fault) expect(again).toBeInstanceOf(Fault);
      else expect(again).toEqual(result);
    }),
    { numRuns: runs },
  );
});

test("an export with any value in the place of another is read or refused", async () => {
  await fc.assert(
    fc.asyncProperty(replaced, async (text) => {
      await outcome(text, 65_536);
    }),
    { numRuns: runs },
  );
});

test("whatever the damage, all of it comes in or nothing does", async () => {
  const path = join(temporaryFolder(), "ebb-export.json");
  const { vault, discard } = openPassingVault();
  onTestFinished(discard);
  const before = exported(vault);
  await fc.assert(
    fc.asyncProperty(fc.oneof(replaced, damage.map(damaged)), async (data) => {
      writeFileSync(path, data);
      try {
        const { changeId } = await bringIn(vault, path);
        if (changeId) await removeChats(vault.store, changeId, 1, new AbortController().signal);
        vault.settings.drop("settings");
      } catch (error) {
        expect(error).toBeInstanceOf(EbbError);
        expect(["IMPORT_INVALID", "TOO_LARGE"]).toContain((error as EbbError).code);
      }
      expect(vault.store.chatImports.unfinished()).toEqual([]);
      expect(exported(vault)).toBe(before);
    }),
    { numRuns: 300 },
  );
});
