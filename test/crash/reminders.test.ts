import { fork } from "node:child_process";
import { randomInt } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { expect, onTestFinished, test } from "vitest";

const entry = join(import.meta.dirname, "../fixtures/reminder-process.ts");
const rounds = 10;

type Heard = { confirmed: Set<string>; answered: Set<string>; rang: Map<string, Set<number>> };

/** Runs the process to its end, or kills it so many ms after the first one rings. */
function run(folder: string, words: string[], answer: boolean, killAfter: number | null): Promise<Heard> {
  const child = fork(entry, [folder, JSON.stringify(words), ...(answer ? ["answer"] : [])], { execArgv: [] });
  const heard: Heard = { confirmed: new Set(), answered: new Set(), rang: new Map() };
  let killing = false;
  child.on("message", (told: { confirmed?: string; answered?: string; rings?: string; firedAt?: number }) => {
    if (told.confirmed) heard.confirmed.add(told.confirmed);
    if (told.answered) heard.answered.add(told.answered);
    if (!told.rings) return;
    const times = heard.rang.get(told.rings) ?? new Set();
    heard.rang.set(told.rings, times.add(told.firedAt ?? 0));
    if (killAfter !== null && !killing) setTimeout(() => child.kill("SIGKILL"), killAfter);
    killing = true;
  });
  return new Promise((resolve) => child.once("exit", () => resolve(heard)));
}

test(
  `${rounds} kills between ringing and the answer: each reminder rings again at the next start, until it is answered`,
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "ebb-reminders-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
    const open = new Set<string>();
    let again = 0;
    for (let round = 0; round < rounds; round++) {
      const words = [0, 1, 2].map((place) => `thing number ${round * 3 + place} in ${1 + (place % 2)} seconds`);
      const answers = round % 2 === 1;
      const { confirmed, answered, rang } = await run(folder, words, answers, randomInt(40));
      for (const text of confirmed) open.add(text);
      again += [...rang.keys()].filter((text) => !confirmed.has(text)).length;
      for (const times of rang.values()) expect(times.size, "in one run it rings once").toBe(1);
      for (const text of answered) open.delete(text);
    }
    expect(again).toBeGreaterThan(0);
    const { rang, answered } = await run(folder, [], true, null);
    // A kill between the answer and its confirmation leaves either.
    const lost = [...open].filter((text) => !rang.has(text));
    const db = new Database(join(folder, "ebb.db"), { readonly: true });
    const done = new Set(db.prepare<[], string>("SELECT text FROM reminder WHERE state = 'done'").pluck().all());
    expect(lost.filter((text) => !done.has(text))).toEqual([]);
    expect(answered).toEqual(new Set(rang.keys()));
    expect(db.pragma("quick_check", { simple: true })).toBe("ok");
    expect(db.prepare("SELECT count(*) FROM reminder WHERE state <> 'done'").pluck().get()).toBe(0);
    console.log(
      `${rounds} kills: ${done.size} reminders rang until they were answered, ${again} times anew after a kill; 0 lost`,
    );
    db.close();
  },
  rounds * 10_000,
);
