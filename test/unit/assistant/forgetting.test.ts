import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { type Engine, openEngine } from "../../../app/engine.ts";
import type { LanguageModel } from "../../../app/llm/port.ts";
import { connect } from "../../../app/storage/connection.ts";
import { layout } from "../../../app/storage/folder.ts";
import { answerOf, ScriptedModel } from "../../fixtures/scripted-model.ts";
import { day, start } from "../../fixtures/talk.ts";

afterEach(() => vi.useRealTimers());

/** An engine on a folder of its own, mostly without a model, on a clock that the test sets. */
function world(languageModel: LanguageModel | null = null) {
  const folder = mkdtempSync(join(tmpdir(), "ebb-forgetting-"));
  let now = start;
  let engine: Engine | null = null;
  const open = async () => {
    engine ??= await openEngine({ folder, clock: () => now, host: "web", languageModel });
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

  test("'that's wrong' of several asks which, and a number settles it, with or without a model", async () => {
    for (const model of [null, new ScriptedModel(() => answerOf())]) {
      const { say, at, grades } = world(model);
      for (const text of ["I live in Lisbon.", "I love jazz.", "I work at Siemens."]) await say(text);
      at(start + 30 * day);
      if (model) model.reply = () => "You live in Lisbon [m1], love jazz [m2] and work at Siemens [m3].";
      const asked = await say("What do you know about me?");
      const spoken = model?.said.length;
      const { reply } = await say("That's wrong.", asked.conversationId);
      expect(reply).toMatch(/^Which of these is wrong\?\n1\. “/);
      const place = /^(\d)\. “I love jazz”$/m.exec(reply)?.[1] ?? "";
      expect((await say(`Number ${place}, please.`, asked.conversationId)).reply).toContain(
        "I no longer go by this: “I love jazz”",
      );
      expect(model?.said.length).toBe(spoken);
      expect(await grades()).toEqual([
        ["I live in Lisbon", "good"],
        ["I love jazz", "good", "again"],
        ["I work at Siemens", "good"],
      ]);
    }
  });

  test("what is said to be right after all stands, and a correction is learned in its place", async () => {
    const { say, at, grades } = world();
    for (const text of ["I live in Lisbon.", "I love jazz."]) await say(text);
    at(start + 30 * day);
    const { conversationId } = await say("What do you know about me?");
    await say("That's wrong.", conversationId);
    expect((await say("None of them.", conversationId)).reply).toBe("Good, then all of that stands.");
    const again = await say("What do you know about me?");
    const { reply } = await say("That's not true.", again.conversationId);
    const place = /^(\d)\. “I live in Lisbon”$/m.exec(reply)?.[1] ?? "";
    expect((await say(`${place}, it's Porto.`, again.conversationId)).reply).toContain("I live in Porto");
    expect((await grades()).map(([text, ...rest]) => [text, rest.at(-1)])).toEqual([
      ["I live in Lisbon", "again"],
      ["I love jazz", expect.any(String)],
      ["I live in Porto", "good"],
    ]);
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
