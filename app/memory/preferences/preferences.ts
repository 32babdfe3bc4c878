import { EbbError } from "../../contract/errors.ts";
import type { Preference } from "../../contract/index.ts";
import type { MemoryPatch } from "../../storage/memories.ts";
import { deny, newChange, updateReviewed } from "../fading.ts";
import type { MemoryStore } from "../store.ts";
import { meanOf, type Slot, slotsOf } from "./slots.ts";

/** Preferences shown at once: the surest of each domain come first. */
const shownLimit = 500;
/** As sure as of what was said outright. */
const confirmedConfidence = 0.95;

/** What Ebb takes the user to like and to avoid, domain by domain and the surest first; `now` in ms. */
export function listPreferences(store: MemoryStore, now: number): Preference[] {
  return slotsOf(store.preferences.all(), now)
    .sort((a, b) => a.domain.localeCompare(b.domain) || meanOf(b) - meanOf(a) || seqOf(b) - seqOf(a))
    .slice(0, shownLimit)
    .map(view);
}

/**
 * Takes the user's word on a preference, named by any of its memories: that it holds, which confirms the memory that speaks for it
 * most, or that it does not, which puts all of its memories away as wrong. `changeId` undoes it.
 * @throws NOT_FOUND where no preference rests on the memory any more
 */
export function judgePreference(
  store: MemoryStore,
  given: { memoryId: string; holds: boolean },
  now: number,
): { changeId: string } {
  return store.transaction(() => {
    const slot = slotsOf(store.preferences.all(), now).find(({ members }) =>
      members.some(({ memory }) => memory.id === given.memoryId),
    );
    const [first] = slot?.members ?? [];
    if (!slot || !first) {
      throw new EbbError("NOT_FOUND", "That preference does not exist any more.", "Choose another one from the list.");
    }
    if (given.holds) {
      const change = newChange(store, "confirmed", now);
      const { memory } = first;
      const patch: MemoryPatch = {
        confidence: Math.max(memory.confidence, confirmedConfidence),
        ...(memory.status === "provisional" ? { status: "active" } : {}),
        ...(memory.trust === "user" ? {} : { trust: "confirmed" }),
      };
      updateReviewed(store, memory, { grade: "easy", reason: "confirmed" }, patch, change);
      return { changeId: change.changeId };
    }
    const change = newChange(store, "denied", now);
    for (const { memory } of slot.members) deny(store, memory, "wrong", change);
    return { changeId: change.changeId };
  });
}

function seqOf({ members }: Slot): number {
  return members[0]?.seq ?? 0;
}

function view(slot: Slot): Preference {
  const { domain, aspect, polarity, scope, pieces, applied, members } = slot;
  return {
    domain,
    aspect,
    polarity,
    scope,
    pieces,
    applied,
    sureness: meanOf(slot),
    memories: members.map(({ memory }) => ({ id: memory.id, text: memory.text })),
  };
}
