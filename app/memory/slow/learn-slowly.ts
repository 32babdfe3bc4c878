import type { MemoryRow } from "../../storage/memories.ts";
import type { QueryVector } from "../../storage/vectors.ts";
import { agrees } from "../agreement.ts";
import { gistOf, likenessOf } from "../gist.ts";
import { asTold } from "../learn.ts";
import { type Reconciled, reconcile } from "../reconcile.ts";
import type { Statement } from "../retain/reading.ts";
import { contentStems } from "../retain/words.ts";
import type { MemoryStore } from "../store.ts";
import type { BatchMessage } from "./batch.ts";
import type { Candidate } from "./candidate.ts";
import { gate, type Refusal } from "./gates.ts";

/** What came of a model's reading of a batch. */
export type SlowOutcome = {
  learned: Reconciled[];
  /** Candidates that said what was learned from the same message already. */
  known: number;
  /** Candidates left out because the user has had the same erased before. */
  withheld: number;
  refused: Partial<Record<Refusal, number>>;
};

/** Memories nearest in meaning that a candidate is compared with. */
const nearest = 12;

/**
 * Learns what a model made out in a batch of messages, as far as each candidate passes the gates: to be called in a transaction,
 * with the messages as they are stored now. `vectors` are those of the candidates' texts, as far as there are any: what is known and
 * means the like is compared too. Doing it again with the same answer changes nothing.
 */
export function learnSlowly(
  store: MemoryStore,
  batch: readonly BatchMessage[],
  candidates: readonly Candidate[],
  vectors: ReadonlyMap<Candidate, QueryVector> = new Map(),
): SlowOutcome {
  const outcome: SlowOutcome = { learned: [], known: 0, withheld: 0, refused: {} };
  for (const candidate of candidates) {
    const gated = gate(candidate, batch);
    if ("refused" in gated) {
      outcome.refused[gated.refused] = (outcome.refused[gated.refused] ?? 0) + 1;
      continue;
    }
    const message = batch[candidate.message - 1];
    const told = message && toldBy(gated.statement, message.speaker);
    if (!message || !told) continue;
    if (isKnownFrom(store, message.messageId, told)) outcome.known++;
    else if (store.erase.erasedAt(told) !== null) outcome.withheld++;
    else outcome.learned.push(reconcile(store, told, message, nearTo(store, vectors.get(candidate))));
  }
  return outcome;
}

function nearTo(store: MemoryStore, vector: QueryVector | undefined): MemoryRow[] {
  if (!vector) return [];
  const seqs = store.vectors.nearest("memory", vector, nearest).map(({ seq }) => seq);
  return store.consolidation.many(seqs).map(({ memory }) => memory);
}

function toldBy(statement: Statement, speaker: string | null): Statement | null {
  return speaker === null ? statement : asTold(statement, speaker);
}

/** True where a memory rests on the same message and says the same, in whichever slot: the rules have read it before. */
function isKnownFrom(store: MemoryStore, messageId: string, { value, text, predicate, subject }: Statement): boolean {
  const ids = (store.memories.evidenceFrom([messageId]).get(messageId) ?? []).map(({ memoryId }) => memoryId);
  const stems = contentStems(value);
  const gist = gistOf(text);
  return store.memories.getMany([...new Set(ids)]).some((row) => {
    if (row.text === text || (row.predicate === predicate && row.subject === subject && agrees(row.value, value)))
      return true;
    const known = gist && row.subject === subject ? gistOf(row.text) : null;
    if (known && gist && likenessOf(known, gist) === "same") return true;
    const said = new Set(contentStems(row.text));
    return (
      stems.length > 0 &&
      stems.every((word) => said.has(word)) &&
      row.value.startsWith("not ") === value.startsWith("not ")
    );
  });
}
