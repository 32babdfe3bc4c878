import { erasedMark } from "../../storage/redact.ts";
import type { MemoryStore } from "../store.ts";
import { blockLength, blockMessages, cut, isPause, isTelling, pause, readChars, tell } from "./segment.ts";

/** What one step did: nothing was left to do, a sitting was cut, or that gave the conversation another title. */
export type EpisodeStep = "none" | "cut" | "retitled";

/**
 * Cuts the next sitting of a conversation that rests into episodes, in one transaction: as often as not called, what is left of it is
 * still due. `now` in ms.
 */
export function cutNext(store: MemoryStore, now: number): EpisodeStep {
  return store.transaction(() => {
    const { episodes } = store;
    // A clock that was set back makes no conversation wait for ever.
    const due = episodes.nextDue({ before: now - pause, after: now + pause });
    if (!due) return "none";
    const { conversationId } = due;
    const from = startOf(store, conversationId, due.fromSeq);
    const dropped = episodes.drop(conversationId, from);
    const read = episodes.messages(conversationId, from, blockMessages + 1, readChars);
    const length = blockLength(read);
    const block = read.slice(0, length);
    for (const run of cut(block.filter(({ text }) => text !== erasedMark && text.trim() !== ""))) {
      const [first, last] = [run[0], run.at(-1)];
      if (!first || !last) continue;
      episodes.add({
        conversationId,
        blockSeq: from,
        firstSeq: first.seq,
        lastSeq: last.seq,
        messages: run.length,
        beganAt: first.createdAt,
        endedAt: last.createdAt,
        ...tell(run),
      });
    }
    const next = read[length];
    episodes.moveOn(conversationId, next?.seq ?? null);
    // What has been cut anew may have lost the words of its title.
    const retitled = next && !dropped ? false : episodes.retitle(conversationId, titleFor(store, conversationId));
    return retitled ? "retitled" : "cut";
  });
}

/** Where to begin: at the message, or at the sitting that it goes on. */
function startOf(store: MemoryStore, conversationId: string, fromSeq: number): number {
  const { episodes } = store;
  const before = episodes.before(conversationId, fromSeq);
  if (!before) return fromSeq;
  const sitting = episodes.messages(conversationId, before.blockSeq, blockMessages + 1, 1);
  const length = blockLength(sitting);
  const place = sitting.findIndex(({ seq }) => seq >= fromSeq);
  const goesOn = place > 0 && place < length && !isPause(sitting[place - 1], sitting[place]);
  return goesOn ? before.blockSeq : fromSeq;
}

/** A better title than the first words, where these tell nothing: that of the first episode that has one. */
function titleFor(store: MemoryStore, conversationId: string): string | null {
  const opening = store.episodes.openingOf(conversationId);
  if (opening === undefined || isTelling(opening)) return null;
  return store.episodes.of(conversationId).find(({ title }) => title !== "")?.title ?? null;
}
