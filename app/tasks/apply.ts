import { type Context, Draft } from "./draft.ts";
import { type Edit, editNode } from "./edits.ts";
import {
  type Graph,
  isPresent,
  openWhatIfs,
  pathOf,
  type RevisionOp,
  type TaskNode,
  type TaskRevision,
  type TaskValue,
} from "./graph.ts";
import { type Intent, intentLimits, parseIntent, type Refusal } from "./intent.ts";
import { operations } from "./operations.ts";
import { isQuoted } from "./quote.ts";
import { Refused } from "./refuse.ts";
import { settle } from "./rules.ts";
import { takeBackAll } from "./take-back.ts";
import { showValue } from "./values.ts";

export type { Context } from "./draft.ts";
export type { Edit } from "./edits.ts";

/** What came of one intent. */
export type IntentResult = {
  op: RevisionOp | null;
  /** The path that it named. */
  path: string;
  nodeId: string | null;
  /** "questioned": it contradicts what is known, which was left as it is. */
  outcome: "changed" | "unchanged" | "questioned" | "checked" | "refused";
  refusal: Refusal | null;
};

/** What one change made of a node of the main branch, to be told to a person. */
export type TaskChange = {
  nodeId: string;
  path: string;
  op: RevisionOp;
  /** Null where it was not there before; `after` null where it is not there any more. */
  before: TaskNode | null;
  after: TaskNode | null;
  /** True where a rule did it: a stale mark, a conflict, a summary. */
  byRule: boolean;
};

/** One question per node: whether what is known is to be changed to what was asked about last. */
export type TaskQuestion = {
  nodeId: string;
  path: string;
  current: TaskValue | null;
  proposed: TaskValue;
  whatIfId: string;
  /** ms; when it was opened. */
  askedAt: number;
  text: string;
};

/** A constraint and the node whose value breaks it. */
export type TaskConflict = { constraintId: string; constraint: string; nodeId: string; node: string };

export type Applied = {
  graph: Graph;
  /** To be stored, in this order. */
  revisions: TaskRevision[];
  results: IntentResult[];
  changes: TaskChange[];
  refusals: Refusal[];
  /** Opened by this. */
  questions: TaskQuestion[];
  /** Opened by this, or still open about a node that it was about. */
  conflicts: TaskConflict[];
};

/**
 * Carries out intents in order. Each is carried out whole or refused, which changes nothing and stops no other. With `turn`, the user's own
 * text, each must quote it. What is proposed may be anything; `ids` names nodes by id, by the place of their intent.
 */
export function applyIntents(
  graph: Graph,
  proposed: readonly unknown[],
  context: Context,
  options: { turn?: string; ids?: readonly (string | undefined)[] } = {},
): Applied {
  const applied = new Applying(graph, context);
  for (const [place, one] of proposed.entries()) {
    const parsed = parseIntent(one, options.ids?.[place]);
    const named = pathIn(one);
    if (place >= intentLimits.intents) {
      applied.refuse(named, { code: "too_many", message: "That is more than can be done in one turn." });
    } else if ("refused" in parsed) {
      applied.refuse(named, parsed.refused);
    } else if (options.turn !== undefined && !isQuoted(options.turn, parsed.intent.quote ?? "")) {
      applied.refuse(named, { code: "unquoted", message: "That is not what you said." });
    } else {
      applied.intent(parsed.intent);
    }
  }
  return applied.result();
}

/** Carries out what the window asks for. */
export function applyEdit(graph: Graph, edit: Edit, context: Context): Applied {
  const applied = new Applying(graph, context);
  applied.run(edit.op, pathOf(graph, edit.id), null, (draft) => {
    const node = draft.nodes.get(edit.id);
    if (!node || !isPresent(node)) throw new Refused("unknown_node", "That task is not there any more.");
    editNode(draft, node, edit);
    return node;
  });
  return applied.result();
}

/**
 * Takes back what these revisions did (all of one intent, or of one change), as new revisions. Right after them it gives the very state
 * before; it is refused where one of their nodes has been changed since. Undoing an undo does it again.
 */
export function undo(graph: Graph, revisions: readonly TaskRevision[], context: Context): Applied {
  const applied = new Applying(graph, context);
  const first = revisions[0];
  applied.run("UNDO", first ? pathOf(graph, first.nodeId) : "", null, (draft) => {
    if (!first) throw new Refused("unknown_revision", "There is nothing to take back.");
    takeBackAll(draft, revisions);
    return first.nodeId;
  });
  return applied.result();
}

class Applying {
  #graph: Graph;
  readonly #context: Context;
  readonly #revisions: TaskRevision[] = [];
  readonly #results: IntentResult[] = [];
  readonly #changes: TaskChange[] = [];
  readonly #questions = new Set<string>();
  readonly #about = new Set<string>();

  constructor(graph: Graph, context: Context) {
    this.#graph = graph;
    this.#context = context;
  }

  refuse(path: string, refusal: Refusal): void {
    this.#results.push({ op: null, path, nodeId: null, outcome: "refused", refusal });
  }

  intent(intent: Intent): void {
    this.run(intent.op, intent.node, intent.quote ?? null, (draft) => {
      const node = operations[intent.op](draft, intent);
      settle(draft, { isResult: intent.op === "COMPLETE" });
      return node;
    });
  }

  run(op: RevisionOp, path: string, quote: string | null, work: (draft: Draft) => TaskNode | string): void {
    const draft = new Draft(this.#graph, this.#context);
    let about: TaskNode | string;
    try {
      about = work(draft);
      if (op === "ACCEPT") settle(draft, { isResult: false });
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.#results.push({ op, path, nodeId: null, outcome: "refused", refusal: error.refusal });
      return;
    }
    const nodeId = typeof about === "string" ? about : about.id;
    this.#about.add(nodeId);
    if (op === "CHECK") {
      this.#results.push({ op, path, nodeId, outcome: "checked", refusal: null });
      return;
    }
    const before = this.#graph;
    const { graph, revisions } = draft.finish(op, quote);
    this.#graph = graph;
    this.#revisions.push(...revisions);
    let outcome: IntentResult["outcome"] = "unchanged";
    for (const revision of revisions) {
      if (revision.subject === "what_if") {
        if (revision.after?.state === "open") this.#questions.add(revision.nodeId);
        continue;
      }
      outcome = "changed";
      this.#changes.push({
        nodeId: revision.nodeId,
        path: pathOf(revision.after ? graph : before, revision.nodeId),
        op,
        before: before.nodes.get(revision.nodeId) ?? null,
        after: revision.after,
        byRule: revision.number === null,
      });
    }
    if (outcome === "unchanged" && revisions.length > 0) {
      outcome = openWhatIfs(graph, nodeId).length > 0 ? "questioned" : "changed";
    }
    this.#results.push({ op, path, nodeId, outcome, refusal: null });
  }

  result(): Applied {
    const graph = this.#graph;
    const changed = this.#changes.map(({ nodeId }) => nodeId);
    return {
      graph,
      revisions: this.#revisions,
      results: this.#results,
      changes: this.#changes,
      refusals: this.#results.flatMap(({ refusal }) => refusal ?? []),
      questions: [...this.#questions].flatMap((id) => questionAbout(graph, id) ?? []),
      conflicts: conflictsAbout(graph, new Set([...this.#about, ...changed])),
    };
  }
}

/** The open question about a node, or null. */
export function questionAbout(graph: Graph, nodeId: string): TaskQuestion | null {
  const open = openWhatIfs(graph, nodeId);
  const [first, last] = [open[0], open.at(-1)];
  const node = graph.nodes.get(nodeId);
  if (!first || !last || !node || !isPresent(node)) return null;
  const path = pathOf(graph, nodeId);
  const text =
    node.value === null
      ? `Is ${node.label} to be ${showValue(last.value)}?`
      : `You said ${showValue(node.value)} for ${node.label}; do you want to change it to ${showValue(last.value)}?`;
  const { id: whatIfId, value: proposed } = last;
  return { nodeId, path, current: node.value, proposed, whatIfId, askedAt: first.at, text };
}

/** The conflicts of constraints that are, or are about, one of the nodes. */
export function conflictsAbout(graph: Graph, nodeIds: ReadonlySet<string>): TaskConflict[] {
  const constraints = new Set([...nodeIds].flatMap((id) => [id, ...(graph.constraints.get(id) ?? [])]));
  return [...constraints].flatMap((id) => {
    const node = graph.nodes.get(id);
    if (!node || node.conflictsWith === null || !isPresent(node)) return [];
    const [constraint, about] = [pathOf(graph, id), pathOf(graph, node.conflictsWith)];
    return { constraintId: id, constraint, nodeId: node.conflictsWith, node: about };
  });
}

function pathIn(proposed: unknown): string {
  const path: unknown =
    typeof proposed === "object" && proposed !== null ? (proposed as { node?: unknown }).node : null;
  return typeof path === "string" ? path.slice(0, 200) : "";
}
