import { forgetting_curve, fsrs, type Grade, Rating } from "ts-fsrs";
import type { ReviewGrade } from "../storage/reviews.ts";

/** The forgetting state of a memory (FSRS-6): `stability` in days, `difficulty` 1 to 10, `lastReviewAt` in ms. */
export type ForgettingState = { stability: number; difficulty: number; lastReviewAt: number };

/** How a memory came to be: an explicit "remember", a statement, an aside or inference, or something Ebb said. */
export type Origin = "remember" | "stated" | "aside" | "inferred" | "supposed" | "assistant";

/** Below this retrievability a memory is archived, unless something keeps it. */
export const archiveThreshold = 0.4;

const day = 86_400_000;

// Fuzz would make states depend on chance, short-term steps on learning sessions that a memory does not have.
const scheduler = fsrs({ enable_fuzz: false, enable_short_term: false });
const { w } = scheduler.parameters;

const ratings: Record<ReviewGrade, Grade> = {
  again: Rating.Again,
  hard: Rating.Hard,
  good: Rating.Good,
  easy: Rating.Easy,
};

const firstGrades: Record<Origin, ReviewGrade> = {
  remember: "easy",
  stated: "good",
  aside: "hard",
  inferred: "hard",
  supposed: "hard",
  assistant: "again",
};

/** The grade with which a memory of this origin begins. */
export function firstGrade(how: Origin): ReviewGrade {
  return firstGrades[how];
}

/** The state of a memory first met at `at` (ms). */
export function firstReview(how: Origin, at: number): ForgettingState {
  return firstState(firstGrades[how], at);
}

function firstState(grade: ReviewGrade, at: number): ForgettingState {
  const { stability, difficulty } = scheduler.next_state(null, 0, ratings[grade]);
  return { stability, difficulty, lastReviewAt: at };
}

/** True where the memory has had no review on that day (24 hours) yet: more than one a day says nothing new. */
export function mayReview(state: ForgettingState, at: number): boolean {
  return at - state.lastReviewAt >= day;
}

/**
 * The state after a review at `at` (ms); the state itself where less than a day has passed since the last one or the
 * clock has run backwards. "Again" is taken at any time, because being wrong is no matter of repetition.
 */
export function review(state: ForgettingState, grade: ReviewGrade, at: number): ForgettingState {
  if (grade !== "again" && !mayReview(state, at)) return state;
  const next = scheduler.next_state(
    { stability: state.stability, difficulty: state.difficulty },
    elapsedDays(state, at),
    ratings[grade],
  );
  return { stability: next.stability, difficulty: next.difficulty, lastReviewAt: Math.max(at, state.lastReviewAt) };
}

/** The states after each entry of a review log, oldest first: the first entry begins the memory. Nothing else is needed. */
export function replay(log: readonly { grade: ReviewGrade; at: number }[]): ForgettingState[] {
  const states: ForgettingState[] = [];
  for (const { grade, at } of log) {
    const last = states.at(-1);
    states.push(last ? review(last, grade, at) : firstState(grade, at));
  }
  return states;
}

/**
 * The probability, 0 to 1, that the memory would still be known at `now` (ms): FSRS-6, R = (1 + f t / S)^(-w20) on
 * fractional days. A clock set back before the last review counts as no time passed.
 */
export function retrievability(state: ForgettingState, now: number): number {
  return Math.min(1, Math.max(0, forgetting_curve(w, elapsedDays(state, now), state.stability)));
}

/** When (ms) retrievability falls to `threshold` (between 0 and 1) if nothing happens. */
export function fadesAt(state: ForgettingState, threshold: number = archiveThreshold): number {
  return Math.round(state.lastReviewAt + state.stability * fadeSpan(threshold));
}

/** How long (ms) each day of stability puts off the fall to `threshold`: the curve solved for t, which is linear in S. */
export function fadeSpan(threshold: number): number {
  const decay = -(w[20] ?? 0);
  const factor = 0.9 ** (1 / decay) - 1;
  return Math.max(0, (threshold ** (1 / decay) - 1) / factor) * day;
}

function elapsedDays(state: ForgettingState, now: number): number {
  return Math.max(0, now - state.lastReviewAt) / day;
}
