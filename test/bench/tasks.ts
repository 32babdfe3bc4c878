import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual, parseArgs } from "node:util";
import { z } from "zod";
import { connect } from "../../app/storage/connection.ts";
import { layout } from "../../app/storage/folder.ts";
import { migrate } from "../../app/storage/migrate.ts";
import { taskStates } from "../../app/storage/task-row.ts";
import { type Applied, applyIntents } from "../../app/tasks/apply.ts";
import { historyOf } from "../../app/tasks/check.ts";
import { findNode, type Graph, graphOf, isPresent, openWhatIfs, ownRevisions, pathOf } from "../../app/tasks/graph.ts";
import { slice } from "../../app/tasks/slice.ts";
import { openVault, type Vault } from "../../app/vault.ts";
import { longer } from "./task-turns.ts";

/**
 * bench:tasks FILE [--json FILE]: feeds scenarios through the task engine and its tables, opens them anew and compares. Prints each failed
 * check, what a prompt has of the tasks over 60 turns beside what the whole history would be, how long ten thousand tasks take, and a last
 * line `N passed, N failed`; ends with 0 only where none failed.
 */

const paths = z.array(z.string());
const expected = z.object({
  values: z.record(z.string(), z.unknown()).default({}),
  absent: paths.default([]),
  stale: paths.optional(),
  questioned: paths.optional(),
  conflicts: z.array(z.tuple([z.string(), z.string()])).optional(),
  history: z.record(z.string(), z.array(z.unknown())).default({}),
  revisions: z.record(z.string(), z.number()).default({}),
  refused: z.union([z.number(), z.array(z.unknown()).transform(({ length }) => length)]).optional(),
  check_writes: z.number().optional(),
});
const turn = z.object({ user: z.string(), intents: z.array(z.unknown()) });
const scenarioShape = z.object({ id: z.string(), about: z.string(), turns: z.array(turn), expect: expected });
const file = z.object({ scenarios: z.array(scenarioShape) });
type Scenario = z.infer<typeof scenarioShape>;

/** Four characters a token, where no tokenizer is at hand. */
const tokensOf = (text: string): number => Math.ceil(text.length / 4);
const mostTokens = 900;
const turnsOfLong = 60;
const start = Date.UTC(2026, 5, 1, 9);
const minute = 60_000;

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return Math.round(100 * (sorted[Math.ceil(share * sorted.length) - 1] ?? 0)) / 100;
}

/** Runs the work on a vault in a folder of its own, and `after` on the same folder opened anew. */
function withVault<T>(work: (vault: Vault) => void, after: (vault: Vault) => T): T {
  const folder = mkdtempSync(join(tmpdir(), "ebb-bench-tasks-"));
  const open = <U>(use: (vault: Vault) => U): U => {
    const db = connect(layout(folder).database);
    try {
      migrate(db);
      return use(openVault(db, folder, null));
    } finally {
      db.close();
    }
  };
  try {
    open(work);
    return open(after);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

type Turn = z.infer<typeof turn>;
type Fed = { applied: Applied; slice: string };

/** Says the turns to Ebb, each a stored message with the intents that it has led to. */
function feed(vault: Vault, turns: readonly Turn[]): Fed[] {
  const conversationId = vault.newId();
  vault.messages.createConversation({
    id: conversationId,
    title: "Bench",
    origin: "chat",
    createdAt: start,
    updatedAt: start,
  });
  return turns.map(({ user, intents }, place) => {
    const at = start + place * minute;
    const messageId = vault.newId();
    vault.write(() =>
      vault.messages.insert({
        id: messageId,
        conversationId,
        parentId: null,
        role: "user",
        speaker: null,
        text: user,
        status: "complete",
        createdAt: at,
        zone: "UTC",
        model: null,
        failure: null,
      }),
    );
    const applied = vault.write(() => vault.tasks.apply(intents, { who: "model", at, conversationId, messageId }));
    const focus = vault.tasks.focus(conversationId);
    return { applied, slice: slice(applied.graph, focus === undefined ? [] : [focus]) };
  });
}

type Failure = { scenario: string; check: string; expected: unknown; found: unknown };

/** All goals of the vault, as they are stored. */
function wholeGraph(vault: Vault): Graph {
  const { goals } = vault.tasks.goals(taskStates, 1_000_000, 0);
  return graphOf(vault.tasks.load(goals.map(({ id }) => id)));
}

function checkScenario({ id, turns, expect }: Scenario): { passed: number; failures: Failure[] } {
  const failures: Failure[] = [];
  let passed = 0;
  const see = (check: string, wanted: unknown, found: unknown): void => {
    if (isDeepStrictEqual(wanted, found)) passed += 1;
    else failures.push({ scenario: id, check, expected: wanted, found });
  };
  let fed: Fed[] = [];
  withVault(
    (vault) => {
      fed = feed(vault, turns);
    },
    (vault) => {
      const graph = wholeGraph(vault);
      const nodes = [...graph.nodes.values()];
      const present = nodes.filter(isPresent);
      const listed = (some: typeof nodes) => some.map((node) => pathOf(graph, node.id)).sort();
      const active = (path: string) => {
        const node = findNode(graph, path);
        return node && isPresent(node) ? node : undefined;
      };
      for (const [path, value] of Object.entries(expect.values)) see(`value of ${path}`, value, active(path)?.value);
      for (const path of expect.absent) see(`absence of ${path}`, undefined, active(path)?.value);
      if (expect.stale) see("stale", [...expect.stale].sort(), listed(present.filter(({ stale }) => stale !== null)));
      if (expect.questioned) {
        const asked = present.filter((node) => openWhatIfs(graph, node.id).length > 0);
        see("questioned", [...expect.questioned].sort(), listed(asked));
      }
      if (expect.conflicts) {
        const open = present.flatMap(({ id: constraint, conflictsWith }) =>
          conflictsWith === null ? [] : [[pathOf(graph, constraint), pathOf(graph, conflictsWith)]],
        );
        see("conflicts", expect.conflicts.map(String).sort(), open.map(String).sort());
      }
      for (const [path, wanted] of Object.entries(expect.history)) {
        const node = findNode(graph, path, "gone");
        const past = node ? historyOf(graph, node.id).map(({ gone, value }) => gone ?? value) : [];
        see(`history of ${path}`, wanted, past);
      }
      for (const [path, wanted] of Object.entries(expect.revisions)) {
        const node = findNode(graph, path);
        see(`revisions of ${path}`, wanted, node ? ownRevisions(graph, node.id).length : 0);
      }
      if (expect.refused !== undefined) {
        see("refused", expect.refused, fed.flatMap(({ applied }) => applied.refusals).length);
      }
      if (expect.check_writes !== undefined) {
        const written = [...graph.revisions.values()].flat().filter(({ op, subject }) => {
          return subject === "node" && (op === "CHECK" || op === "WHAT_IF");
        });
        see("revisions by CHECK and WHAT_IF", expect.check_writes, written.length);
      }
    },
  );
  return { passed, failures };
}

/** What a prompt has of the tasks in each turn of a scenario that goes on, and what the turns so far would take. */
function sliceTokens(scenario: Scenario): { slice: number[]; flat: number[] } {
  const turns = longer(scenario.turns, turnsOfLong);
  let fed: Fed[] = [];
  withVault(
    (vault) => {
      fed = feed(vault, turns);
    },
    () => {},
  );
  let flat = 0;
  return {
    slice: fed.map((one) => tokensOf(one.slice)),
    flat: fed.map(({ applied }, place) => {
      // A turn of the user, and a reply that says what has become of it.
      const reply = applied.changes.map(
        ({ path, after }) => `${path}: ${JSON.stringify(after?.value ?? after?.state)}`,
      );
      flat += tokensOf(turns[place]?.user ?? "") + tokensOf(reply.join("\n"));
      return flat;
    }),
  };
}

/** Ten thousand tasks: a list of 5,000 under one goal, and fifty goals of a hundred with dependencies and rules. */
function* manyTurns(): Generator<unknown[]> {
  yield [{ op: "NEW", node: "list", kind: "goal" }];
  for (let from = 0; from < 5_000; from += 50) {
    yield Array.from({ length: 50 }, (_, at) => ({
      op: "NEW",
      node: `list/thing ${from + at}`,
      value: "1",
      kind: "slot",
    }));
  }
  for (let goal = 0; goal < 50; goal++) {
    yield [{ op: "NEW", node: `goal ${goal}`, kind: "goal" }];
    for (let part = 0; part < 100; part += 50) {
      yield Array.from({ length: 50 }, (_, at) => {
        const node = `goal ${goal}/part ${part + at}`;
        if ((part + at) % 4 < 2) return { op: "NEW", node, value: "10", kind: "slot" };
        const before = `goal ${goal}/part ${part + at - 1}`;
        if ((part + at) % 4 === 2) return { op: "NEW", node, kind: "step", depends_on: [before] };
        const rule = { slot: `goal ${goal}/part ${part + at - 2}`, op: "max", value: 20 };
        return { op: "NEW", node, kind: "constraint", rule };
      });
    }
  }
}

/** Intents of daily use, the `count`th of them. */
function dailyIntent(count: number): unknown {
  const goal = `goal ${(count * 7) % 50}`;
  const four = 4 * ((count * 3) % 25);
  const intents = [
    { op: "UPDATE", node: `list/thing ${(count * 31) % 5_000}`, value: String(count) },
    { op: "UPDATE", node: `${goal}/part ${four + 1}`, value: String(count % 40) },
    { op: "NEW", node: `list/more ${count}`, value: "1", kind: "slot" },
    { op: "COMPLETE", node: `${goal}/part ${four + 2}` },
    { op: "WHAT_IF", node: `${goal}/part ${four}`, value: String(count) },
    { op: "REMOVE", node: `list/thing ${(count * 17) % 5_000}` },
    { op: "RESTORE", node: `list/thing ${((count - 1) * 17) % 5_000}` },
    { op: "ROLLBACK", node: `${goal}/part ${four + 1}` },
  ];
  return intents[count % intents.length];
}

function speed() {
  const times = { apply: [] as number[], store: [] as number[], slice: [] as number[] };
  let nodes = 0;
  let loadMs = 0;
  const intents = 800;
  withVault(
    (vault) => {
      const origin = { who: "model", at: start, conversationId: null, messageId: null } as const;
      vault.write(() => {
        for (const intentsOfTurn of manyTurns()) vault.tasks.apply(intentsOfTurn, origin);
      });
      for (let count = 0; count < intents; count++) {
        const at = start + count * minute;
        const intent = dailyIntent(count);
        const graph = vault.tasks.graph();
        const newId = () => `${count}-${Math.random()}`;
        const context = { changeId: newId(), at, who: "model", messageId: null, newId } as const;
        let from = performance.now();
        applyIntents(graph, [intent], context);
        times.apply.push(performance.now() - from);
        from = performance.now();
        const { graph: after, results } = vault.write(() => vault.tasks.apply([intent], { ...origin, at }));
        times.store.push(performance.now() - from);
        from = performance.now();
        slice(after, [results[0]?.nodeId ?? ""]);
        times.slice.push(performance.now() - from);
      }
    },
    (vault) => {
      const from = performance.now();
      nodes = [...vault.tasks.graph().nodes.values()].length;
      loadMs = Math.round(performance.now() - from);
    },
  );
  const told = (some: readonly number[]) => ({ p50: percentile(some, 0.5), p95: percentile(some, 0.95) });
  return {
    nodes,
    load_ms: loadMs,
    apply: told(times.apply),
    apply_and_store: told(times.store),
    slice: told(times.slice),
  };
}

const { values, positionals } = parseArgs({ allowPositionals: true, options: { json: { type: "string" } } });
const [path] = positionals;
if (path === undefined) {
  console.error("Usage: bench:tasks FILE [--json FILE]");
  process.exit(2);
}
const { scenarios } = file.parse(JSON.parse(readFileSync(path, "utf8")));

let passed = 0;
const failures: Failure[] = [];
for (const scenario of scenarios) {
  const found = checkScenario(scenario);
  passed += found.passed;
  failures.push(...found.failures);
}
for (const { scenario, check, expected: wanted, found } of failures) {
  console.log(`${scenario}: ${check} is ${JSON.stringify(found)}, not ${JSON.stringify(wanted)}`);
}

const shownTurns = [15, 30, 45, turnsOfLong];
console.log(`${`tokens in turn`.padEnd(28)}${shownTurns.map((count) => String(count).padStart(8)).join("")}     most`);
const tokens = Object.fromEntries(
  scenarios.map((scenario) => {
    const found = sliceTokens(scenario);
    const row = (name: string, of: readonly number[]) =>
      `${name.padEnd(28)}${shownTurns.map((count) => String(of[count - 1] ?? 0).padStart(8)).join("")}${String(Math.max(...of)).padStart(9)}`;
    console.log(row(`${scenario.id}: slice`.slice(0, 28), found.slice));
    console.log(row(`  flat history`, found.flat));
    if (Math.max(...found.slice) >= mostTokens) {
      failures.push({
        scenario: scenario.id,
        check: "slice",
        expected: `< ${mostTokens}`,
        found: Math.max(...found.slice),
      });
      console.log(`${scenario.id}: the slice has ${Math.max(...found.slice)} tokens`);
    }
    return [scenario.id, found];
  }),
);

const measured = speed();
console.log(`${measured.nodes} tasks, read in ${measured.load_ms} ms`);
for (const [name, { p50, p95 }] of Object.entries({
  "an intent is applied": measured.apply,
  "applied and stored": measured.apply_and_store,
  "a slice is made": measured.slice,
})) {
  console.log(`${name} in ${p50} ms (p50), ${p95} ms (p95)`);
}
console.log(`${passed} passed, ${failures.length} failed`);
if (values.json !== undefined) {
  const report = { passed, failed: failures.length, failures, tokens, latency_ms: measured };
  writeFileSync(values.json, `${JSON.stringify(report, null, 2)}\n`);
}
process.exitCode = failures.length === 0 ? 0 : 1;
