import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import { EbbError } from "../../../app/contract/errors.ts";
import { removeChats } from "../../../app/memory/transfer/undo-chats.ts";
import { openPassingVault } from "../../../app/vault.ts";
import { damaged, expectSameInChunks, outcome, replaced } from "../../fixtures/damage.ts";
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
  const short = all
    .filter((text) => text.length > 1_000)
    .sort((a, b) => a.length - b.length)
    .slice(0, 12);
  expect(short).toHaveLength(12);
  return short;
}

const texts = fc.constantFrom(...exports());
const other = replaced(texts, "id-1", "", -1, 1e300);

test("an export with bytes changed or cut off is read or refused, the same in chunks of any size", async () => {
  const chunk = fc.integer({ min: 7, max: 500 });
  await fc.assert(fc.asyncProperty(damaged(texts), chunk, expectSameInChunks), { numRuns: runs });
});

test("an export with any value in the place of another is read or refused", async () => {
  await fc.assert(
    fc.asyncProperty(other, async (text) => {
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
    fc.asyncProperty(fc.oneof(other, damaged(texts)), async (data) => {
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
