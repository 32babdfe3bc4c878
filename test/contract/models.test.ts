import { spawnSync } from "node:child_process";
import { channel } from "node:diagnostics_channel";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statfsSync, statSync, writeFileSync } from "node:fs";
import type { Socket } from "node:net";
import { join } from "node:path";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import type { Api, ModelDownload } from "../../app/contract/index.ts";
import { type Engine, openEngine } from "../../app/engine.ts";
import type { LanguageModel } from "../../app/llm/port.ts";
import { tinyModel, writeTinyModel } from "../fixtures/gguf.ts";
import { superviseInference } from "../fixtures/inference.ts";
import { type ModelServer, misbehave, sha256Of, startModelServer } from "../fixtures/model-server.ts";
import { temporaryFolder } from "../fixtures/web-host.ts";

const file = tinyModel({ name: "Served model", reply: "The tide comes and goes." });
const gib = 1024 ** 3;

let folder: string;
let server: ModelServer;

beforeEach(async () => {
  folder = temporaryFolder("ebb-models-");
  server = await startModelServer(file);
  onTestFinished(() => server.close());
});

async function open(languageModel: LanguageModel | null = null): Promise<Engine> {
  const engine = await openEngine({
    folder,
    clock: Date.now,
    host: "web",
    languageModel,
    probeMemory: async () => ({ ramBytes: 16 * gib, gpu: null }),
  });
  onTestFinished(() => engine.close());
  return engine;
}

const models = (): string => join(folder, "models");
const add = (client: Api, name = "Served") =>
  client.models.addEntry({ name, source: { kind: "url", url: server.url } });
const downloads = (client: Api): Promise<ModelDownload[]> => client.models.downloads();

async function settled(client: Api, state: ModelDownload["state"] | "gone"): Promise<ModelDownload | undefined> {
  await expect.poll(async () => (await downloads(client))[0]?.state ?? "gone", { interval: 20 }).toBe(state);
  return (await downloads(client))[0];
}

test("nothing is asked for before a click: not by the engine, not by anything that the view shows", async () => {
  const connected: string[] = [];
  const sockets = channel("net.client.socket");
  const hear = (message: unknown): void => {
    const { socket } = message as { socket: Socket };
    connected.push(socket.remoteAddress ?? "a socket");
  };
  sockets.subscribe(hear);
  onTestFinished(() => {
    sockets.unsubscribe(hear);
  });
  const { client } = await open();
  const { id } = await add(client);
  await client.models.setMirror({ address: server.origin });
  await client.models.catalog();
  await client.models.installed();
  await client.models.downloads();
  await client.models.outbound();
  await client.system.status();
  expect(connected).toEqual([]);
  expect(server.asked).toEqual([]);
  expect(await client.models.outbound()).toEqual([]);
  // The same ears hear what a click does.
  await client.models.download({ entryId: id, use: false });
  await settled(client, "gone");
  expect(connected.length).toBeGreaterThan(0);
  expect(await client.models.outbound()).toMatchObject([
    { host: "127.0.0.1", why: "model-download", bytes: file.length },
  ]);
});

describe("a model of the list", () => {
  test("is downloaded, checked, put in place for this user alone, used, tested and deleted", async () => {
    const { client } = await open(superviseInference());
    const { id: entryId } = await add(client);
    await client.models.download({ entryId, use: true });
    await expect.poll(async () => (await client.model.state()).status, { timeout: 20_000 }).toBe("ready");
    const [model, ...others] = await client.models.installed();
    expect(others).toEqual([]);
    const path = join(models(), "tiny.gguf");
    expect(model).toMatchObject({
      path,
      name: "Served model",
      origin: "downloaded",
      quantisation: "Q8_0",
      failure: null,
    });
    expect(model?.lastUsedAt).toBeGreaterThan(0);
    expect(model?.fit).toMatchObject({ verdict: "cpu", contextTokens: 2_048 });
    expect(readFileSync(path).equals(file)).toBe(true);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(models()).mode & 0o777).toBe(0o700);
    // The context that fits is chosen, kept as the model's setting, and shown.
    expect(await client.model.state()).toMatchObject({ contextSize: 2_048 });
    expect(await client.model.settings({ path })).toMatchObject({ contextSize: 2_048 });

    const said = await client.models.test();
    expect(said.text).toContain("The tide comes and goes.");
    expect(said.tokensPerSecond).toBeGreaterThan(0);

    const entry = (await client.models.catalog()).models.find((each) => each.id === entryId);
    expect(entry).toMatchObject({ installedPath: path, downloadId: null });
    await expect(client.models.download({ entryId, use: true })).rejects.toMatchObject({ code: "INVALID_INPUT" });

    expect(await client.models.remove({ path })).toEqual({ deleted: true });
    expect(existsSync(path)).toBe(false);
    expect((await client.model.state()).status).toBe("none");
    expect(await client.models.installed()).toEqual([]);
    await expect(client.models.remove({ path })).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  test("stands in the list with its verdict, the recommended one first", async () => {
    const { client } = await open();
    await add(client, "Mine");
    const { models: list, recommended, hardware, mirror } = await client.models.catalog();
    expect(list[0]?.id).toBe(recommended);
    expect(list[0]?.fit?.verdict).toBe("cpu");
    expect(list[1]).toMatchObject({ name: "Mine", own: true, fit: null });
    expect(hardware).toEqual({ ramBytes: 16 * gib, gpu: null });
    expect(mirror).toEqual({ chosen: null, inUse: "https://huggingface.co", fromEnvironment: false });
    expect(list.every(({ fit, own }) => own || (fit !== null && fit.neededBytes > 0))).toBe(true);
  });

  test("comes from a mirror where one is set, and is refused where that has another file", async () => {
    const { client } = await open();
    await client.models.setMirror({ address: `${server.origin}/` });
    const { recommended } = await client.models.catalog();
    await client.models.download({ entryId: recommended ?? "", use: false });
    const failed = await settled(client, "failed");
    expect(failed?.failure).toMatchObject({ code: "DOWNLOAD_DAMAGED" });
    expect(server.asked[0]?.path).toMatch(/^\/[\w.-]+\/[\w.-]+\/resolve\/[0-9a-f]{40}\/[\w.-]+\.gguf$/);
    expect(await client.models.installed()).toEqual([]);
    await expect(client.models.setMirror({ address: "http://example.org" })).rejects.toMatchObject({
      code: "INVALID_INPUT",
    });
  });
});

describe("a download", () => {
  test("pauses, resumes where it was, and is dropped with what has arrived", async () => {
    server.bytesPerSecond = 60_000;
    const { client } = await open();
    const { id: entryId } = await add(client);
    const { id } = await client.models.download({ entryId, use: false });
    await expect(client.models.download({ entryId, use: false })).rejects.toMatchObject({ code: "BUSY" });
    await expect.poll(async () => (await downloads(client))[0]?.receivedBytes).toBeGreaterThan(5_000);
    await client.models.pause({ id });
    const paused = await settled(client, "paused");
    expect(paused?.receivedBytes).toBeGreaterThan(5_000);
    server.bytesPerSecond = 0;
    await client.models.resume({ id });
    await settled(client, "gone");
    expect(server.asked.at(-1)?.range).toBe(`bytes=${paused?.receivedBytes}-`);

    await client.models.remove({ path: join(models(), "tiny.gguf") });
    server.bytesPerSecond = 60_000;
    const again = await client.models.download({ entryId, use: false });
    await expect.poll(async () => (await downloads(client))[0]?.receivedBytes).toBeGreaterThan(0);
    await client.models.cancel({ id: again.id });
    expect(await downloads(client)).toEqual([]);
    expect(readdirSync(models())).toEqual([]);
    await expect(client.models.resume({ id: again.id })).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  test("tells how fast it is and how long it takes", async () => {
    server.bytesPerSecond = 40_000;
    const { client } = await open();
    const { id: entryId } = await add(client);
    await client.models.download({ entryId, use: false });
    await expect
      .poll(async () => (await downloads(client))[0]?.bytesPerSecond, { timeout: 10_000 })
      .toBeGreaterThan(10_000);
    const [running] = await downloads(client);
    expect(running).toMatchObject({ state: "running", totalBytes: file.length, host: "127.0.0.1" });
    expect(running?.secondsLeft).toBeGreaterThanOrEqual(0);
  });

  test("waits for its turn behind another, and both come", async () => {
    server.bytesPerSecond = 300_000;
    const { client } = await open();
    const first = await add(client, "First");
    const second = await client.models.addEntry({
      name: "Second",
      source: { kind: "url", url: server.url.replace("tiny", "second") },
    });
    await client.models.download({ entryId: first.id, use: false });
    await client.models.download({ entryId: second.id, use: false });
    expect((await downloads(client)).map(({ state }) => state)).toEqual(["running", "queued"]);
    await settled(client, "gone");
    expect((await client.models.installed()).map(({ path }) => path).sort()).toEqual([
      join(models(), "second.gguf"),
      join(models(), "tiny.gguf"),
    ]);
  });

  test("that fails says why, and goes on at a click", async () => {
    server.script = [misbehave.cutAfter(9_000), misbehave.status(404)];
    const { client } = await open();
    const { id: entryId } = await add(client);
    const { id } = await client.models.download({ entryId, use: false });
    const failed = await settled(client, "failed");
    expect(failed).toMatchObject({ receivedBytes: 9_000, failure: { code: "DOWNLOAD_REFUSED" } });
    await client.models.resume({ id });
    await settled(client, "gone");
    expect(server.asked.at(-1)?.range).toBe("bytes=9000-");
  });

  test("that was under way when Ebb ended waits for a click at the next start, and goes on", async () => {
    server.bytesPerSecond = 60_000;
    const first = await open();
    const { id: entryId } = await add(first.client);
    const { id } = await first.client.models.download({ entryId, use: false });
    await expect.poll(async () => (await downloads(first.client))[0]?.receivedBytes).toBeGreaterThan(5_000);
    await first.close();
    const asked = server.asked.length;
    const { client } = await open();
    const paused = await settled(client, "paused");
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(server.asked.length).toBe(asked);
    server.bytesPerSecond = 0;
    await client.models.resume({ id });
    await settled(client, "gone");
    expect(server.asked.at(-1)?.range).toBe(`bytes=${paused?.receivedBytes}-`);
    expect(readFileSync(join(models(), "tiny.gguf")).equals(file)).toBe(true);
  });

  test("on a disk that fills up under it and under the database fails with a sentence, and goes on once there is room", async (context) => {
    const disk = (size: string, remount = "") =>
      spawnSync("mount", ["-t", "tmpfs", "-o", `${remount}size=${size}`, "tmpfs", folder]).status === 0;
    const usedKilobytes = (): number => {
      const { blocks, bfree, bsize } = statfsSync(folder);
      return ((blocks - bfree) * bsize) / 1_024;
    };
    if (!disk("700m")) return context.skip("this user may not mount a disk");
    onTestFinished(() => void spawnSync("umount", ["-l", folder]));
    server.bytesPerSecond = 100_000;
    const { client } = await open();
    const { id: entryId } = await add(client);
    const { id } = await client.models.download({ entryId, use: false });
    await expect.poll(async () => (await downloads(client))[0]?.receivedBytes).toBeGreaterThan(20_000);
    disk(`${usedKilobytes() + 8}k`, "remount,");
    const failed = await settled(client, "failed");
    expect(failed?.failure?.code).toBe("STORAGE_FULL");
    disk("700m", "remount,");
    server.bytesPerSecond = 0;
    await client.models.resume({ id });
    await settled(client, "gone");
    expect(readFileSync(join(models(), "tiny.gguf")).equals(file)).toBe(true);
    expect(server.asked.at(-1)?.range).toMatch(/^bytes=\d{5,}-$/);
    await client.models.remove({ path: join(models(), "tiny.gguf") });

    // Dropping one makes room, even where nothing more can be written.
    server.bytesPerSecond = 100_000;
    const again = await client.models.download({ entryId, use: false });
    await expect.poll(async () => (await downloads(client))[0]?.receivedBytes).toBeGreaterThan(20_000);
    disk(`${usedKilobytes() + 4}k`, "remount,");
    await settled(client, "failed");
    await client.models.cancel({ id: again.id });
    expect(await downloads(client)).toEqual([]);
    expect(readdirSync(models())).toEqual([]);
  });

  test("never takes the place of a file that is there", async () => {
    mkdirSync(models(), { recursive: true });
    writeFileSync(join(models(), "tiny.gguf"), "the user's own file");
    const { client } = await open();
    const { id: entryId } = await add(client);
    await client.models.download({ entryId, use: false });
    await settled(client, "gone");
    expect(readFileSync(join(models(), "tiny.gguf"), "utf8")).toBe("the user's own file");
    expect(readFileSync(join(models(), "tiny (2).gguf")).equals(file)).toBe(true);
    const own = (await client.models.installed()).find(({ path }) => path.endsWith("tiny.gguf"));
    expect(own).toMatchObject({ origin: "found", failure: { code: "MODEL_FILE_INVALID" } });
    await expect(client.models.remove({ path: own?.path ?? "" })).rejects.toMatchObject({ code: "INVALID_INPUT" });
    expect(existsSync(join(models(), "tiny.gguf"))).toBe(true);
  });
});

describe("a file of the user's own", () => {
  test("is used where it lies, and only leaves the list", async () => {
    const { client } = await open(superviseInference());
    const path = join(folder, "mine.gguf");
    writeTinyModel(path, { name: "Mine", context: 1_024 });
    expect(await client.model.choose({ path })).toMatchObject({ status: "ready", contextSize: 1_024 });
    const [model] = await client.models.installed();
    expect(model).toMatchObject({ path, name: "Mine", origin: "in_place", contextLength: 1_024 });
    await client.model.clear();
    expect(await client.models.remove({ path })).toEqual({ deleted: false });
    expect(existsSync(path)).toBe(true);
    expect(await client.models.installed()).toEqual([]);
  });

  test("is copied whole, and the copy outlives it", async () => {
    const { client } = await open();
    const path = join(folder, "mine.gguf");
    writeTinyModel(path, { name: "Mine" });
    const sum = sha256Of(readFileSync(path));
    await client.models.copy({ path, use: false });
    await settled(client, "gone");
    const [model] = await client.models.installed();
    expect(model).toMatchObject({ path: join(models(), "mine.gguf"), origin: "copied" });
    expect(sha256Of(readFileSync(join(models(), "mine.gguf")))).toBe(sum);
    expect(await client.models.outbound()).toEqual([]);
    writeFileSync(join(folder, "notes.gguf"), "no model");
    await expect(client.models.copy({ path: join(folder, "notes.gguf"), use: false })).rejects.toMatchObject({
      code: "MODEL_FILE_INVALID",
    });
  });

  test("that is gone stays in the list with a reason, until it is removed", async () => {
    const { client } = await open(superviseInference());
    const path = join(folder, "mine.gguf");
    writeTinyModel(path);
    await client.model.choose({ path });
    await client.model.clear();
    rmSync(path);
    expect(await client.models.installed()).toMatchObject([
      { path, bytes: 0, failure: { code: "MODEL_FILE_MISSING" } },
    ]);
    await client.models.remove({ path });
    expect(await client.models.installed()).toEqual([]);
  });
});
