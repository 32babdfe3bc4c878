import { randomInt } from "node:crypto";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { WebSocket } from "ws";
import type { Api, Message } from "../../app/contract/index.ts";
import { countingReply, slow, writeTinyModel } from "../fixtures/gguf.ts";
import { childrenOf, type HostProcess, startHostProcess } from "../fixtures/host-process.ts";
import { connectClient } from "../fixtures/web-host.ts";

const rounds = Number(process.env.EBB_CRASH_ROUNDS ?? 50);
/** The journal is compared with the store ten times a run, and after the last kill; each time, everything of all rounds. */
const compareEvery = Math.max(5, Math.floor(rounds / 10));

/** What Ebb has confirmed, kept outside of it. */
type Journal = {
  messages: Map<string, { conversationId: string; text: string }>;
  memories: Map<string, string>;
};

let folder: string;
let host: HostProcess;
const journal: Journal = { messages: new Map(), memories: new Map() };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "ebb-crash-"));
  const model = join(folder, "counting.gguf");
  writeTinyModel(model, { ...slow, reply: countingReply(200) });
  host = await startHostProcess(folder);
  const { api, socket } = await connectClient(host);
  await api.model.choose({ path: model });
  socket.terminate();
});

afterAll(async () => {
  await host.kill();
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
});

/** Chats and edits memories until the line goes down or `signal` aborts, noting each confirmation. */
async function load(api: Api, worker: number, signal: AbortSignal): Promise<void> {
  let conversationId: string | null = null;
  for (let turn = 0; !signal.aborted; turn += 1) {
    const messageId = crypto.randomUUID();
    const text = `My locker ${worker}-${turn} number is ${randomInt(1_000_000)}.`;
    const sent = await api.chat.send({ messageId, conversationId, text });
    journal.messages.set(messageId, { conversationId: sent.conversationId, text });
    conversationId = sent.conversationId;
    const { memory } = await api.memories.add({ text: `Note ${worker}-${turn} ${randomInt(1_000_000)}` });
    journal.memories.set(memory.id, memory.text);
    const edited = await api.memories.edit({ id: memory.id, version: memory.version, text: `${memory.text}, edited` });
    journal.memories.set(memory.id, edited.memory.text);
    const stopAt = performance.now() + randomInt(120);
    for await (const event of await api.chat.follow({ replyId: sent.replyId })) {
      if (event.type === "end" || signal.aborted) break;
      if (performance.now() > stopAt) await api.chat.stop({ replyId: sent.replyId });
    }
  }
}

async function transcripts(api: Api): Promise<Map<string, Message>> {
  const all = new Map<string, Message>();
  for (const id of new Set([...journal.messages.values()].map((entry) => entry.conversationId))) {
    for (const message of (await api.conversations.get({ id })).messages) all.set(message.id, message);
  }
  return all;
}

/** Everything confirmed is there, word for word. */
async function expectNothingLost(api: Api): Promise<void> {
  const stored = await transcripts(api);
  const lostMessages = [...journal.messages].filter(([id, { text }]) => stored.get(id)?.text !== text);
  expect(lostMessages).toEqual([]);
  for (const [id, text] of journal.memories) {
    const { memory } = await api.memories.get({ id });
    // A kill between the edit and its confirmation leaves either text; both were written by this test.
    expect([text, `${text}, edited`]).toContain(memory.text);
  }
}

function expectSoundFile(): void {
  const db = new Database(join(folder, "ebb.db"), { readonly: true });
  expect(db.pragma("quick_check", { simple: true })).toBe("ok");
  expect(db.pragma("foreign_key_check")).toEqual([]);
  for (const [index, base] of [
    ["message_fts", "message"],
    ["memory_fts", "memory"],
  ]) {
    const indexed = db.prepare(`SELECT count(*) FROM ${index}_docsize`).pluck().get();
    expect(indexed).toBe(db.prepare(`SELECT count(*) FROM ${base}`).pluck().get());
  }
  expect(
    db
      .prepare("SELECT count(*) FROM memory_revision r LEFT JOIN memory m ON m.id = r.memory_id WHERE m.id IS NULL")
      .pluck()
      .get(),
  ).toBe(0);
  db.close();
}

test(
  `${rounds} kills at random moments of writes and streams lose nothing that was confirmed`,
  async () => {
    let inferenceKills = 0;
    for (let round = 0; round < rounds; round += 1) {
      const stop = new AbortController();
      const sockets: WebSocket[] = [];
      const work = [0, 1].map(async (worker) => {
        const { api, socket } = await connectClient(host);
        sockets.push(socket);
        await load(api, worker, stop.signal);
      });
      const settled = Promise.allSettled(work);
      await new Promise((resolve) => setTimeout(resolve, 30 + randomInt(500)));

      const inference = childrenOf(host.child.pid ?? 0);
      if (round % 3 === 2 && inference.length > 0) {
        for (const child of inference) process.kill(child, "SIGKILL");
        inferenceKills += 1;
        await new Promise((resolve) => setTimeout(resolve, 50));
        stop.abort();
        // Whoever waits for a reply that takes long is cut off: the engine is the one that must not lose anything.
        setTimeout(
          () =>
            sockets.forEach((socket) => {
              socket.terminate();
            }),
          1_000,
        ).unref();
        await settled;
        expect(host.child.exitCode, "the engine outlives its inference process").toBeNull();
      } else {
        await host.kill();
        stop.abort();
        await settled;
        expectSoundFile();
        host = await startHostProcess(folder);
      }
      if ((round + 1) % compareEvery === 0 || round === rounds - 1) {
        const { api, socket } = await connectClient(host);
        await expectNothingLost(api);
        socket.terminate();
      }
    }
    expect(journal.messages.size).toBeGreaterThan(rounds / 2);
    expect(inferenceKills).toBeGreaterThan(0);
    expect(existsSync(join(folder, "quarantine"))).toBe(false);
    console.log(
      `${rounds} kills (${inferenceKills} of the inference process): ${journal.messages.size} messages and ${journal.memories.size} memories confirmed, 0 lost`,
    );
  },
  rounds * 12_000,
);

test("a reply that was cut by a kill is kept and marked", async () => {
  const { api, socket } = await connectClient(host);
  await expect.poll(async () => (await api.model.state()).status, { timeout: 20_000 }).toBe("ready");
  const sent = await api.chat.send({ messageId: crypto.randomUUID(), conversationId: null, text: "Count for me." });
  for await (const event of await api.chat.follow({ replyId: sent.replyId })) {
    if (event.type === "text" && event.offset > 60) break;
  }
  // Saved at least twice a second: what was there a second ago is on the disk.
  await new Promise((resolve) => setTimeout(resolve, 700));
  await host.kill();
  socket.terminate();
  host = await startHostProcess(folder);
  const after = await connectClient(host);
  const { messages } = await after.api.conversations.get({ id: sent.conversationId });
  expect(messages[1]).toMatchObject({ id: sent.replyId, status: "interrupted", failure: { code: "REPLY_CUT" } });
  expect(messages[1]?.text.length).toBeGreaterThan(60);
  after.socket.terminate();
});
