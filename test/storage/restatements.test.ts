import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import type { LoadedEmbedder } from "../../app/embed/port.ts";
import { openEngine } from "../../app/engine.ts";
import { reconcile } from "../../app/memory/reconcile.ts";
import { readMessage, type Statement } from "../../app/memory/retain/read.ts";
import { learnSlowly } from "../../app/memory/slow/learn-slowly.ts";
import type { MemoryStore } from "../../app/memory/store.ts";
import { openTestMemory } from "../fixtures/database.ts";
import { embedderInProcess } from "../fixtures/embedder.ts";
import { changeOf, memoryOf } from "../fixtures/memory.ts";
import { type Pair, pairs, type Relation, unseenPairs } from "../fixtures/pairs.ts";
import { answerOf, candidate, ScriptedModel } from "../fixtures/scripted-model.ts";
import { day, start } from "../fixtures/talk.ts";

/** What else is known, so that finding the one that is meant is some work. */
const besides =
  "stamps,coins,kites,maps,shells,clocks,teapots,fossils,postcards,puppets,minerals,buttons,tins,orchids,bonsai"
    .split(",")
    .flatMap((thing) => [
      `I collect ${thing}`,
      `My aunt gave me ${thing} for Christmas`,
      `I read a book on ${thing}`,
      `I like looking at ${thing} with my neighbours`,
    ]);

const embedder = embedderInProcess();
let loaded: LoadedEmbedder;
beforeAll(async () => {
  loaded = await embedder.load(embedder.bundled);
});

const vectorsOf = (texts: readonly string[], use: "query" | "passage") => embedder.embed(loaded.id, texts, use);

async function embedAll(store: MemoryStore): Promise<number> {
  const { key } = store.vectors.add({ ...loaded, folder: null }, "serving");
  const due = store.vectors.due(key, 1_000, 1_000_000);
  const made = await vectorsOf(
    due.map(({ text }) => text),
    "passage",
  );
  store.vectors.store(
    key,
    due.map((text, place) => ({ ...text, vector: made[place] as Float32Array })),
  );
  return key;
}

type Way = "rules" | "model" | "model and vectors";

/** What Ebb makes of the second sentence, said a week after the first in another conversation. */
async function madeOf([known, told]: Pair, way: Way): Promise<Relation> {
  const { store, addMessage } = openTestMemory();
  for (const [place, text] of besides.entries()) {
    store.memories.insert(memoryOf(text, { id: `besides-${place}` }), changeOf({ changeId: `besides-${place}` }));
  }
  const said = (text: string, at: number) => {
    const conversationId = `talk-${at}`;
    return { messageId: addMessage({ text, conversationId, at }), conversationId, at };
  };
  const first = said(known, start);
  const id = store.transaction(() => reconcile(store, statementOf(known, start), first)).memoryId;
  const at = start + 7 * day;
  const second = said(told, at);
  const model = way === "rules" ? null : way === "model and vectors" ? await embedAll(store) : 0;
  let made: { memoryId: string; change: string } | undefined;
  if (model === null) made = store.transaction(() => reconcile(store, statementOf(told, at), second));
  else {
    const given = candidate({ quote: told, slot: "other", value: told, text: told, negated: denies.test(told) });
    const message = { ...second, speaker: null, text: told, zone: "UTC", before: [] };
    const values = model > 0 ? (await vectorsOf([told], "query"))[0] : undefined;
    const vectors = new Map(values ? [[given, { model, values }] as const] : []);
    made = store.transaction(() => learnSlowly(store, [message], [given], vectors)).learned[0];
  }
  const before = statementOf(known, start).text;
  const after = store.memories.get(id);
  if (made?.memoryId === id && after?.status === "active") return after.text === before ? "same" : "detail";
  return made?.change === "unsure" || after?.status !== "active" ? "contrary" : "apart";
}

const denies = /\b(?:no|not|never)\b|n't\b/;

/** As the rules read it, or, where they don't, as a note. */
function statementOf(text: string, at: number): Statement {
  const { statements } = readMessage(text, { at, zone: "UTC", previous: [] });
  const [only] = statements;
  if (only && statements.length === 1) return only;
  const { kind, subject, predicate, value, context, validFrom, validTo, importance } = memoryOf(text);
  const given = { kind, text, subject, predicate, value, context, quote: text, validFrom, validTo, importance };
  return { ...given, single: false, safety: false, how: "stated", negated: false, correction: false, instead: null };
}

type Figures = { precision: number; recall: number; wrong: string[] };

/** Of the pairs taken to say the same or the contrary, the share that does; and of those that do, the share so taken. */
async function measure(set: readonly Pair[], way: Way): Promise<Figures> {
  let right = 0;
  let taken = 0;
  const wrong: string[] = [];
  for (const pair of set) {
    const made = await madeOf(pair, way);
    const meant = pair[2];
    if (made !== "apart") taken++;
    // That a model's words add no detail to what the user said is as it should be.
    const same = made === meant || (way !== "rules" && meant === "detail" && made === "same");
    if (same && made !== "apart") right++;
    if (!same) wrong.push(`${meant}, taken as ${made}: ${pair[0]} | ${pair[1]}`);
  }
  return { precision: right / taken, recall: right / set.filter(([, , meant]) => meant !== "apart").length, wrong };
}

const all = [...pairs, ...unseenPairs];

test("what the rules read is recognised in other words, and nothing is taken for what it is not", async () => {
  const { precision, recall, wrong } = await measure(all, "rules");
  expect(precision, wrong.join("\n")).toBeGreaterThan(0.97);
  expect(recall, wrong.join("\n")).toBeGreaterThan(0.94);
}, 120_000);

test("what a model makes out in no slot of its own is found by its words, and more of it by its meaning", async () => {
  const byWords = await measure(all, "model");
  const byMeaning = await measure(all, "model and vectors");
  expect(byWords.precision, byWords.wrong.join("\n")).toBe(1);
  expect(byMeaning.precision, byMeaning.wrong.join("\n")).toBe(1);
  expect(byWords.recall).toBeGreaterThan(0.7);
  expect(byMeaning.recall).toBeGreaterThan(byWords.recall + 0.02);
}, 120_000);

test("a restatement that shares no word with what is known is found by its vector, once the model has read it", async () => {
  const folder = mkdtempSync(join(tmpdir(), "ebb-restated-"));
  const told = "Anyway, the two children that I have are loud today.";
  const made = candidate({ quote: "the two children that I have", value: "two children", text: "I have two children" });
  const model = new ScriptedModel(({ history }) => {
    const place = /^\[(\d+)\].*children/m.exec(history[0]?.text ?? "")?.[1];
    return answerOf(...(place === undefined ? [] : [{ ...made, message: Number(place) }]));
  });
  let now = start;
  const engine = await openEngine({
    folder,
    clock: () => now,
    host: "web",
    languageModel: model,
    embedder,
    quietMs: 0,
  });
  onTestFinished(async () => {
    await engine.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const { client, session } = engine;
  const say = (text: string) =>
    client.chat.send({ messageId: crypto.randomUUID(), conversationId: null, text, zone: "UTC" });
  await say("I have two kids.");
  await session.embeddings.settled();
  now += 7 * day;
  await say(told);
  await expect.poll(() => model.asked.length, { timeout: 10_000 }).toBeGreaterThan(0);
  await expect.poll(async () => (await client.system.status()).learning.pending, { timeout: 10_000 }).toBe(0);
  const { items } = await client.memories.list({ status: "all" });
  expect(items.map(({ text }) => text)).toEqual(["I have two kids"]);
  expect(items[0]?.evidence.map(({ quote }) => quote)).toEqual(["I have two kids", "the two children that I have"]);
});
