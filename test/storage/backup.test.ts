import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import { type Engine, openEngine } from "../../app/engine.ts";
import { type Backup, listBackups, thin } from "../../app/storage/backup.ts";

const day = 86_400_000;
const now = Date.parse("2026-06-01T12:00:00Z");
const aged = (days: number): Backup => ({ path: `${days}`, at: now - days * day });
const kept = (backups: Backup[]): Backup[] => {
  const gone = new Set(thin(backups, now));
  return backups.filter((backup) => !gone.has(backup));
};

describe("thinning backups", () => {
  test("keeps 7 daily, then 4 weekly, then 12 monthly ones of a year of daily backups", () => {
    const ages = kept(Array.from({ length: 400 }, (_, i) => aged(i))).map((backup) =>
      Math.round((now - backup.at) / day),
    );
    expect(ages.slice(0, 7)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(ages).toEqual(expect.arrayContaining([7, 14, 21, 30, 60, 90, 330]));
    expect(ages.length).toBeLessThanOrEqual(7 + 4 + 12);
  });

  test("never lets the newest go, and never more than it may keep stays", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -10, max: 2_000, noNaN: true }), { minLength: 1, maxLength: 60 }),
        (days) => {
          const backups = days.map(aged);
          const rest = kept(backups);
          const newest = Math.max(...backups.map((backup) => backup.at));
          expect(rest.some((backup) => backup.at === newest)).toBe(true);
          expect(rest.length).toBeLessThanOrEqual(1 + 7 + 4 + 12);
        },
      ),
    );
  });
});

describe("a daily backup", () => {
  test.each<[string, (engine: Engine) => Promise<unknown>]>([
    ["a reminder", ({ client }) => client.reminders.add({ words: "call mum tomorrow at 9", zone: "UTC" })],
    ["a task", ({ client }) => client.tasks.add({ words: "file taxes", zone: "UTC" })],
    ["a memory", ({ client }) => client.memories.add({ text: "I live in Porto", kind: "fact" })],
  ])("is made where there is nothing but %s, and not where there is nothing at all", async (_, keep) => {
    const folder = mkdtempSync(join(tmpdir(), "ebb-backup-"));
    const options = { folder, clock: Date.now, host: "web" as const, languageModel: null };
    const untouched = await openEngine(options);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(listBackups(folder)).toEqual([]);
    await keep(untouched);
    await untouched.close();
    const engine = await openEngine(options);
    onTestFinished(async () => {
      await engine.close();
      rmSync(folder, { recursive: true, force: true });
    });
    await expect.poll(() => listBackups(folder).length, { timeout: 5_000 }).toBe(1);
  });
});
