import type { Contribution, Polarity } from "../../storage/preferences.ts";
import { fadeSpan, retrievability } from "../forgetting.ts";
import { isOutright, tasteWeights } from "./taste.ts";

/** A taste with all that speaks for and against it now. */
export type Slot = {
  domain: string;
  aspect: string;
  polarity: Polarity;
  /** The circumstance in which it holds, or "". */
  scope: string;
  /** Parameters of its Beta posterior, the prior's 1 and 1 included. */
  alpha: number;
  beta: number;
  /** Pieces of evidence for it. */
  pieces: number;
  /** True where it may be applied unasked; else it is a hypothesis. */
  applied: boolean;
  /** What speaks for it, strongest first; never empty. */
  members: Contribution[];
};

/** Applied from this mean on, with so many pieces of evidence or an explicit one. */
const sure = { mean: 0.75, pieces: 2 } as const;
const prior = 1;

/**
 * What one statement needs to be sure of by itself: so much weight, and a last review no longer ago than `span` (ms) for each day
 * of stability. The mean (prior + alpha R) / (2 prior + alpha R), solved for R.
 */
export const standsAlone = {
  alpha: tasteWeights.explicit,
  span: fadeSpan((prior * (2 * sure.mean - 1)) / ((1 - sure.mean) * tasteWeights.explicit)),
} as const;

/** The mean of a slot's Beta posterior: how sure Ebb is, 0 to 1. */
export function meanOf({ alpha, beta }: Pick<Slot, "alpha" | "beta">): number {
  return alpha / (alpha + beta);
}

/**
 * The slots of these preferences at `now` (ms): each side of a value, in a circumstance, that something speaks for. What speaks
 * for one side speaks against the other, and everything weighs by how well it would be remembered. Whoever calls gives all
 * preferences of a slot, or its posterior is not whole.
 */
export function slotsOf(contributions: readonly Contribution[], now: number): Slot[] {
  const values = Map.groupBy(contributions, ({ domain, value, scope }) => JSON.stringify([domain, value, scope]));
  return [...values.values()].flatMap((both) =>
    (["for", "against"] as const).flatMap((polarity) => slotOf(both, polarity, now) ?? []),
  );
}

function slotOf(both: readonly Contribution[], polarity: Polarity, now: number): Slot | null {
  let alpha = prior;
  let beta = prior;
  let pieces = 0;
  let explicit = false;
  const members: { contribution: Contribution; weight: number }[] = [];
  for (const contribution of both) {
    const { memory, statements } = contribution;
    if (memory.validTo !== null && memory.validTo <= now && contribution.alpha > 0) continue;
    const share = statements * (memory.pinned ? 1 : retrievability(memory, now));
    if (contribution.polarity !== polarity) {
      beta += contribution.alpha * share;
      continue;
    }
    alpha += contribution.alpha * share;
    beta += contribution.beta * share;
    if (contribution.alpha === 0) continue;
    pieces += statements;
    explicit ||= isOutright(memory);
    members.push({ contribution, weight: contribution.alpha * share });
  }
  members.sort((a, b) => b.weight - a.weight || b.contribution.seq - a.contribution.seq);
  const [first] = members;
  if (!first) return null;
  const { domain, aspect, scope } = first.contribution;
  return {
    domain,
    aspect,
    polarity,
    scope,
    alpha,
    beta,
    pieces,
    applied: meanOf({ alpha, beta }) >= sure.mean && (explicit || pieces >= sure.pieces),
    members: members.map(({ contribution }) => contribution),
  };
}
