import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { defaultModelSettings } from "../../../app/contract/model-defaults.ts";
import { modelSettings } from "../../../app/contract/model-settings.ts";
import { ModelChoice } from "../../../app/llm/choice.ts";
import { PaceOfReplies } from "../../../app/llm/pace-of-replies.ts";
import type { LoadedModel, LoadOptions, Run } from "../../../app/llm/port.ts";
import { writeTinyModel } from "../../fixtures/gguf.ts";
import { ScriptedModel } from "../../fixtures/scripted-model.ts";

const folder = mkdtempSync(join(tmpdir(), "ebb-choice-"));
const path = join(folder, "one.gguf");
const other = join(folder, "other.gguf");
const run: Run = {
  machine: "this one",
  attempt: { backend: "vulkan", layerShare: 0.5, contextSize: 2_048 },
  cause: "MODEL_TOO_LARGE",
};

/** Notes what it is to load, and runs it as told. */
class NotingModel extends ScriptedModel {
  readonly loads: LoadOptions[] = [];
  runs: Run | null = run;
  #tell: () => void = () => {};

  override async load(file?: string, options: LoadOptions = {}): Promise<LoadedModel> {
    this.loads.push(options);
    const model = { ...(await super.load()), path: file ?? "", ...(this.runs && { run: this.runs }) };
    if (this.runs === null) throw new Error("It fails");
    this.state = { status: "ready", model };
    this.#tell();
    return model;
  }

  override onChange(listener: () => void): () => void {
    this.#tell = listener;
    return () => {};
  }
}

let kept: Map<string, unknown>;
let model: NotingModel;
let choice: ModelChoice;

/** As after another start. */
function start(): void {
  model = new NotingModel(() => "");
  const store = {
    get: (key: string) => kept.get(key),
    put: (key: string, value: unknown) => void (value === null ? kept.delete(key) : kept.set(key, value)),
  };
  choice = new ModelChoice(model, store, new PaceOfReplies(), () => {});
}

beforeAll(() => {
  for (const file of [path, other]) writeTinyModel(file, {});
});
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(() => {
  kept = new Map();
  start();
});

test("a model is written with by its own settings, which outlive a start", async () => {
  expect(choice.settingsOf(path)).toEqual(defaultModelSettings);
  await choice.configure(path, { temperature: 0.2, topK: 0 });
  await choice.configure(other, { maxTokens: 64 });
  start();
  expect(choice.settingsOf(path)).toEqual({ ...defaultModelSettings, temperature: 0.2, topK: 0 });
  expect(choice.settingsOf(other)).toEqual({ ...defaultModelSettings, maxTokens: 64 });
  expect(choice.settings).toEqual(defaultModelSettings);
  await choice.choose(path);
  expect(choice.settings.temperature).toBe(0.2);
});

test("another size of the context loads the model in use again, and nothing else does", async () => {
  await choice.choose(path);
  await choice.configure(path, { temperature: 1 });
  expect(model.loads).toHaveLength(1);
  await choice.configure(path, { contextSize: 4_096 });
  expect(model.loads.map(({ contextSize }) => contextSize)).toEqual([8_192, 4_096]);
  await choice.configure(other, { contextSize: 1_024 });
  expect(model.loads).toHaveLength(2);
});

test.each([
  { contextSize: 0 },
  { contextSize: 2e9 },
  { contextSize: 700.5 },
  { maxTokens: 0 },
  { maxTokens: 1e9 },
  { temperature: -0.1 },
  { temperature: 2.1 },
  { temperature: Number.NaN },
  { topP: 0 },
  { topP: 1.1 },
  { topK: -1 },
  { topK: 1.5 },
  { minP: -1 },
  { minP: 2 },
])("%o is no setting", (change) => {
  expect(modelSettings.partial().safeParse(change).success).toBe(false);
});

test("stored settings that make no sense any more are left out", () => {
  kept.set("models", [
    { path, run: null, settings: { temperature: 99 } },
    "rubbish",
    { path: other, run, settings: {} },
  ]);
  expect(choice.settingsOf(path)).toEqual(defaultModelSettings);
  kept.set("models", "rubbish");
  expect(choice.settingsOf(path)).toEqual(defaultModelSettings);
});

test("what a model ran with is tried first at the next start", async () => {
  await choice.choose(path);
  start();
  await choice.resume();
  expect(model.loads).toEqual([expect.objectContaining({ remembered: run })]);
});

test("it is forgotten where it fails, where the model is loaded anew, and where the one in use is chosen again", async () => {
  await choice.choose(path);
  await choice.reload();
  await choice.choose(path);
  expect(model.loads.map(({ remembered }) => remembered)).toEqual([null, null, null]);
  await choice.choose(other);
  await choice.choose(path);
  expect(model.loads.at(-1)?.remembered).toEqual(run);
  model.runs = null;
  await expect(choice.choose(other)).rejects.toThrow();
  model.runs = run;
  await choice.choose(other);
  expect(model.loads.at(-1)?.remembered).toBeNull();
});
