import { fork } from "node:child_process";
import { randomInt, randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { expect, onTestFinished, test } from "vitest";

const entry = join(import.meta.dirname, "../fixtures/learning-process.ts");
const rounds = 15;

/** Runs the process; kills it within 30 ms after it began to read batch `killAt` (from 1), if given. Resolves to whether it came to its end. */
function run(folder: string, messages: Record<string, string>, killAt: number | null): Promise<boolean> {
  const child = fork(entry, [folder, JSON.stringify(messages)], { execArgv: [] });
  let learned = false;
  let read = 0;
  child.on("message", (event) => {
    if (event === "learned") learned = true;
    else if (++read === killAt) setTimeout(() => child.kill("SIGKILL"), randomInt(30));
  });
  return new Promise((resolve) => child.once("exit", () => resolve(learned)));
}

test(
  `${rounds} kills while the model reads: all of it is learned in the end, and each thing once`,
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "ebb-learning-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
    const said: Record<string, string> = {};
    let inWork = 0;
    for (let round = 0; round < rounds; round++) {
      for (let i = 0; i < 4; i++) {
        said[randomUUID()] = `Ugh, that toothache number ${1_000 + Object.keys(said).length} of mine again.`;
      }
      // What was said before the last kill is sent again, as by a window that lost its line.
      if (await run(folder, said, 1 + randomInt(3))) continue;
      const db = new Database(join(folder, "ebb.db"), { readonly: true });
      if (db.prepare("SELECT count(*) FROM job WHERE state = 'running'").pluck().get() === 1) inWork++;
      db.close();
    }
    // Else the kills would have come beside the point.
    expect(inWork).toBeGreaterThan(0);
    expect(await run(folder, said, null)).toBe(true);

    const db = new Database(join(folder, "ebb.db"), { readonly: true });
    const all = <Row>(sql: string): Row[] => db.prepare<[], Row>(sql).all();
    expect(db.pragma("quick_check", { simple: true })).toBe("ok");
    expect(all("SELECT * FROM job UNION ALL SELECT *, 0, 0, 0, 0, 0, 0, 0 FROM unread")).toEqual([]);
    const values = all<{ value: string }>("SELECT value FROM memory WHERE trust = 'inferred' ORDER BY value");
    expect(values.map(({ value }) => value)).toEqual(
      Object.keys(said).map((_, place) => `toothache number ${1_000 + place}`),
    );
    // Learned twice would show as a second grade or a second piece of evidence.
    for (const table of ["review_log", "evidence", "memory_revision"]) {
      expect(all(`SELECT memory_id FROM ${table} GROUP BY memory_id HAVING count(*) > 2`), table).toEqual([]);
    }
    expect(all("SELECT memory_id FROM review_log GROUP BY memory_id HAVING count(*) > 1")).toEqual([]);
    db.close();
    console.log(`${rounds} kills, ${inWork} of them while the model read: ${values.length} things learned, each once`);
  },
  rounds * 8_000,
);
