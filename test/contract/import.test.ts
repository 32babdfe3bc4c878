import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openEngine } from "../../app/engine.ts";
import { chatGptChat } from "../fixtures/chats.ts";
import { filesContaining } from "../fixtures/database.ts";
import { startHostProcess } from "../fixtures/host-process.ts";
import { live } from "../fixtures/lived-in.ts";
import { connectClient, temporaryFolder } from "../fixtures/web-host.ts";

test("a kill in the middle of an import leaves nothing of it after the next start", async () => {
  const folder = temporaryFolder();
  const path = join(temporaryFolder(), "conversations.json");
  const text = "Something that was said once, and that is long enough to be worth keeping. ".repeat(4);
  const turns = Array.from({ length: 40 }, () => ({ role: "user" as const, text }));
  writeFileSync(path, JSON.stringify(Array.from({ length: 250 }, (_, index) => chatGptChat(`c${index}`, turns))));
  const host = await startHostProcess(folder);
  onTestFinished(() => host.kill());
  const { api, socket } = await connectClient(host);
  const kept = await api.memories.add({ text: "The spare key is under the pot" });
  const seen: string[] = [];
  const follow = async (): Promise<void> => {
    for await (const event of await api.transfer.importFile({ path })) {
      seen.push(event.type === "progress" ? event.phase : event.type);
      if (event.type !== "progress" || event.phase !== "writing" || event.done < 1_000) continue;
      // What is only half here is nowhere to be seen.
      expect((await api.conversations.list({})).total).toBe(0);
      expect((await api.conversations.list({ query: "worth keeping" })).total).toBe(0);
      await host.kill();
    }
  };
  await follow().catch(() => {});
  socket.terminate();
  expect(seen).toContain("writing");
  expect(seen).not.toContain("done");

  const again = await startHostProcess(folder);
  onTestFinished(() => again.kill());
  const next = await connectClient(again);
  await expect.poll(async () => (await next.api.conversations.list({})).total).toBe(0);
  expect((await next.api.memories.list({ status: "all" })).items.map(({ id }) => id)).toEqual([kept.memory.id]);
  rmSync(path);
  next.socket.terminate();
});

test("a kill in the middle of bringing in everything from another Ebb leaves nothing of it, not a byte", async () => {
  const word = "quombelflax";
  const from = await openEngine({ folder: temporaryFolder(), clock: Date.now, host: "web", languageModel: null });
  onTestFinished(() => from.close());
  const turn = { role: "user", speaker: null, back: 1, zone: null, failed: false } as const;
  const messages = Array.from({ length: 60 }, (_, at) => ({ ...turn, text: `The ${word} of day ${at} was fine.`, at }));
  const conversations = Array.from({ length: 120 }, () => ({ title: word, renamed: false, quick: false, messages }));
  const memories = [{ text: `I like ${word}.`, kind: "preference" as const, steps: [], quote: 3 }];
  const reminders = [{ text: `Fetch ${word}`, at: 7, comesRound: false, state: "waiting" as const, asked: 0 }];
  const tasks = [{ intents: [{ op: "NEW", node: `Bake ${word}`, kind: "goal", quote: word }], asked: 0 }];
  const { vault } = from.session;
  vault.write(() => live({ conversations, memories, reminders, tasks }, vault));
  let path = "";
  const out = temporaryFolder();
  for await (const event of await from.client.transfer.exportAll({ folder: out, format: "json" })) {
    if (event.type === "done") path = event.path;
  }
  const folder = temporaryFolder();
  const host = await startHostProcess(folder);
  onTestFinished(() => host.kill());
  const { api, socket } = await connectClient(host);
  let wrote = 0;
  const follow = async (): Promise<void> => {
    for await (const event of await api.transfer.importFile({ path })) {
      if (event.type !== "progress" || event.phase !== "writing" || event.done < 1_500) continue;
      wrote = event.done;
      await host.kill();
    }
  };
  await follow().catch(() => {});
  socket.terminate();
  expect(wrote).toBeGreaterThan(0);
  expect(filesContaining(folder, word).length).toBeGreaterThan(0);

  const again = await startHostProcess(folder);
  onTestFinished(() => again.kill());
  const next = await connectClient(again);
  const bringIn = async () => (await Array.fromAsync(await next.api.transfer.importFile({ path }))).at(-1);
  let changeId = "";
  // It says so for as long as it is still busy with taking back.
  for (let tries = 0; changeId === "" && tries < 300; tries += 1) {
    const end = await bringIn().catch(({ code }) => {
      expect(code).toBe("BUSY");
      return null;
    });
    if (end?.type !== "done") {
      await new Promise((resolve) => setTimeout(resolve, 100));
      continue;
    }
    expect(end).toMatchObject({ conversations: 120, messages: 7_200, memories: 1, skipped: 0 });
    changeId = end.changeId ?? "";
  }
  const { items } = await next.api.conversations.list({});
  expect(items).toHaveLength(100);
  next.socket.terminate();
  await again.stop();

  const third = await openEngine({ folder, clock: Date.now, host: "web", languageModel: null });
  await third.client.memories.undo({ changeId });
  await third.close();
  // An earlier backup is what it was: undoing is no erasing.
  expect(filesContaining(folder, word).filter((file) => !file.includes("backups"))).toEqual([]);
});

test("an import is refused with where the file is broken", async () => {
  const host = await startHostProcess(temporaryFolder());
  onTestFinished(() => host.kill());
  const { api, socket } = await connectClient(host);
  onTestFinished(() => socket.terminate());
  const folder = temporaryFolder();
  const path = join(folder, "conversations.json");
  writeFileSync(path, '[{"uuid": "a", "chat_messages": [{"sender": "robot"}]}]');
  const events = async (): Promise<unknown[]> => Array.fromAsync(await api.transfer.importFile({ path }));
  await expect(events()).rejects.toMatchObject({
    code: "IMPORT_INVALID",
    message: expect.stringContaining("conversations.json, at [0].chat_messages[0].sender"),
  });
  const { entries } = await api.transfer.browse({ folder });
  expect(entries).toMatchObject([{ name: "conversations.json", kind: "file", path }]);
});
