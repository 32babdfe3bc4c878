import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { chatGptChat } from "../fixtures/chats.ts";
import { startHostProcess } from "../fixtures/host-process.ts";
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
      if (event.type === "progress" && event.phase === "writing" && event.done > 1_000) await host.kill();
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
