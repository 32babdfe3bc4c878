import { EbbError } from "../../contract/errors.ts";
import type { TaskAction } from "../../contract/tasks.ts";
import { learnProcedure, proceduresFor } from "../../memory/procedures.ts";
import type { Graph, TaskNode, TaskValue } from "../../tasks/graph.ts";
import { isFinished, labelKey, nodesOf, partsOf, pathOf } from "../../tasks/graph.ts";
import type { ProposedIntent } from "../../tasks/intent.ts";
import { beginGoal } from "../../tasks/language/commands.ts";
import { tellingWords } from "../../tasks/language/names.ts";
import { procedureOf } from "../../tasks/procedure.ts";
import type { Origin, Stored } from "../../tasks/store.ts";
import type { Vault } from "../../vault.ts";

export type KeeperPorts = {
  vault: Vault;
  clock: () => number;
  /** True while Ebb may learn. */
  learning: () => boolean;
  notify: (event: "tasks" | "memories") => void;
};

/** Goals that are over and may have been done before in the same way as a new one. */
const pastGoals = 100;
/** Two goals that share so many of their words (Jaccard) are done alike. */
const alike = 0.5;

/** All that changes tasks goes through here, so that what follows from a change follows whoever made it. */
export class TaskKeeper {
  readonly #ports: KeeperPorts;

  constructor(ports: KeeperPorts) {
    this.#ports = ports;
  }

  /** Carries out intents; `turn` is the user's text, which they must then quote. */
  apply(intents: readonly ProposedIntent[], origin: Origin, turn?: string): Stored {
    const options = { follows: this.#followed(intents), ...(turn !== undefined && { turn }) };
    return this.#then(origin, () => this.#ports.vault.tasks.apply(intents, origin, options));
  }

  /** How goals that a change began were done before, in words for the user. */
  lessonsFor({ changes, graph }: Stored): string[] {
    const { store } = this.#ports.vault;
    const begun = changes.filter(({ before, after }) => before === null && after?.parentId === null);
    const like = begun.flatMap(({ nodeId }) => nodesOf(graph, graph.nodes.get(nodeId)?.reuses ?? []));
    return like.flatMap(({ label }) =>
      proceduresFor(store, label)
        .slice(0, 1)
        .map(({ text }) => `You did one like it before. ${text}`),
    );
  }

  /** Answers the open question about a node. */
  settle(id: string, change: boolean, origin: Origin): Stored {
    return this.#then(origin, () => this.#ports.vault.tasks.edit({ op: change ? "ACCEPT" : "KEEP", id }, origin));
  }

  /** Takes a change back; where something else was done to the same tasks since, that is refused. */
  takeBack(changeId: string, origin: Origin): Stored {
    return this.#then(origin, () => this.#ports.vault.tasks.undo(changeId, origin));
  }

  /** @throws NOT_UNDOABLE where something else was done to the same tasks since, NOT_FOUND */
  undo(changeId: string): Stored {
    const change = this.#ports.vault.tasks.change(changeId);
    if (!change) throw new EbbError("NOT_FOUND", "That change does not exist any more.", "Choose another one.");
    const stored = this.takeBack(changeId, { ...this.byHand(), conversationId: change.conversationId });
    const [refusal] = stored.refusals;
    if (refusal) throw new EbbError("NOT_UNDOABLE", refusal.message, "Change it back by hand under Tasks.");
    return stored;
  }

  /** What the window asks of one node. Nothing is thrown for what is refused: see `refusals`. @throws NOT_FOUND */
  act(action: TaskAction): Stored {
    const { tasks } = this.#ports.vault;
    const origin = this.byHand();
    const id = action.op === "add" ? action.parentId : action.id;
    const graph = tasks.graphOfNodes([id]);
    const node = graph.nodes.get(id);
    if (!node)
      throw new EbbError("NOT_FOUND", "That task does not exist any more.", "Choose another one from the list.");
    if (action.op === "settle") return this.settle(id, action.change, origin);
    return this.#then(origin, () => {
      if (action.op === "rename") return tasks.edit({ op: "RENAME", id, label: action.label }, origin);
      if (action.op === "move") return tasks.edit(moveOf(graph, node, action), origin);
      return tasks.apply([intentOf(action, node, pathOf(graph, id))], origin, { ids: [id] });
    });
  }

  /** A goal out of plain words, with its date where they name one. */
  add(words: string, zone: string): Stored {
    const origin = this.byHand();
    const intents = beginGoal(words, { at: origin.at, zone });
    if (intents.length === 0) {
      throw new EbbError("INVALID_INPUT", "That has no name for a task.", "Write what is to be done.");
    }
    return this.apply(intents, origin);
  }

  /** Where a change comes from that the user makes with their own hands. */
  byHand(): Origin {
    return { who: "user", at: this.#ports.clock(), conversationId: null, messageId: null };
  }

  /** The change with what follows from it, in one transaction. */
  #then(origin: Origin, work: () => Stored): Stored {
    const { vault, notify } = this.#ports;
    let learned = false;
    const stored = vault.write(() => {
      const made = work();
      for (const { after, before, byRule } of made.changes) {
        if (!after || byRule || after.parentId !== null || after.kind !== "goal") continue;
        if (after.state === "done" && before?.state !== "done") learned = this.#learn(made, after, origin) || learned;
      }
      return made;
    });
    if (stored.changeId !== null) notify("tasks");
    if (learned) notify("memories");
    return stored;
  }

  /** Keeps how a goal was reached. */
  #learn({ graph, revisions }: Stored, goal: TaskNode, origin: Origin): boolean {
    const { vault, learning } = this.#ports;
    const procedure = learning() ? procedureOf(graph, goal.id) : null;
    if (!procedure) return false;
    const quote = revisions.find(({ nodeId, messageId }) => nodeId === goal.id && messageId !== null)?.quote ?? null;
    const source = origin.messageId === null || quote === null ? null : { messageId: origin.messageId, quote };
    return learnProcedure(vault.store, { goal: goal.label, text: procedure.text, source }, origin.at) !== null;
  }

  /** By the label of goals that may be begun: the finished goal that each is like, if what was learned from it may still be used. */
  #followed(intents: readonly ProposedIntent[]): Map<string, string> {
    const { tasks, store } = this.#ports.vault;
    const labels = intents.filter(({ op, node }) => op === "NEW" && !node.includes("/")).map(({ node }) => node);
    if (labels.length === 0) return new Map();
    const past = tasks.goals(["done"], pastGoals, 0).goals;
    return new Map(
      labels.flatMap((label): [string, string][] => {
        const like = likeliest(label, past);
        return like && proceduresFor(store, like.label).length > 0 ? [[labelKey(label), like.id]] : [];
      }),
    );
  }
}

/** The goal that shares most of its words with the label, if those are enough; the newest of equals. */
function likeliest<G extends { label: string }>(label: string, goals: readonly G[]): G | null {
  const own = new Set(tellingWords(label));
  let best: { goal: G; likeness: number } | null = null;
  for (const goal of goals) {
    const words = new Set(tellingWords(goal.label));
    const shared = own.intersection(words).size;
    const likeness = shared / (own.size + words.size - shared);
    if (likeness >= alike && likeness > (best?.likeness ?? 0)) best = { goal, likeness };
  }
  return best?.goal ?? null;
}

type IntentAction = Exclude<TaskAction, { op: "settle" | "rename" | "move" }>;

function intentOf(action: IntentAction, node: TaskNode, path: string): ProposedIntent {
  switch (action.op) {
    case "add": {
      const { label, kind, value } = action;
      return { op: "NEW", node: `${path}/${label.replaceAll("/", " ")}`, kind, ...(value && { value }) };
    }
    case "set":
      return { op: "UPDATE", node: path, value: valueLike(node.value, action.value) };
    case "complete":
      return { op: "COMPLETE", node: path, outcome: action.outcome };
    case "rollBack":
      return { op: "ROLLBACK", node: path, to: action.to };
    case "restore":
      return { op: "RESTORE", node: path };
    case "cancel":
      return { op: "CANCEL", node: path };
    case "remove":
      return { op: "REMOVE", node: path };
  }
}

/** Typed text as a value of the kind that it replaces: a list stays a list, a number a number. */
function valueLike(before: TaskNode["value"], text: string): TaskValue {
  if (Array.isArray(before)) return text.split(",").flatMap((entry) => entry.trim() || []);
  const isNumber = typeof before === "number" && text.trim() !== "" && Number.isFinite(Number(text));
  return isNumber ? Number(text) : text;
}

function moveOf(graph: Graph, node: TaskNode, { parentId, before }: Extract<TaskAction, { op: "move" }>) {
  const siblings = partsOf(graph, parentId)
    .filter(({ id }) => id !== node.id)
    .filter((goal) => parentId !== null || !isFinished(goal));
  const place = before === null ? siblings.length : siblings.findIndex(({ id }) => id === before);
  // What is not there any more is named, so that the move is refused.
  const after = place < 0 ? before : (siblings[place - 1]?.id ?? null);
  return { op: "MOVE" as const, id: node.id, after, ...(parentId !== null && { parentId }) };
}
