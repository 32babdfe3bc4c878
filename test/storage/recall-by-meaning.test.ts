import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openEngine } from "../../app/engine.ts";
import { recall } from "../../app/memory/recall/recall.ts";
import { embedderInProcess } from "../fixtures/embedder.ts";

const now = Date.UTC(2026, 5, 17, 12);

/** An Ebb with the embedder that comes with it, that was told all that by Ann. */
async function told(texts: readonly string[]) {
  const folder = mkdtempSync(join(tmpdir(), "ebb-meaning-"));
  const embedder = embedderInProcess();
  const engine = await openEngine({ folder, clock: () => now, host: "web", languageModel: null, embedder });
  onTestFinished(async () => {
    await engine.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const { assistant, embeddings, vault } = engine.session;
  for (const text of texts) {
    assistant.ingest({ conversationId: text, role: "other", speaker: "Ann", text, createdAt: now, zone: "UTC" });
  }
  await embeddings.settled();
  const ask = async (text: string, byMeaning: boolean) => {
    const vector = byMeaning ? await embeddings.query(text, 5_000) : null;
    return recall(vault.store, { text, vector, now, limit: 3 });
  };
  return { ask };
}

test("a question finds what was said in other words, and by words alone does not", async () => {
  const { ask } = await told([
    "The engine of the old Clio broke down on the motorway again",
    "We had soup and bread for lunch",
    "The choir rehearses on Thursdays",
  ]);
  const question = "Has there been trouble with the car?";
  expect((await ask(question, true))[0]?.text).toContain("Clio");
  expect(await ask(question, false)).toEqual([]);
});

test("its parts say how near in meaning it was", async () => {
  const { ask } = await told(["The engine of the old Clio broke down on the motorway again"]);
  const [found] = await ask("Has there been trouble with the car?", true);
  expect(found?.parts.meaning).toBeGreaterThan(0);
});

test("a question that nothing bears on finds nothing, near or not", async () => {
  const { ask } = await told(["We had soup and bread for lunch", "The choir rehearses on Thursdays"]);
  expect(await ask("What is the boiling point of tungsten?", true)).toEqual([]);
});
