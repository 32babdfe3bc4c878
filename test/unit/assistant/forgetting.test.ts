import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { type Engine, openEngine } from "../../../app/engine.ts";
import { connect } from "../../../app/storage/connection.ts";
import { layout } from "../../../app/storage/folder.ts";
import { day, start } from "../../fixtures/talk.ts";

afterEach(() => vi.useRealTimers());

/** An engine on a folder of its own, without a model, on a clock that the test sets. */
function world() {
  const folder = mkdtempSync(join(tmpdir(), "ebb-forgetting-"));
  let now = start;
  let engine: Engine | null = null;
  const open = async () => {
    engine ??= await openEngine({ folder, clock: () => now, host: "web", languageModel: null });
    return engine;
  };
  const shut = async () => {
    await engine?.close();
    engine = null;
  };
  onTestFinished(async () => {
    await shut();
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    folder,
    open,
    shut,
    at: (time: number) => {
      now = time;
    },
    say: async (text: string, conversationId: string | null = null) => {
      const { client } = await open();
      const sent = await client.chat.send({ messageId: crypto.randomUUID(), conversationId, text, zone: "UTC" });
      let reply = "";
      for await (const event of await client.chat.follow({ replyId: sent.replyId }))
        if (event.type === "end") reply = event.message.text;
      return { reply, ...sent };
    },
    grades: async () => {
      const { store } = (await open()).session.vault;
      return store.memories
        .all(["active", "archived", "superseded"])
        .map(({ id, text }) => [text, ...store.memories.reviewsOf(id).map(({ grade }) => grade)]);
    },
  };
}

describe("forgetting in the assistant", () => {
  test("a cited memory is reviewed with the next turn, though Ebb was restarted in between, and once only", async () => {
    const { say, at, shut, grades } = world();
    await say("I live in Lisbon.");
    at(start + 30 * day);
    const asked = await say("Where do I live?");
    expect(asked.reply).toContain("I live in Lisbon");
    expect(await grades()).toEqual([["I live in Lisbon", "good"]]);
    await shut();
    await say("Thanks!", asked.conversationId);
    await say("Great.", asked.conversationId);
    expect(await grades()).toEqual([["I live in Lisbon", "good", "good"]]);
  });

  test("'that's wrong' puts the memory away and says so", async () => {
    const { say, at, grades } = world();
    await say("I live in Lisbon.");
    at(start + 30 * day);
    const asked = await say("Where do I live?");
    const { reply } = await say("That's wrong.", asked.conversationId);
    expect(reply).toContain("I no longer go by this: “I live in Lisbon”");
    expect(await grades()).toEqual([["I live in Lisbon", "good", "again"]]);
    expect((await say("Where do I live?")).reply).not.toContain("Lisbon");
  });

  test("nothing is reviewed while Ebb may not learn", async () => {
    const { say, at, open, grades } = world();
    await say("I live in Lisbon.");
    at(start + 30 * day);
    const asked = await say("Where do I live?");
    await (await open()).client.system.configure({ learning: false });
    await say("Thanks!", asked.conversationId);
    expect(await grades()).toEqual([["I live in Lisbon", "good"]]);
  });

  test("housekeeping archives what has faded, and the panel restores it", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    const { say, at, open } = world();
    await say("I like tulips.");
    at(start + 5 * 365 * day);
    vi.advanceTimersByTime(6_000);
    const { client } = await open();
    const [faded] = (await client.memories.list({ status: "archived" })).items;
    expect(faded).toMatchObject({ text: "I like tulips", fadesAt: null });
    const { memory } = await client.memories.restore({ id: faded?.id ?? "" });
    expect(memory).toMatchObject({ status: "active", retrievability: 1 });
    vi.advanceTimersByTime(6_000);
    expect((await client.memories.list({})).total).toBe(1);
  });

  test("nothing is asked, reviewed or archived where nothing may be written", async () => {
    const { say, at, open, shut, folder, grades } = world();
    await say("I live in Lisbon.");
    await shut();
    const db = connect(layout(folder).database);
    db.pragma("user_version = 9999");
    db.close();
    at(start + 5 * 365 * day);
    const { client } = await open();
    expect((await client.system.status()).storage.status).toBe("readOnly");
    expect(await client.memories.question()).toEqual({ memory: null, rivals: [] });
    expect(await grades()).toEqual([["I live in Lisbon", "good"]]);
    expect((await client.memories.list({})).total).toBe(1);
  });
});
