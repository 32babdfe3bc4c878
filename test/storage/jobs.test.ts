import { describe, expect, test } from "vitest";
import { openTestDatabase } from "../fixtures/database.ts";

const job = (id: string, given: { priority?: number; at?: number; kind?: string } = {}) => ({
  id,
  kind: "learn",
  payload: { messageIds: [id] },
  priority: 0,
  at: 0,
  ...given,
});

describe("the queue of jobs", () => {
  test("gives the most urgent first, then the oldest, each once, and of one kind only", () => {
    const { jobs } = openTestDatabase().store;
    jobs.add(job("late", { priority: 1 }));
    jobs.add(job("first"));
    jobs.add(job("second"));
    jobs.add(job("other", { kind: "merge" }));
    expect(jobs.next("learn", 1)?.id).toBe("first");
    expect(jobs.take("first", "A")).toMatchObject({
      id: "first",
      state: "running",
      attempts: 1,
      triedWith: "A",
      payload: { messageIds: ["first"] },
    });
    expect(jobs.take("first", "A")).toBeUndefined();
    expect(jobs.next("learn", 1)?.id).toBe("second");
    jobs.take("second", "A");
    expect(jobs.next("learn", 1)?.id).toBe("late");
    expect(jobs.next("merge", 1)?.id).toBe("other");
    expect(jobs.next("nothing", 1)).toBeUndefined();
  });

  test("counts an attempt that a crash has cut short, and not one that gave way", () => {
    const { jobs } = openTestDatabase().store;
    jobs.add(job("one"));
    jobs.take("one", "A");
    expect(jobs.next("learn", 1)).toBeUndefined();
    expect(jobs.release("learn")).toBe(1);
    expect(jobs.take("one", "A")?.attempts).toBe(2);
    jobs.giveBack("one");
    jobs.giveBack("one");
    expect(jobs.take("one", "A")?.attempts).toBe(2);
  });

  test("gives up what was being done at a dozen crashes", () => {
    const { jobs } = openTestDatabase().store;
    jobs.add(job("one"));
    for (let crash = 0; crash < 12; crash++) {
      expect(jobs.take("one", "A")?.attempts).toBe(crash + 1);
      jobs.release("learn");
    }
    expect(jobs.all("learn")).toMatchObject([{ state: "failed" }]);
  });

  test("puts off until the time has come, unless the clock was set back by more than anyone waits", () => {
    const { jobs } = openTestDatabase().store;
    const now = 100 * 86_400_000;
    jobs.add(job("one"));
    jobs.take("one", "A");
    jobs.putOff("one", now + 60_000, "INTERNAL");
    expect(jobs.next("learn", now)).toBeUndefined();
    expect(jobs.dueAt("learn")).toBe(now + 60_000);
    expect(jobs.next("learn", now + 60_000)).toMatchObject({ id: "one", fault: "INTERNAL" });
    expect(jobs.next("learn", now - 90 * 86_400_000)?.id).toBe("one");
  });

  test("keeps what has failed, and tries it anew with something else only", () => {
    const { jobs } = openTestDatabase().store;
    jobs.add(job("one"));
    jobs.take("one", "A");
    jobs.giveUp("one", "INTERNAL");
    expect(jobs.next("learn", 1)).toBeUndefined();
    expect(jobs.all("learn")).toMatchObject([{ id: "one", state: "failed", fault: "INTERNAL" }]);
    expect(jobs.revive("learn", "A")).toBe(0);
    expect(jobs.revive("learn", "B")).toBe(1);
    expect(jobs.take("one", "B")?.attempts).toBe(1);
    jobs.finish("one");
    expect(jobs.all("learn")).toEqual([]);
  });
});

describe("what is unread", () => {
  test("goes with the message, the conversation and nothing else", () => {
    const { store, addMessage, db } = openTestDatabase();
    const kept = addMessage({ text: "I stay.", conversationId: "a" });
    const gone = addMessage({ text: "I go.", conversationId: "a" });
    const other = addMessage({ text: "I go too.", conversationId: "b" });
    for (const [messageId, conversationId] of [
      [kept, "a"],
      [gone, "a"],
      [other, "b"],
    ] as const) {
      store.unread.add({ messageId, conversationId, tokens: 3 }, false);
      store.unread.add({ messageId, conversationId, tokens: 3 }, true);
    }
    expect(store.unread.count()).toBe(3);
    db.prepare("DELETE FROM message WHERE id = ?").run(gone);
    store.erase.conversation("b", 1);
    expect(store.unread.batch("a", 100).map(({ messageId }) => messageId)).toEqual([kept]);
    expect(store.unread.count()).toBe(1);
  });

  test("is read in the order of the conversation, up to a number of tokens but one message at least", () => {
    const { store, addMessage } = openTestDatabase();
    const ids = [500, 400, 300, 5_000].map((tokens, place) => {
      const messageId = addMessage({ text: `${place}`, conversationId: "a" });
      store.unread.add({ messageId, conversationId: "a", tokens }, false);
      return messageId;
    });
    const batch = () => store.unread.batch("a", 1_024).map(({ messageId }) => messageId);
    expect(store.unread.fullest()).toEqual({ conversationId: "a", tokens: 6_200 });
    expect(batch()).toEqual(ids.slice(0, 2));
    store.unread.drop(batch());
    expect(batch()).toEqual([ids[2]]);
    store.unread.drop(batch());
    expect(batch()).toEqual([ids[3]]);
    store.unread.drop(batch());
    expect(batch()).toEqual([]);
  });

  test("is what was said here before what was brought in", () => {
    const { store, addMessage } = openTestDatabase();
    const imported = addMessage({ text: "Long ago.", conversationId: "a" });
    store.unread.add({ messageId: imported, conversationId: "a", tokens: 2_000 }, true);
    expect(store.unread.first()).toEqual({ conversationId: "a", imported: true });
    expect(store.unread.fullest()).toBeUndefined();
    const said = addMessage({ text: "Just now.", conversationId: "z" });
    store.unread.add({ messageId: said, conversationId: "z", tokens: 3 }, false);
    expect(store.unread.first()).toEqual({ conversationId: "z", imported: false });
  });

  test("is found by an index, however much of it there is", () => {
    const { db } = openTestDatabase();
    const plan = (sql: string) =>
      db
        .prepare<[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
        .all()
        .map(({ detail }) => detail)
        .join("; ");
    expect(plan("SELECT conversation_id FROM unread ORDER BY priority, conversation_id LIMIT 1")).toContain(
      "USING COVERING INDEX unread_conversation",
    );
    expect(
      plan("SELECT id FROM job WHERE kind = 'learn' AND state = 'waiting' ORDER BY priority, seq LIMIT 1"),
    ).toMatch(/USING (?:COVERING )?INDEX job_next/);
    expect(
      plan("SELECT id FROM memory WHERE status = 'conflict' AND deleted_by IS NULL ORDER BY created_at, seq"),
    ).toContain("memory_conflict");
  });
});
