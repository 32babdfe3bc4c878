import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { setAside, type Told, type TransferOptions, transfer } from "../../../app/llm/download/transfer.ts";
import { tinyModel } from "../../fixtures/gguf.ts";
import { type ModelServer, misbehave, sha256Of, startModelServer, tagOf } from "../../fixtures/model-server.ts";

const file = tinyModel({ name: "Served model" });
const other = tinyModel({ name: "Another one", seed: 9 });
const fresh: Told = { etag: null, totalBytes: null, statedSha256: null };

let server: ModelServer;
let part: string;

beforeEach(async () => {
  server = await startModelServer(file);
  const folder = mkdtempSync(join(tmpdir(), "ebb-download-"));
  part = join(folder, "tiny.gguf.part");
  onTestFinished(async () => {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });
});

type Seen = { told: Told[]; waits: number[]; progress: number[]; hosts: string[]; bytes: number };

/** Runs a transfer whose waits take no time; tells what was seen. */
async function bring(options: Partial<TransferOptions> = {}): Promise<Seen & { sha256: string }> {
  const seen: Seen = { told: [], waits: [], progress: [], hosts: [], bytes: 0 };
  const { sha256 } = await transfer({
    source: server.url,
    part,
    expectedBytes: null,
    sha256: null,
    told: fresh,
    signal: new AbortController().signal,
    stallMs: 300,
    now: Date.now,
    random: () => 0,
    sleep: async (ms) => void seen.waits.push(ms),
    onTold: (told) => seen.told.push(told),
    onProgress: (bytes) => seen.progress.push(bytes),
    onWaiting: () => {},
    onChecking: () => {},
    onRequest: (host) => {
      seen.hosts.push(host);
      let counted = 0;
      return (bytes) => {
        seen.bytes += bytes - counted;
        counted = bytes;
      };
    },
    ...options,
  });
  return { ...seen, sha256 };
}

const arrived = (): Buffer => readFileSync(part);
const ranges = () => server.asked.map(({ range }) => range);

describe("a download", () => {
  test("brings the file whole, for this user's eyes only, and knows its SHA-256", async () => {
    const { sha256, told, progress, hosts, bytes } = await bring({
      sha256: sha256Of(file),
      expectedBytes: file.length,
    });
    expect(arrived().equals(file)).toBe(true);
    expect(sha256).toBe(sha256Of(file));
    expect(statSync(part).mode & 0o777).toBe(0o600);
    expect(told.at(-1)).toEqual({ etag: tagOf(file), totalBytes: file.length, statedSha256: null });
    expect(progress.at(-1)).toBe(file.length);
    expect(hosts).toEqual(["127.0.0.1"]);
    expect(bytes).toBe(file.length);
  });

  test("goes on where the connection broke, as often as something arrives", async () => {
    const pieces = Math.floor(file.length / 9);
    server.script = Array.from({ length: 8 }, () => misbehave.cutAfter(pieces));
    const { waits } = await bring({ sha256: sha256Of(file) });
    expect(arrived().equals(file)).toBe(true);
    expect(ranges()).toEqual([undefined, ...Array.from({ length: 8 }, (_, n) => `bytes=${pieces * (n + 1)}-`)]);
    expect(server.asked.slice(1).every(({ ifRange }) => ifRange === tagOf(file))).toBe(true);
    expect(waits.every((ms) => ms === 500)).toBe(true);
  });

  test("goes on after a silence, and after a server that does not answer", async () => {
    server.script = [misbehave.stallAfter(10_000), misbehave.silent()];
    await bring();
    expect(arrived().equals(file)).toBe(true);
    expect(ranges()).toEqual([undefined, "bytes=10000-", "bytes=10000-"]);
  });

  test("goes on from what an earlier run has left, reading that again", async () => {
    writeFileSync(part, file.subarray(0, 20_000));
    await bring({ told: { etag: tagOf(file), totalBytes: file.length, statedSha256: null }, sha256: sha256Of(file) });
    expect(ranges()).toEqual(["bytes=20000-"]);
    expect(arrived().equals(file)).toBe(true);
  });

  test("begins anew where the file has changed between tries", async () => {
    writeFileSync(part, other.subarray(0, 20_000));
    await bring({ told: { etag: tagOf(other), totalBytes: other.length, statedSha256: null } });
    expect(arrived().equals(file)).toBe(true);
  });

  test("begins anew where nothing says that the rest would belong to what is there", async () => {
    writeFileSync(part, other.subarray(0, 20_000));
    await bring();
    expect(ranges()).toEqual([undefined]);
    expect(arrived().equals(file)).toBe(true);
  });

  test("takes the whole file from a server that ignores the range", async () => {
    server.script = [misbehave.cutAfter(5_000), misbehave.ignoreRange()];
    await bring({ sha256: sha256Of(file) });
    expect(arrived().equals(file)).toBe(true);
  });

  test("begins anew after the rest from another place, and asks for nothing where all is there", async () => {
    server.script = [misbehave.cutAfter(5_000), misbehave.wrongRange()];
    await bring({ sha256: sha256Of(file) });
    expect(arrived().equals(file)).toBe(true);
    const asked = server.asked.length;
    await bring({ told: { etag: tagOf(file), totalBytes: file.length, statedSha256: null } });
    expect(server.asked.length).toBe(asked);
  });

  test("waits as long as a server asks, and longer each time that it is in trouble", async () => {
    server.script = [
      misbehave.status(429, { "retry-after": "7" }),
      misbehave.status(500),
      misbehave.status(503, { "retry-after": "soon" }),
      misbehave.status(500),
    ];
    const { waits } = await bring();
    expect(waits).toEqual([7_000, 1_000, 2_000, 4_000]);
    expect(arrived().equals(file)).toBe(true);
  });

  test("takes a file without a length, whose end the header tells", async () => {
    server.script = [misbehave.chunked()];
    await bring();
    expect(arrived().equals(file)).toBe(true);
  });

  test("follows redirects, and notes whom it asks", async () => {
    server.script = [misbehave.redirect("/elsewhere/tiny.gguf"), misbehave.redirect(server.url, 307)];
    const { hosts } = await bring();
    expect(hosts).toEqual(["127.0.0.1", "127.0.0.1", "127.0.0.1"]);
    expect(arrived().equals(file)).toBe(true);
  });

  test("checks against the hash that the hub states of it", async () => {
    server.script = [
      (_request, response) => {
        response.writeHead(302, { location: server.url, "x-linked-etag": `"${sha256Of(file)}"` }).end();
        return "served";
      },
    ];
    const { told } = await bring();
    expect(told.at(-1)?.statedSha256).toBe(sha256Of(file));
  });

  test("stops at once, and keeps what has arrived", async () => {
    server.bytesPerSecond = 200_000;
    const stop = new AbortController();
    const running = bring({
      signal: stop.signal,
      onProgress: (bytes) => {
        if (bytes > 10_000) stop.abort();
      },
    });
    await expect(running).rejects.toThrow();
    expect(statSync(part).size).toBeGreaterThan(10_000);
    expect(statSync(part).size).toBeLessThan(file.length);
  });
});

describe("a download fails with a sentence and keeps what it has", () => {
  const failing = async (options: Partial<TransferOptions> = {}) =>
    bring(options).then(
      () => expect.fail("it was taken"),
      (error: { code: string; message: string; remedy: string }) => {
        expect(error.message).toMatch(/\.$/);
        expect(error.remedy).toMatch(/\.$/);
        return error.code;
      },
    );

  test("where the server has no such file, or not for everyone", async () => {
    for (const status of [404, 410, 401, 403, 400, 418, 204]) {
      server.script = [misbehave.status(status)];
      expect(await failing()).toBe("DOWNLOAD_REFUSED");
    }
    expect(server.asked.length).toBe(7);
  });

  test("where the server stays in trouble, or asks for too long a pause", async () => {
    server.script = Array.from({ length: 9 }, () => misbehave.status(502));
    expect(await failing()).toBe("DOWNLOAD_UNREACHABLE");
    expect(server.asked.length).toBe(6);
    server.script = [misbehave.status(429, { "retry-after": "86400" })];
    expect(await failing()).toBe("DOWNLOAD_REFUSED");
  });

  test("where nobody answers at that address", async () => {
    await server.close();
    expect(await failing()).toBe("DOWNLOAD_UNREACHABLE");
  });

  test("where redirects go in circles, or to somewhere that is not safe", async () => {
    server.script = Array.from({ length: 9 }, () => misbehave.redirect(server.url));
    expect(await failing()).toBe("DOWNLOAD_REFUSED");
    expect(server.asked.length).toBe(6);
    for (const location of [
      "http://example.org/tiny.gguf",
      "ftp://127.0.0.1/x",
      "https://me:pw@127.0.0.1/x",
      "http://",
    ]) {
      server.script = [misbehave.redirect(location)];
      expect(await failing()).toBe("DOWNLOAD_REFUSED");
    }
    expect(server.asked.length).toBe(10);
  });

  test("where a sign-in page comes instead", async () => {
    server.script = [misbehave.page()];
    expect(await failing()).toBe("DOWNLOAD_REFUSED");
  });

  test("where the server lies about the length, short or long", async () => {
    server.script = Array.from({ length: 12 }, () => misbehave.claim(file.length * 2, file.length));
    expect(await failing()).toBe("DOWNLOAD_UNREACHABLE");
    server.script = [misbehave.chunked(100)];
    expect(await failing({ expectedBytes: file.length })).toBe("DOWNLOAD_DAMAGED");
    server.script = [];
    expect(await failing({ expectedBytes: file.length - 1 })).toBe("DOWNLOAD_DAMAGED");
  });

  test("where it is another file than was promised: the bad one is set aside, and once begun anew", async () => {
    server.file = other;
    expect(await failing({ sha256: sha256Of(file) })).toBe("DOWNLOAD_DAMAGED");
    expect(server.asked.length).toBe(2);
    expect(existsSync(part)).toBe(false);
    expect(readFileSync(setAside(part)).equals(other)).toBe(true);
    server.file = file;
    await bring({ sha256: sha256Of(file) });
    expect(arrived().equals(file)).toBe(true);
    expect(existsSync(setAside(part))).toBe(false);
  });

  test("where what an earlier run has left is spoilt, it begins anew by itself", async () => {
    const spoilt = Buffer.from(file.subarray(0, 20_000));
    spoilt[10_000] = (spoilt[10_000] ?? 0) ^ 0xff;
    writeFileSync(part, spoilt);
    await bring({ told: { etag: tagOf(file), totalBytes: file.length, statedSha256: null }, sha256: sha256Of(file) });
    expect(ranges()).toEqual(["bytes=20000-", undefined]);
    expect(arrived().equals(file)).toBe(true);
  });

  test("where it is no model, or an end is missing that nobody announced", async () => {
    server.file = Buffer.from("these are notes, not a model\n".repeat(500));
    expect(await failing()).toBe("MODEL_FILE_INVALID");
    server.file = file.subarray(0, file.length - 5_000);
    expect(await failing()).toBe("MODEL_FILE_TRUNCATED");
  });

  test("where the server has another file each time", async () => {
    let seed = 20;
    const changing = Array.from({ length: 40 }, () => misbehave.cutAfter(4_000));
    server.script = changing.map((behaviour) => (request, response, served, from) => {
      server.file = tinyModel({ seed: seed++ });
      return from > 0
        ? misbehave.wrongRange()(request, response, served, from)
        : behaviour(request, response, served, from);
    });
    expect(await failing()).toMatch(/^DOWNLOAD_/);
    expect(server.asked.length).toBeLessThan(20);
  });

  test("where something else stands in the way of writing", async () => {
    writeFileSync(part, "");
    expect(await failing({ part: join(part, "below a file.part") })).toBe("FOLDER_UNWRITABLE");
  });
});

/** Puts a disk of that size into the place of the folder; false where this user may not. */
function mountDisk(folder: string, size: string, remount = false): boolean {
  const options = `${remount ? "remount," : ""}size=${size}`;
  const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", options, "tmpfs", folder]).status === 0;
  if (mounted && !remount) onTestFinished(() => void spawnSync("umount", [folder]));
  return mounted;
}

describe("a full disk", () => {
  test("is seen before anything is written", async (context) => {
    const folder = mkdtempSync(join(tmpdir(), "ebb-small-"));
    if (!mountDisk(folder, "3m")) return context.skip("this user may not mount a disk");
    const running = bring({ part: join(folder, "tiny.gguf.part") });
    await expect(running).rejects.toMatchObject({ code: "STORAGE_FULL" });
    expect(statSync(join(folder, "tiny.gguf.part")).size).toBe(0);
  });

  test("that fills up on the way leaves the part, and the download goes on once there is room", async (context) => {
    const folder = mkdtempSync(join(tmpdir(), "ebb-filling-"));
    if (!mountDisk(folder, "600m")) return context.skip("this user may not mount a disk");
    const there = join(folder, "tiny.gguf.part");
    server.bytesPerSecond = 400_000;
    let told = fresh;
    let small = false;
    const running = bring({
      part: there,
      onTold: (next) => {
        told = next;
      },
      onProgress: (bytes) => {
        if (bytes > 20_000 && !small) small = mountDisk(folder, "48k", true);
      },
    });
    await expect(running).rejects.toMatchObject({ code: "STORAGE_FULL", remedy: expect.stringContaining("kept") });
    const left = statSync(there).size;
    expect(left).toBeGreaterThan(20_000);
    mountDisk(folder, "600m", true);
    server.bytesPerSecond = 0;
    await bring({ part: there, told, sha256: sha256Of(file) });
    expect(ranges().at(-1)).toBe(`bytes=${left}-`);
    expect(readFileSync(there).equals(file)).toBe(true);
  });
});
