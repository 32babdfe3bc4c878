import { fork } from "node:child_process";
import { randomInt } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { expect, onTestFinished, test } from "vitest";
import { tinyModel } from "../fixtures/gguf.ts";
import { startModelServer } from "../fixtures/model-server.ts";

const entry = join(import.meta.dirname, "../fixtures/download-process.ts");
const kills = 12;

type Heard = { received: number; installed: string[] | null; failed: string | null };

/** Runs the process to its end, or kills it so many ms after it has begun to download. */
function run(folder: string, url: string, killAfter: number | null): Promise<Heard> {
  const child = fork(entry, [folder, url], { execArgv: [] });
  const heard: Heard = { received: 0, installed: null, failed: null };
  child.on("message", (told: { received?: number; installed?: string[]; failed?: string }) => {
    if (told.received !== undefined && killAfter !== null) setTimeout(() => child.kill("SIGKILL"), killAfter);
    heard.received = told.received ?? heard.received;
    heard.installed = told.installed ?? heard.installed;
    heard.failed = told.failed ?? heard.failed;
  });
  return new Promise((resolve) => child.once("exit", () => resolve(heard)));
}

test(
  `${kills} kills in the middle of a download: it goes on from what had arrived, and the model is whole`,
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "ebb-download-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
    const file = tinyModel({ layers: 60 });
    const server = await startModelServer(file);
    onTestFinished(() => server.close());
    server.bytesPerSecond = file.length / 3;
    for (let kill = 0; kill < kills; kill++) {
      const { failed, installed } = await run(folder, server.url, randomInt(400));
      expect(failed).toBe(null);
      if (installed) break;
    }
    const went = server.asked.filter(({ range }) => range !== undefined).length;
    expect(went).toBeGreaterThan(0);
    server.bytesPerSecond = 0;
    const { installed } = await run(folder, server.url, null);
    expect(installed).toEqual([join(folder, "models", "tiny.gguf")]);
    expect(readFileSync(join(folder, "models", "tiny.gguf")).equals(file)).toBe(true);
    expect(readdirSync(join(folder, "models"))).toEqual(["tiny.gguf"]);
    const db = new Database(join(folder, "ebb.db"), { readonly: true });
    expect(db.pragma("quick_check", { simple: true })).toBe("ok");
    expect(db.prepare("SELECT count(*) FROM download").pluck().get()).toBe(0);
    db.close();
    console.log(`${server.asked.length} requests, ${went} of them for the rest`);
  },
  kills * 10_000,
);
