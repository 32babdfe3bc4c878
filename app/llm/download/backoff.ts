/** Attempts without a byte of progress after which the user is asked. */
export const maxAttempts = 6;
/** A server that asks for a longer pause (ms) than this is not waited for. */
export const longestWait = 10 * 60_000;

const first = 1_000;
const most = 60_000;

/**
 * Milliseconds to wait before the next attempt, after `failures` in a row (1 or more): doubling from one second to a minute, half
 * of it by chance, so that many who were cut off together do not come back together. `random` is from 0 to 1.
 */
export function backoffMs(failures: number, askedForMs: number | null, random: number): number {
  const doubled = Math.min(most, first * 2 ** (failures - 1));
  return Math.max(askedForMs ?? 0, doubled * (0.5 + random / 2));
}
