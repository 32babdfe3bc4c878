import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { acquireLock } from "../../app/storage/lock.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ebb-lock-"));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("a folder has one holder at a time", () => {
  const first = acquireLock(folder);
  expect(first).not.toBeNull();
  expect(acquireLock(folder)).toBeNull();
  first?.release();
  const next = acquireLock(folder);
  expect(next).not.toBeNull();
  next?.release();
});

test("a holder that is killed leaves no lock behind", async () => {
  const module = JSON.stringify(join(import.meta.dirname, "../../app/storage/lock.ts"));
  const script = `const { acquireLock } = await import(${module});
    process.send(acquireLock(${JSON.stringify(folder)}) !== null); setInterval(() => {}, 1000);`;
  const holder = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  expect((await once(holder, "message"))[0]).toBe(true);
  expect(acquireLock(folder)).toBeNull();
  holder.kill("SIGKILL");
  await once(holder, "exit");
  const next = acquireLock(folder);
  expect(next).not.toBeNull();
  next?.release();
});
