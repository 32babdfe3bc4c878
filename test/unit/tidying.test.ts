import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { Tidying } from "../../app/tidying.ts";
import { openPassingVault, type Vault } from "../../app/vault.ts";
import { changeOf, memoryOf } from "../fixtures/memory.ts";

/** A vault in which there is much to tidy up. */
function untidy(): Vault {
  const { vault, discard } = openPassingVault();
  onTestFinished(discard);
  for (let place = 0; place < 300; place++) {
    const text = `I like ${["tea", "chess", "jazz"][place % 3]} number ${place >> 1}`;
    vault.store.memories.insert(
      memoryOf(text, { id: `m${place}`, createdAt: place }),
      changeOf({ changeId: `c${place}` }),
    );
  }
  return vault;
}

const left = ({ store }: Vault): number => store.consolidation.nextDue(1, 1_000).length;

function begin(vault: Vault, given: { busy?: () => boolean; learning?: () => boolean }): Tidying {
  const tidying = new Tidying({
    vault,
    busy: () => false,
    learning: () => true,
    clock: () => 1,
    onMemories: () => {},
    onConversations: () => {},
    ...given,
  });
  onTestFinished(() => tidying.close());
  tidying.wake();
  return tidying;
}

test("tidying up goes on in slices until nothing is left, and leaves room between them", async () => {
  const vault = untidy();
  begin(vault, {});
  let turns = 0;
  while (left(vault) > 0) {
    await sleep(1);
    turns++;
  }
  expect(turns).toBeGreaterThan(1);
});

test("it is not begun where Ebb may not learn, or beside a reply", async () => {
  for (const given of [{ learning: () => false }, { busy: () => true }]) {
    const vault = untidy();
    begin(vault, given);
    await sleep(30);
    expect(left(vault)).toBe(300);
  }
});

test("a reply that begins ends it at the next slice, and it goes on from there afterwards", async () => {
  const vault = untidy();
  let busy = false;
  const tidying = begin(vault, { busy: () => busy });
  busy = true;
  const after = left(vault);
  expect(after).toBeGreaterThan(0);
  expect(after).toBeLessThan(300);
  await sleep(50);
  expect(left(vault)).toBe(after);
  busy = false;
  tidying.wake();
  await expect.poll(() => left(vault)).toBe(0);
});

test("closing waits for no more than the slice that is under way", async () => {
  const vault = untidy();
  await begin(vault, {}).close();
  expect(left(vault)).toBeGreaterThan(0);
});
