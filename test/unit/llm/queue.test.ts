import { expect, test } from "vitest";
import { type Rank, ranks, WorkQueue } from "../../../app/llm/queue.ts";

/** Work that lasts until it is let go. */
function gate() {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { promise, open: resolve };
}

async function orderOf(asked: readonly [string, Rank][]): Promise<string[]> {
  const queue = new WorkQueue();
  const order: string[] = [];
  const first = gate();
  const all = [queue.run(ranks.chat, () => first.promise)];
  for (const [name, rank] of asked) all.push(queue.run(rank, async () => void order.push(name)));
  first.open();
  await Promise.all(all);
  return order;
}

test("chats go before what a turn waits for, and that before what nobody waits for", async () => {
  const asked: [string, Rank][] = [
    ["reading", ranks.background],
    ["tasks", ranks.aside],
    ["chat", ranks.chat],
    ["unload", ranks.change],
    ["second chat", ranks.chat],
  ];
  expect(await orderOf(asked)).toEqual(["unload", "chat", "second chat", "tasks", "reading"]);
});

test("two chats that ask again and again take turns", async () => {
  const queue = new WorkQueue();
  const order: string[] = [];
  const chat = async (name: string) => {
    for (let turn = 0; turn < 4; turn++) {
      await queue.run(ranks.chat, async () => {
        order.push(name);
        await new Promise((resolve) => setTimeout(resolve, 1));
      });
    }
  };
  await Promise.all([chat("a"), chat("b")]);
  expect(order.join("")).toBe("abababab");
});

test("what is stopped while it waits ends at once and is never done", async () => {
  const queue = new WorkQueue();
  const first = gate();
  const running = queue.run(ranks.chat, () => first.promise);
  const stop = new AbortController();
  let done = false;
  const waiting = queue.run(
    ranks.chat,
    async () => {
      done = true;
    },
    stop.signal,
  );
  stop.abort();
  expect(await waiting).toBeNull();
  first.open();
  await running;
  expect(await queue.run(ranks.chat, async () => 7)).toBe(7);
  expect(done).toBe(false);
  expect(await queue.run(ranks.chat, async () => 8, AbortSignal.abort())).toBeNull();
});

test("work that fails fails alone", async () => {
  const queue = new WorkQueue();
  const failing = queue.run(ranks.chat, () => Promise.reject(new Error("no")));
  const after = queue.run(ranks.chat, async () => "yes");
  await expect(failing).rejects.toThrow("no");
  expect(await after).toBe("yes");
});
