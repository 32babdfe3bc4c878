/** Where a walk through the recent questions stands: 0 is the newest; null where none is under way. */
export type Place = number | null;

/**
 * The next step of a walk: "older" from the field to the newest question and on, "newer" back to the empty field. Stays
 * where there is no further one.
 */
export function step(
  questions: readonly string[],
  place: Place,
  to: "older" | "newer",
): { place: Place; text: string } {
  const next = to === "older" ? Math.min((place ?? -1) + 1, questions.length - 1) : (place ?? 0) - 1;
  return next < 0 ? { place: null, text: "" } : { place: next, text: questions[next] ?? "" };
}

/** True while the field shows the question that the walk stands at: once it is changed, it is the user's own. */
export const isWalking = (questions: readonly string[], place: Place, text: string): boolean =>
  place !== null && questions[place] === text;
