import { join } from "node:path";
import { expect, test } from "vitest";
import type { Connection } from "../../renderer/client/connection.ts";
import type { Desktop } from "../fixtures/electron/control.ts";
import { countingReply, slow, writeTinyModel } from "../fixtures/gguf.ts";
import { connect, dataFolder, eventually, pageOf, say, startHost } from "./host.ts";

const reached = (connection: Connection, state: string) => eventually(() => expect(connection.state()).toBe(state));

const engines = (desktop: Desktop) =>
  desktop.utilityProcesses.filter(({ serviceName }) => serviceName === "Ebb Engine");

test("the page gets a port straight to the engine, and chats over it", async () => {
  const desktop = await startHost();
  const { connection } = await connect(await pageOf(desktop, "index.html"));
  expect((await connection.api.system.status()).host).toBe("electron");
  await say(connection.api, "My cat's name is Miso.");
  const { end } = await say(connection.api, "What is my cat's name?");
  expect(end.message.text).toContain("Miso");
  expect(end.message.memories.some(({ cited, text }) => cited && text.includes("Miso"))).toBe(true);
});

test("what was said is there after a restart, in the conversation that was going on", async () => {
  const folder = dataFolder();
  const first = await startHost({ folder });
  const { connection } = await connect(await pageOf(first, "index.html"));
  const { conversationId } = await say(connection.api, "I live in Lisbon.");
  first.electron.app.quit();
  expect(await first.end()).toBe(0);
  const second = await startHost({ folder });
  const page = await pageOf(second, "index.html");
  expect(page.url).toBe(`app://ebb/index.html#/c/${conversationId}`);
  const { end } = await say((await connect(page)).connection.api, "Where do I live?");
  expect(end.message.text).toContain("Lisbon");
});

test("an engine that is killed comes back, the page with it, and nothing that was confirmed is lost", async () => {
  const desktop = await startHost();
  const { connection } = await connect(await pageOf(desktop, "index.html"));
  await say(connection.api, "I'm allergic to peanuts.");
  const events = (await connection.api.system.events())[Symbol.asyncIterator]();
  await events.next();
  const hanging = events.next();
  const seen: string[] = [];
  connection.subscribe(() => seen.push(connection.state()));
  await desktop.killUtilityProcess("Ebb Engine");
  // What was pending is refused rather than left hanging.
  await expect(hanging).rejects.toMatchObject({ code: "CONNECTION_LOST" });
  await connection.opened();
  expect(seen).toEqual(["lost", "open"]);
  const { end } = await say(connection.api, "What am I allergic to?");
  expect(end.message.text).toContain("peanuts");
  expect(engines(desktop)).toHaveLength(2);
});

test("an engine that keeps dying is given up, and started again when the user asks", async () => {
  const desktop = await startHost();
  const { connection } = await connect(await pageOf(desktop, "index.html"));
  for (let death = 1; death <= 3; death += 1) {
    await eventually(() => expect(engines(desktop).some(({ running }) => running)).toBe(true));
    await desktop.killUtilityProcess("Ebb Engine");
  }
  await reached(connection, "stopped");
  expect(engines(desktop)).toHaveLength(3);
  expect(desktop.item(desktop.tray.menu, "Pause learning").enabled).toBe(false);
  connection.restart?.();
  await connection.opened();
  expect((await connection.api.system.status()).storage.status).toBe("ready");
  await eventually(() => expect(desktop.item(desktop.tray.menu, "Pause learning").enabled).toBe(true));
});

test("a page that was loaded again hears once that its engine has ended", async () => {
  const desktop = await startHost();
  const page = await pageOf(desktop, "index.html");
  await connect(page);
  page.crash();
  await eventually(() => expect(page.loaded).toBe(true));
  const { connection } = await connect(page);
  const told: unknown[] = [];
  page.window.addEventListener("message", ({ data }: MessageEvent) => told.push(data.type));
  await desktop.killUtilityProcess("Ebb Engine");
  await eventually(() => expect(told).toEqual(["ebb:lost", "ebb:port"]));
  expect((await connection.api.system.status()).storage.status).toBe("ready");
});

test("a model runs in a process of its own, which may die in the middle of a reply", async () => {
  const folder = dataFolder();
  const model = join(folder, "counter.gguf");
  writeTinyModel(model, { reply: countingReply(400), name: "Counter", ...slow, layers: 30 });
  const desktop = await startHost({ folder });
  const { connection } = await connect(await pageOf(desktop, "index.html"));
  const { api } = connection;
  expect(await api.model.choose({ path: model })).toMatchObject({ status: "ready", backend: "cpu" });
  const sent = await api.chat.send({ messageId: crypto.randomUUID(), conversationId: null, text: "Count." });
  let killed = false;
  let last: { status: string; text: string } | undefined;
  for await (const event of await api.chat.follow({ replyId: sent.replyId })) {
    if (event.type === "end") last = event.message;
    else if (!killed) {
      killed = true;
      await desktop.killUtilityProcess("Ebb Inference");
    }
  }
  expect(last?.status).toBe("interrupted");
  expect(last?.text).not.toBe("");
  // The engine has it started again, by the host.
  await eventually(async () => expect((await api.system.status()).model.status).toBe("ready"));
  const names = desktop.utilityProcesses.filter(({ running }) => running).map(({ serviceName }) => serviceName);
  expect(names.filter((name) => name !== "Ebb Embedder").sort()).toEqual(["Ebb Engine", "Ebb Inference"]);
});

test("inference ends with its engine", async () => {
  const folder = dataFolder();
  const model = join(folder, "talker.gguf");
  writeTinyModel(model, { reply: "Hello.", name: "Talker" });
  const desktop = await startHost({ folder });
  const { connection } = await connect(await pageOf(desktop, "index.html"));
  await connection.api.model.choose({ path: model });
  await eventually(async () => expect((await connection.api.system.status()).embedder.status).toBe("ready"));
  // Nothing that any of them writes is kept or shown.
  expect(desktop.utilityProcesses.every(({ output }) => output === "ignore")).toBe(true);
  // The one that asked for the memory of the graphics card has ended.
  const running = desktop.utilityProcesses.filter((child) => child.running);
  expect(running.map(({ serviceName }) => serviceName).sort()).toEqual(["Ebb Embedder", "Ebb Engine", "Ebb Inference"]);
  const children = running.filter(({ serviceName }) => serviceName !== "Ebb Engine");
  await desktop.killUtilityProcess("Ebb Engine");
  await eventually(() => expect(children.map((child) => child.process.pid)).toEqual([undefined, undefined]));
});

test("the embedder dies without the model and comes back by itself", async () => {
  const folder = dataFolder();
  const model = join(folder, "talker.gguf");
  writeTinyModel(model, { reply: "Hello.", name: "Talker" });
  const desktop = await startHost({ folder });
  const { connection } = await connect(await pageOf(desktop, "index.html"));
  await connection.api.model.choose({ path: model });
  const status = () => connection.api.system.status();
  await eventually(async () => expect((await status()).embedder.status).toBe("ready"));
  await desktop.killUtilityProcess("Ebb Embedder");
  await connection.api.chat.send({ messageId: crypto.randomUUID(), conversationId: null, text: "I like tea." });
  await eventually(async () =>
    expect(await status()).toMatchObject({ embedder: { status: "ready" }, model: { status: "ready" } }),
  );
});

test("quitting waits for the engine to close the database", async () => {
  const folder = dataFolder();
  const desktop = await startHost({ folder });
  await connect(await pageOf(desktop, "index.html"));
  const [engine] = engines(desktop);
  const exited = new Promise<number>((resolve) => engine?.process.once("exit", resolve));
  desktop.electron.app.quit();
  expect(desktop.visibleWindows).toEqual([]);
  expect(desktop.ended).toBeUndefined();
  expect(await exited).toBe(0);
  expect(await desktop.end()).toBe(0);
});

test("a folder that another Ebb has is left to it: the command goes there, or a sentence says what to do", async () => {
  const folder = dataFolder();
  const { acquireLock } = await import("../../app/storage/lock.ts");
  const lock = acquireLock(folder);
  const desktop = await startHost({ folder });
  expect(await desktop.end()).toBe(0);
  lock?.release();
  expect(desktop.dialogs).toMatchObject([{ kind: "error", options: { title: "Ebb's memory is in use" } }]);
  expect(desktop.dialogs[0]?.options.message).toContain(folder);
});
