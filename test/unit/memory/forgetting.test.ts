import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  archiveThreshold,
  type ForgettingState,
  fadesAt,
  firstReview,
  mayReview,
  type Origin,
  retrievability,
  review,
} from "../../../app/memory/forgetting.ts";

const day = 86_400_000;
const now = Date.UTC(2026, 0, 1);
const origin = fc.constantFrom<Origin>("remember", "stated", "aside", "assistant");
const grade = fc.constantFrom("again", "hard", "good", "easy" as const);
const days = (min: number, max: number) => fc.double({ min, max, noNaN: true });
const step = fc.record({ grade, days: fc.double({ min: -500, max: 2_000, noNaN: true }) });
/** A memory as any history of reviews, and of a clock that jumps, may have left it; with the present. */
const lived = fc.tuple(origin, fc.array(step, { maxLength: 12 })).map(([how, steps]) => {
  let at = now;
  let state = firstReview(how, at);
  for (const { grade: given, days } of steps) {
    at += days * day;
    state = review(state, given, at);
  }
  return { state, at };
});

describe("retrievability", () => {
  test("never leaves 0 to 1, wherever the clock goes", () => {
    fc.assert(
      fc.property(lived, fc.double({ min: -1e6, max: 1e6, noNaN: true }), ({ state, at }, days) => {
        const r = retrievability(state, at + days * day);
        expect(r).toBeGreaterThanOrEqual(0);
        expect(r).toBeLessThanOrEqual(1);
      }),
    );
  });

  test("falls with time", () => {
    fc.assert(
      fc.property(lived, days(0.01, 3_000), days(0.01, 3_000), (life, a, b) => {
        const from = life.state.lastReviewAt;
        const sooner = retrievability(life.state, from + a * day);
        const later = retrievability(life.state, from + (a + b) * day);
        expect(later).toBeLessThanOrEqual(sooner);
      }),
    );
  });

  test("rises with use, now and for every day to come", () => {
    fc.assert(
      fc.property(lived, days(1, 2_000), days(0, 2_000), (life, wait, later) => {
        const at = life.state.lastReviewAt + wait * day;
        for (const given of ["hard", "good", "easy"] as const) {
          const used = review(life.state, given, at);
          expect(used.stability).toBeGreaterThanOrEqual(life.state.stability);
          expect(retrievability(used, at + later * day)).toBeGreaterThanOrEqual(
            retrievability(life.state, at + later * day),
          );
        }
      }),
    );
  });

  test("is whole again when the clock is set back, and no review happens then", () => {
    fc.assert(
      fc.property(lived, days(0.001, 5_000), ({ state }, back) => {
        const earlier = state.lastReviewAt - back * day;
        expect(retrievability(state, earlier)).toBe(1);
        expect(review(state, "good", earlier)).toEqual(state);
        expect(review(state, "again", earlier).lastReviewAt).toBe(state.lastReviewAt);
      }),
    );
  });

  test("stays a number for states that no review has made", () => {
    const odd = fc.record<ForgettingState>({
      stability: fc.double({ min: 0.001, max: 36_500, noNaN: true }),
      difficulty: fc.double({ min: 1, max: 10, noNaN: true }),
      lastReviewAt: fc.integer(),
    });
    fc.assert(fc.property(odd, fc.integer(), (state, at) => Number.isFinite(retrievability(state, at))));
  });
});

describe("review", () => {
  test("counts once a day", () => {
    const state = firstReview("stated", now);
    expect(mayReview(state, now + day - 1)).toBe(false);
    expect(review(state, "easy", now + day - 1)).toEqual(state);
    expect(review(state, "easy", now + day).stability).toBeGreaterThan(state.stability);
  });

  test("being wrong weakens a memory at any time of the day", () => {
    const state = firstReview("stated", now);
    expect(review(state, "again", now + 1_000).stability).toBeLessThan(state.stability);
  });

  test("recall by itself never speeds up forgetting: any success lengthens the time to fade", () => {
    const state = firstReview("aside", now);
    const used = review(state, "good", now + 100 * day);
    expect(fadesAt(used)).toBeGreaterThan(fadesAt(state));
  });

  test("better grades last longer", () => {
    const state = firstReview("stated", now);
    const after = (["again", "hard", "good", "easy"] as const).map((given) => review(state, given, now + 30 * day));
    const stabilities = after.map(({ stability }) => stability);
    expect(stabilities).toEqual([...stabilities].sort((a, b) => a - b));
  });
});

describe("fadesAt", () => {
  test.each([
    ["remember", 3_000, 3_300],
    ["stated", 893, 895],
    ["aside", 500, 503],
    ["assistant", 81, 84],
  ] as const)("a memory that began as %s fades after %i to %i days", (how, least, most) => {
    const days = (fadesAt(firstReview(how, now)) - now) / day;
    expect(days).toBeGreaterThan(least);
    expect(days).toBeLessThan(most);
  });

  test("is where the curve meets the threshold", () => {
    fc.assert(
      fc.property(lived, fc.double({ min: 0.05, max: 0.95, noNaN: true }), ({ state }, threshold) => {
        expect(retrievability(state, fadesAt(state, threshold))).toBeCloseTo(threshold, 4);
      }),
    );
    expect(archiveThreshold).toBe(0.4);
  });
});
