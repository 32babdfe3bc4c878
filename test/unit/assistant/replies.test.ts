import { describe, expect, test } from "vitest";
import { RunningReplies } from "../../../app/assistant/replies.ts";
import type { Message, ReplyEvent } from "../../../app/contract/index.ts";

const stored = (text: string): Message => ({
  id: "r",
  conversationId: "c",
  parentId: "u",
  role: "assistant",
  speaker: null,
  text,
  status: "complete",
  createdAt: 0,
  model: null,
  failure: null,
  memories: [],
  learned: [],
  tasks: [],
});

async function collect(events: AsyncIterable<ReplyEvent>): Promise<ReplyEvent[]> {
  const all: ReplyEvent[] = [];
  for await (const event of events) all.push(event);
  return all;
}

describe("a running reply", () => {
  test("reaches each follower whole, from any offset and at any time", async () => {
    let message: Message | null = null;
    const replies = new RunningReplies(() => message);
    const reply = replies.begin("r", "c");
    const early = collect(replies.follow("r", 0, undefined));
    reply.append("one ");
    await new Promise((resolve) => setImmediate(resolve));
    const late = collect(replies.follow("r", 2, undefined));
    reply.append("two ");
    reply.append("three");
    message = stored(reply.text);
    replies.end("r");
    const after = collect(replies.follow("r", 8, undefined));
    const joined = async (events: Promise<ReplyEvent[]>) =>
      (await events).map((event) => (event.type === "text" ? event.text : "")).join("");
    expect(await joined(early)).toBe("one two three");
    expect(await joined(late)).toBe("e two three");
    expect(await joined(after)).toBe("three");
    expect((await early).at(-1)).toEqual({ type: "end", message });
  });

  test("joins pieces that come in one tick", async () => {
    let message: Message | null = null;
    const replies = new RunningReplies(() => message);
    const reply = replies.begin("r", "c");
    for (const piece of "a b c d e f".split(" ")) reply.append(piece);
    message = stored(reply.text);
    const events = collect(replies.follow("r", 0, undefined));
    replies.end("r");
    expect((await events).filter((event) => event.type === "text")).toHaveLength(1);
  });

  test("goes on when a follower leaves, and stops with the reason asked for", async () => {
    const replies = new RunningReplies(() => null);
    const reply = replies.begin("r", "c");
    const abort = new AbortController();
    const follower = collect(replies.follow("r", 0, abort.signal));
    abort.abort();
    expect(await follower).toEqual([]);
    expect(reply.signal.aborted).toBe(false);
    expect(replies.runningIn("c")).toBe("r");
    expect(replies.stop("r")).toBe(true);
    expect(reply.signal.reason).toBe("stop");
    const idle = replies.idle();
    replies.end("r");
    await idle;
    expect(replies.stop("r")).toBe(false);
  });

  test("that never was is refused", () => {
    const replies = new RunningReplies(() => null);
    expect(() => replies.follow("none", 0, undefined)).toThrow(expect.objectContaining({ code: "NOT_FOUND" }));
  });
});
