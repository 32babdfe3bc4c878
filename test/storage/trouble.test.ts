import { spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Engine, openEngine } from "../../app/engine.ts";
import { makeBackup } from "../../app/storage/backup.ts";
import { connect } from "../../app/storage/connection.ts";

const nobody = 65_534;
const isRoot = process.geteuid?.() === 0;

let root: string;
let folder: string;
let engines: Engine[];

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "ebb-trouble-"));
  folder = join(root, "data");
  engines = [];
});

afterEach(async () => {
  for (const engine of engines) await engine.close();
  rmSync(root, { recursive: true, force: true });
});

async function open(where = folder): Promise<Engine> {
  const engine = await openEngine({ folder: where, clock: Date.now, host: "web", languageModel: null });
  engines.push(engine);
  return engine;
}

const send = (engine: Engine, text: string) =>
  engine.client.chat.send({ messageId: crypto.randomUUID(), conversationId: null, text });

/** Sends and waits for the reply. */
async function tell(engine: Engine, text: string): Promise<string> {
  const { conversationId, replyId } = await send(engine, text);
  for await (const _event of await engine.client.chat.follow({ replyId }));
  return conversationId;
}

/** Permissions bind nobody who is root, so root becomes an ordinary user for a while. */
async function asOrdinaryUser<T>(work: () => Promise<T>): Promise<T> {
  if (!isRoot) return work();
  chownSync(root, nobody, nobody);
  process.seteuid?.(nobody);
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
  }
}

describe("a data folder that may not be used", () => {
  test("and cannot be read is explained, and nothing is asked of it", async () => {
    mkdirSync(folder, { mode: 0o000 });
    const engine = await asOrdinaryUser(() => open());
    const { storage } = await engine.client.system.status();
    expect(storage).toMatchObject({
      status: "unavailable",
      failure: { code: "STORAGE_UNAVAILABLE", remedy: /EBB_HOME/ },
      canStartFresh: false,
    });
    await expect(send(engine, "hello")).rejects.toMatchObject({ code: "STORAGE_UNAVAILABLE" });
    chmodSync(folder, 0o700);
    expect((await engine.client.system.reopen()).storage.status).toBe("ready");
    expect(await tell(engine, "hello again")).toBeTruthy();
  });

  test("and cannot be written keeps every byte, and works again once it can", async () => {
    const before = await open();
    const id = await tell(before, "The boat is called Marlin.");
    await before.close();
    engines.length = 0;
    const bytes = readFileSync(join(folder, "ebb.db"));
    chmodSync(folder, 0o500);
    const engine = await asOrdinaryUser(async () => {
      if (isRoot) chownAll(folder);
      return open();
    });
    expect((await engine.client.system.status()).storage).toMatchObject({
      status: "unavailable",
      failure: { code: /STORAGE_(UNAVAILABLE|READ_ONLY)/ },
    });
    expect(readFileSync(join(folder, "ebb.db")).equals(bytes)).toBe(true);
    chmodSync(folder, 0o700);
    expect((await engine.client.system.reopen()).storage.status).toBe("ready");
    expect((await engine.client.conversations.get({ id })).messages[0]?.text).toContain("Marlin");
  });
});

/** Gives the folder and its files to the ordinary user; only root can. */
function chownAll(path: string): void {
  process.seteuid?.(0);
  chownSync(path, nobody, nobody);
  for (const name of readdirSync(path)) chownSync(join(path, name), nobody, nobody);
  process.seteuid?.(nobody);
}

/** Mounts a small file system in memory; false where this machine does not allow it. */
function mountSmall(path: string): boolean {
  mkdirSync(path, { recursive: true });
  return spawnSync("mount", ["-t", "tmpfs", "-o", "size=3m", "tmpfs", path]).status === 0;
}

const probe = mkdtempSync(join(tmpdir(), "ebb-mount-"));
const canMount = isRoot && mountSmall(probe);
if (canMount) spawnSync("umount", [probe]);
rmSync(probe, { recursive: true, force: true });

describe("a full disk", () => {
  test.skipIf(!canMount)(
    canMount
      ? "refuses what it cannot take and loses nothing that it took"
      : "needs the right to mount a small file system",
    async () => {
      mountSmall(folder);
      try {
        const engine = await open();
        const kept: string[] = [];
        const filler = "filler words that take room on the disk ".repeat(500);
        let refusal: unknown;
        for (let turn = 0; turn < 500 && refusal === undefined; turn += 1) {
          await tell(engine, `Turn ${turn}. ${filler}`).then(
            (id) => kept.push(id),
            (error: unknown) => {
              refusal = error;
            },
          );
        }
        expect(refusal).toMatchObject({ code: "STORAGE_FULL", defined: true, data: { remedy: /space/ } });
        expect(kept.length).toBeGreaterThan(5);
        for (const [turn, id] of kept.entries()) {
          const { messages } = await engine.client.conversations.get({ id });
          expect(messages[0]?.text.startsWith(`Turn ${turn}.`)).toBe(true);
        }
        spawnSync("mount", ["-o", "remount,size=20m", folder]);
        expect(await tell(engine, "There is room again.")).toBeTruthy();
        await engine.close();
        engines.length = 0;
        const again = await open();
        expect((await again.client.conversations.list({ limit: 200 })).total).toBeGreaterThanOrEqual(kept.length + 1);
        await again.close();
        engines.length = 0;
      } finally {
        spawnSync("umount", [folder]);
      }
    },
  );
});

describe("a database that cannot be used as it is", () => {
  test("from the future is read and exported, and refuses to be written", async () => {
    const engine = await open();
    const id = await tell(engine, "My sister's name is Mara.");
    await engine.close();
    const db = connect(join(folder, "ebb.db"));
    db.pragma("user_version = 4711");
    db.close();
    const newer = await open();
    expect((await newer.client.system.status()).storage).toMatchObject({
      status: "readOnly",
      failure: { code: "STORAGE_NEWER" },
    });
    expect((await newer.client.conversations.get({ id })).messages[0]?.text).toContain("Mara");
    expect((await newer.client.memories.export({ format: "json" })).text).toContain("Mara");
    const [memory] = (await newer.client.memories.list({})).items;
    for (const write of [
      send(newer, "hello"),
      newer.client.conversations.rename({ id, title: "x" }),
      newer.client.conversations.delete({ id }),
      newer.client.memories.add({ text: "x" }),
      newer.client.memories.edit({ id: memory?.id ?? "", version: memory?.version ?? 0, text: "x" }),
      newer.client.memories.pin({ id: memory?.id ?? "", pinned: true }),
      newer.client.memories.delete({ ids: [memory?.id ?? ""] }),
      newer.client.memories.import({ json: "{}" }),
      newer.client.system.configure({ theme: "dark" }),
    ]) {
      await expect(write).rejects.toMatchObject({ code: "STORAGE_NEWER" });
    }
  });

  test("and is damaged is replaced by the newest backup on the user's word", async () => {
    const engine = await open();
    const id = await tell(engine, `The boat is called Marlin. ${"word ".repeat(20_000)}`);
    await engine.close();
    const db = connect(join(folder, "ebb.db"));
    await makeBackup(db, folder, Date.now());
    db.close();
    truncateSync(join(folder, "ebb.db"), Math.floor(statSync(join(folder, "ebb.db")).size / 2));
    writeFileSync(join(folder, "ebb.db"), "no longer a database", { flag: "r+" });

    const hurt = await open();
    const { storage } = await hurt.client.system.status();
    expect(storage).toMatchObject({
      status: "unavailable",
      failure: { code: "STORAGE_DAMAGED" },
      backupAt: expect.any(Number),
      canStartFresh: true,
    });
    expect((await hurt.client.system.restoreBackup()).storage).toEqual({ status: "ready" });
    expect((await hurt.client.conversations.get({ id })).messages[0]?.text).toContain("Marlin");
    expect(readdirSync(join(folder, "quarantine"))).toHaveLength(1);
  });

  test("and is damaged without a backup can be set aside for a new one", async () => {
    mkdirSync(folder);
    writeFileSync(join(folder, "ebb.db"), "not a database at all ".repeat(100));
    const engine = await open();
    expect((await engine.client.system.status()).storage).toMatchObject({
      status: "unavailable",
      backupAt: null,
      canStartFresh: true,
    });
    await expect(engine.client.system.restoreBackup()).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect((await engine.client.system.startFresh()).storage).toEqual({ status: "ready" });
    expect(await tell(engine, "A new beginning.")).toBeTruthy();
    const [place = ""] = readdirSync(join(folder, "quarantine"));
    expect(readFileSync(join(folder, "quarantine", place, "ebb.db"), "utf8")).toContain("not a database at all");
  });

  test("because another Ebb has it is left alone", async () => {
    await tell(await open(), "Mine.");
    const second = await open();
    expect(second.folderTaken).toBe(true);
    expect((await second.client.system.status()).storage).toMatchObject({
      status: "unavailable",
      failure: { message: /Another Ebb/ },
    });
  });
});

test("a message is stored even where learning from it goes wrong", async () => {
  const engine = await open();
  const db = connect(join(folder, "ebb.db"));
  db.exec("ALTER TABLE review_log RENAME TO elsewhere");
  db.close();
  const id = await tell(engine, "My sister's name is Mara.");
  const { messages } = await engine.client.conversations.get({ id });
  expect(messages.map(({ text, status }) => [text, status])).toEqual([
    ["My sister's name is Mara.", "complete"],
    [expect.any(String), "complete"],
  ]);
  expect(messages[0]?.learned).toEqual([]);
});
