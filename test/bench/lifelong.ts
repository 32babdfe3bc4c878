import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { z } from "zod";
import { memoryStatus } from "../../app/contract/index.ts";
import { type Engine, openEngine } from "../../app/engine.ts";
import { retrievability } from "../../app/memory/forgetting.ts";
import { profile } from "../../app/memory/profile.ts";
import { embedderInProcess } from "../fixtures/embedder.ts";

/**
 * bench:lifelong FILE [--json FILE]: scenarios over months, replayed with the clock set, in recall mode. Prints each failed check and
 * a last line `N passed, N failed`; ends with 0 only where none failed.
 */

const texts = z.array(z.string());
const check = z.object({
  at: z.string(),
  ask: z.string().optional(),
  answer_mode: z.enum(["all", "any"]).default("all"),
  answer_includes: texts.default([]),
  answer_excludes: texts.default([]),
  profile_includes: texts.default([]),
  profile_excludes: texts.default([]),
  store_excludes: texts.default([]),
  retrievability: z
    .array(z.object({ text: z.string(), above: z.number().optional(), below: z.number().optional() }))
    .default([]),
  memory_count: z.object({ at_most: z.number() }).optional(),
});
type Check = z.infer<typeof check>;

const file = z.object({
  scenarios: z.array(
    z.object({
      id: z.string(),
      about: z.string(),
      sessions: z.array(
        z.object({ at: z.string(), turns: z.array(z.union([z.string(), z.object({ assistant: z.string() })])) }),
      ),
      checks: z.array(check),
    }),
  ),
});
type Scenario = z.infer<typeof file>["scenarios"][number];

/** Case-insensitive; whole words, or a prefix where the wanted text ends in "*". */
function holds(text: string, wanted: string): boolean {
  const prefix = wanted.endsWith("*");
  const escaped = (prefix ? wanted.slice(0, -1) : wanted).replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`(?<![\\p{L}\\p{N}])${escaped}${prefix ? "" : "(?![\\p{L}\\p{N}])"}`, "iu").test(text);
}

/** The offset in an ISO time as a zone: "+02:00", or "UTC". */
const zoneOf = (at: string): string => {
  const offset = /([+-]\d{2}:\d{2})$/.exec(at)?.[1];
  return offset === undefined || /^[+-]00:00$/.test(offset) ? "UTC" : offset;
};

const embedder = embedderInProcess();

class Run {
  readonly folder = mkdtempSync(join(tmpdir(), "ebb-lifelong-"));
  now = 0;
  #engine: Engine | null = null;
  #asked: string | null = null;

  async engine(): Promise<Engine> {
    const clock = () => this.now;
    this.#engine ??= await openEngine({ folder: this.folder, clock, host: "web", languageModel: null, embedder });
    return this.#engine;
  }

  async shutDown(): Promise<void> {
    await this.#engine?.close();
    this.#engine = null;
  }

  /** One user turn, through to the end of its reply; returns the reply and its conversation. */
  async say(
    text: string,
    at: string,
    conversationId: string | null,
  ): Promise<{ reply: string; conversationId: string }> {
    const { client } = await this.engine();
    const sent = await client.chat.send({ messageId: crypto.randomUUID(), conversationId, text, zone: zoneOf(at) });
    let reply = "";
    for await (const event of await client.chat.follow({ replyId: sent.replyId }))
      if (event.type === "end") reply = event.message.text;
    return { reply, conversationId: sent.conversationId };
  }

  async replay(session: Scenario["sessions"][number]): Promise<void> {
    this.now = Date.parse(session.at);
    let conversationId: string | null = null;
    for (const turn of session.turns) {
      if (typeof turn === "string") {
        ({ conversationId } = await this.say(turn, session.at, conversationId));
      } else {
        conversationId ??= crypto.randomUUID();
        const { session: open } = await this.engine();
        const said = {
          conversationId,
          speaker: null,
          text: turn.assistant,
          createdAt: this.now,
          zone: zoneOf(session.at),
        };
        open.assistant.ingest({ ...said, role: "assistant" });
      }
      this.now += 1_000;
    }
  }

  /** What is wrong, a line each. */
  async check(check: Check): Promise<string[]> {
    this.now = Date.parse(check.at);
    // Between sessions there is time enough for all of them to get their vectors.
    await (await this.engine()).session.embeddings.settled();
    const faults: string[] = [];
    if (check.ask !== undefined) {
      const { reply, conversationId } = await this.say(check.ask, check.at, this.#asked);
      this.#asked = conversationId;
      const found = check.answer_includes.filter((wanted) => holds(reply, wanted));
      const enough =
        check.answer_mode === "any"
          ? found.length > 0 || check.answer_includes.length === 0
          : found.length === check.answer_includes.length;
      if (!enough)
        faults.push(`"${check.ask}" lacks ${JSON.stringify(check.answer_includes)}: ${JSON.stringify(reply)}`);
      for (const bad of check.answer_excludes)
        if (holds(reply, bad)) faults.push(`"${check.ask}" has "${bad}": ${JSON.stringify(reply)}`);
    }
    const { store } = (await this.engine()).session.vault;
    const known = profile(store, this.now).lines.join("\n");
    for (const wanted of check.profile_includes)
      if (!holds(known, wanted)) faults.push(`the profile lacks "${wanted}": ${JSON.stringify(known)}`);
    for (const bad of check.profile_excludes)
      if (holds(known, bad)) faults.push(`the profile has "${bad}": ${JSON.stringify(known)}`);
    const all = store.memories.all(memoryStatus.options);
    for (const { text, above, below } of check.retrievability) {
      const values = all
        .filter((row) => row.text.toLowerCase().includes(text.toLowerCase()))
        .map((row) => (row.pinned ? 1 : retrievability(row, this.now)));
      const highest = values.length === 0 ? null : Math.max(...values);
      if (above !== undefined && !(highest !== null && highest > above))
        faults.push(`R of "${text}" is ${highest}, not above ${above}`);
      if (below !== undefined && highest !== null && highest >= below)
        faults.push(`R of "${text}" is ${highest}, not below ${below}`);
    }
    if (check.memory_count) {
      const active = all.filter((row) => row.status === "active").length;
      if (active > check.memory_count.at_most)
        faults.push(`${active} active memories, more than ${check.memory_count.at_most}`);
    }
    if (check.store_excludes.length > 0) {
      await this.shutDown();
      for (const entry of readdirSync(this.folder, { recursive: true, withFileTypes: true })) {
        if (!entry.isFile()) continue;
        const bytes = readFileSync(join(entry.parentPath, entry.name)).toString("latin1").toLowerCase();
        for (const bad of check.store_excludes)
          if (bytes.includes(bad.toLowerCase())) faults.push(`"${bad}" is still in ${entry.name}`);
      }
    }
    return faults;
  }
}

const { values, positionals } = parseArgs({ allowPositionals: true, options: { json: { type: "string" } } });
const [path] = positionals;
if (!path) throw new Error("usage: bench:lifelong FILE [--json FILE]");
const results: { id: string; at: string; faults: string[] }[] = [];
for (const scenario of file.parse(JSON.parse(readFileSync(path, "utf8"))).scenarios) {
  const run = new Run();
  try {
    for (const session of scenario.sessions) await run.replay(session);
    for (const check of scenario.checks) {
      const faults = await run.check(check);
      results.push({ id: scenario.id, at: check.at, faults });
      for (const fault of faults) console.log(`✗ ${scenario.id} (${scenario.about}), ${check.at}: ${fault}`);
    }
  } finally {
    await run.shutDown();
    rmSync(run.folder, { recursive: true, force: true });
  }
}
const failed = results.filter(({ faults }) => faults.length > 0).length;
if (values.json)
  writeFileSync(values.json, JSON.stringify({ passed: results.length - failed, failed, checks: results }));
console.log(`${results.length - failed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
