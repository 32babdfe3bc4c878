import type { Memory, MemoryRevision } from "../contract/index.ts";
import type { EvidenceRow, MemoryRow, Revision } from "../storage/memories.ts";
import { fadesAt, retrievability } from "./forgetting.ts";
import { neverFades } from "./kept.ts";

/** What a window shows of a memory at `now` (ms). A pinned one never fades. */
export function memoryView(row: MemoryRow, evidence: readonly EvidenceRow[], now: number, proof = 0): Memory {
  const { scope: _scope, stability, difficulty, lastReviewAt, ...shown } = row;
  const state = { stability, difficulty, lastReviewAt };
  return {
    ...shown,
    proof,
    retrievability: row.pinned ? 1 : retrievability(state, now),
    fadesAt: neverFades(row) || !["active", "provisional"].includes(row.status) ? null : fadesAt(state),
    evidence: evidence.map(({ messageId, conversationId, quote, saidAt }) => ({
      messageId,
      conversationId,
      quote,
      saidAt,
    })),
  };
}

/** One line of a memory's history: what it said before and after. */
export function revisionView({ changeId, at, cause, before, after }: Revision): MemoryRevision {
  return { changeId, at, cause, before: before?.text ?? null, after: after?.text ?? null };
}
