import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { openEngine } from "../../app/engine.ts";
import { proposalPrompt, proposalSchema, proposalSystem, readProposal } from "../../app/tasks/language/proposal.ts";
import type { InferenceSupervisor } from "../../main/engine/inference-supervisor.ts";
import { writeTinyModel } from "../fixtures/gguf.ts";
import { collect, request, superviseInference } from "../fixtures/inference.ts";

const folder = mkdtempSync(join(tmpdir(), "ebb-task-grammar-"));
const noise = join(folder, "noise.gguf");
const turn = "Help me plan a trip to Seattle.";

let model: InferenceSupervisor;

beforeAll(async () => {
  writeTinyModel(noise, { name: "Noise", context: 8_192 });
  model = superviseInference();
  await model.load(noise);
});
afterAll(async () => {
  await model.close();
  rmSync(folder, { recursive: true });
});

describe("what a real model answers about tasks", () => {
  test("is of the shape that is read, even from noise, and none of it passes that was not said", async () => {
    let whole = 0;
    for (let seed = 1; seed <= 6; seed++) {
      const asked = request(proposalPrompt(turn, "", null, "Saturday, 2026-11-21"), {
        system: proposalSystem,
        schema: proposalSchema,
        temperature: seed === 1 ? 0 : 1,
        seed,
        beside: "aside",
      });
      const { text, summary } = await collect(model, { ...asked, maxTokens: 3_000 });
      if (summary.finish === "length") continue;
      whole++;
      const proposal = readProposal(text, turn);
      expect(proposal, text).not.toBeNull();
      expect(proposal?.intents).toEqual([]);
    }
    expect(whole).toBeGreaterThan(0);
  }, 120_000);

  test("holds up no reply for long, and changes no task", async () => {
    const engine = await openEngine({
      folder: join(folder, "data"),
      clock: Date.now,
      host: "web",
      languageModel: model,
    });
    onTestFinished(() => engine.close());
    const { chat, tasks } = engine.client;
    const { replyId } = await chat.send({ messageId: crypto.randomUUID(), conversationId: null, text: turn });
    const stopped = new Promise((resolve) => setTimeout(resolve, 3_000)).then(() => chat.stop({ replyId }));
    const events = await Array.fromAsync(await chat.follow({ replyId }));
    await stopped;
    expect(events.at(-1)).toMatchObject({ type: "end" });
    expect((await tasks.goals({})).total).toBe(0);
  }, 60_000);
});
