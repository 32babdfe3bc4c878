import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import type { Api } from "../../app/contract/index.ts";
import { filesContaining } from "../fixtures/database.ts";
import { type OpenAiServer, startOpenAiServer } from "../fixtures/openai-server.ts";
import { connect, dataFolder, eventually, onPlatform, pageOf, type Start, say, startHost } from "./host.ts";

const key = "sk-quombelflax-0123456789";

let server: OpenAiServer;

beforeEach(async () => {
  server = await startOpenAiServer();
  server.key = key;
  onTestFinished(() => server.close());
});

async function start(more: Start): Promise<{ api: Api; desktop: Awaited<ReturnType<typeof startHost>> }> {
  const desktop = await startHost(more);
  const { connection } = await connect(await pageOf(desktop, "index.html"));
  return { api: connection.api, desktop };
}

const connectTo = (api: Api, given: { key?: string } = {}) =>
  api.remote.connect({ address: server.origin, model: "tide-8b", alsoForLearning: false, ...given });

const sealed = (folder: string): string => join(folder, "remote-key.sealed");

test("the key is sealed by the system's keychain, is there after a restart and a crash, and goes when it is forgotten", async () => {
  const folder = dataFolder();
  const first = await start({ folder });
  expect((await connectTo(first.api, { key })).keeping).toBe("keychain");
  expect((await say(first.api, "Hello")).end.message.text).toBe(server.reply);
  expect(filesContaining(folder, key)).toEqual([]);
  if (process.platform !== "win32") expect(statSync(sealed(folder)).mode & 0o777).toBe(0o600);

  await first.desktop.killUtilityProcess("Ebb Engine");
  await eventually(async () => expect((await first.api.remote.state()).remote?.hasKey).toBe(true));
  first.desktop.electron.app.quit();
  await first.desktop.end();

  const { keychain } = first.desktop.facts;
  const second = await start({ folder, facts: { keychain } });
  expect(await second.api.remote.state()).toMatchObject({ remote: { hasKey: true, inUse: true } });
  expect((await say(second.api, "Hello again")).end.message.remote).toBe(server.host);
  await second.api.remote.forget();
  expect(existsSync(sealed(folder))).toBe(false);
  expect((await second.api.remote.state()).remote).toBeNull();
});

test("without a keyring the window hears that the key is hardly protected", async () => {
  onPlatform("linux");
  const { api } = await start({ facts: { storageBackend: "basic_text" } });
  expect((await api.remote.state()).keeping).toBe("weak");
});

test("without any encryption the key is never written, and is gone at the next start", async () => {
  const folder = dataFolder();
  const first = await start({ folder, facts: { encryption: false } });
  expect((await connectTo(first.api, { key })).keeping).toBe("memory");
  expect((await say(first.api, "Hello")).end.message.remote).toBe(server.host);
  expect(existsSync(sealed(folder))).toBe(false);
  expect(filesContaining(folder, key)).toEqual([]);
  first.desktop.electron.app.quit();
  await first.desktop.end();
  const second = await start({ folder, facts: { encryption: false } });
  expect((await second.api.remote.state()).remote?.hasKey).toBe(false);
  expect((await say(second.api, "Hello")).end.message.failure?.code).toBe("REMOTE_DENIED");
});

test("a sealed key that was spoilt, or belongs to another keychain, counts as none", async () => {
  const folder = dataFolder();
  const first = await start({ folder });
  await connectTo(first.api, { key });
  first.desktop.electron.app.quit();
  await first.desktop.end();
  const bytes = readFileSync(sealed(folder));
  writeFileSync(sealed(folder), Buffer.concat([bytes.subarray(0, -4), Buffer.from("spoi")]));
  const { keychain } = first.desktop.facts;
  const second = await start({ folder, facts: { keychain } });
  expect((await second.api.remote.state()).remote).toMatchObject({ hasKey: false, host: server.host });
  expect((await connectTo(second.api, { key })).remote?.hasKey).toBe(true);
  expect((await say(second.api, "Hello")).end.message.text).toBe(server.reply);
  second.desktop.electron.app.quit();
  await second.desktop.end();
  const third = await start({ folder, facts: { keychain: Buffer.alloc(32, 1) } });
  expect((await third.api.remote.state()).remote?.hasKey).toBe(false);
});
