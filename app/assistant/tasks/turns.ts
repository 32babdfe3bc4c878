import { ownWords, sentencesOf } from "../../language/source-text.ts";
import { wallTime } from "../../language/zone.ts";
import type { Answerer } from "../../llm/port.ts";
import type { Reminders } from "../../reminders.ts";
import type { MessageRow } from "../../storage/messages.ts";
import {
  ancestorsOf,
  type Graph,
  openWhatIfs,
  partsOf,
  pathOf,
  type TaskNode,
  type TaskRevision,
} from "../../tasks/graph.ts";
import { type Command, readCommands, type Scene } from "../../tasks/language/commands.ts";
import { mayTouchTasks } from "../../tasks/language/gate.ts";
import { type Named, namedIn, tellingWords, thingWords } from "../../tasks/language/names.ts";
import { proposalPrompt, proposalSchema, proposalSystem, readProposal } from "../../tasks/language/proposal.ts";
import { compactView } from "../../tasks/language/view.ts";
import { readReminder } from "../../tasks/reminders/read.ts";
import { expand, slice } from "../../tasks/slice.ts";
import type { Origin, TaskStore } from "../../tasks/store.ts";
import type { Vault } from "../../vault.ts";
import { askedWords } from "../conversation-text.ts";
import { ask } from "../slow-batch.ts";
import type { TaskKeeper } from "./keeper.ts";
import { tell, whatIsLeft } from "./words.ts";

export type TaskPorts = {
  vault: Vault;
  keeper: TaskKeeper;
  reminders: Reminders;
};

/** What a turn did to the tasks, in words; `whole` where the message asked for nothing else. */
export type TaskTurn = { said: string; whole: boolean };

/** Nodes that commands may name, goals that are over among them; finished parts told in detail, and characters of each. */
const bounds = { known: 20_000, closed: 50, details: 2, detail: 1_200 } as const;
/** So many of the user's turns back a goal is still talked about. */
const recentTurns = 4;
/** Tokens of the model's answer about tasks, and characters of Ebb's turn before that it is shown. */
const answerTokens = 768;
const beforeChars = 400;

/**
 * What turns do to tasks and reminders: plain commands by rule, everything else by what the chat model makes of the turn. The model only
 * proposes; the engine of `app/tasks` decides.
 */
export class TaskTurns {
  readonly #ports: TaskPorts;

  constructor(ports: TaskPorts) {
    this.#ports = ports;
  }

  /**
   * Carries out the plain commands of a message, with its own transaction or in the one that stores the message; null where there are none.
   * `before` is the conversation up to it.
   */
  command(message: MessageRow, before: readonly MessageRow[]): TaskTurn | null {
    const { vault, reminders } = this.#ports;
    const text = askedWords(message.text);
    const zone = message.zone ?? "UTC";
    const reminder = readReminder(text, { now: message.createdAt, zone, asked: askedFor(before) });
    if (reminder) {
      const { said } = reminders.carryOut(reminder, zone, { messageId: message.id });
      return { said, whole: sentencesOf(ownWords(text)).length === 1 };
    }
    const { commands, whole } = readCommands(text, this.#scene(message, before));
    const origin: Origin = {
      who: "rule",
      at: message.createdAt,
      conversationId: message.conversationId,
      messageId: message.id,
    };
    const said = vault.write(() => commands.flatMap((command) => this.#carryOut(command, origin) ?? []));
    if (said.length === 0) return null;
    return { said: said.join("\n\n"), whole };
  }

  /** What is said of a command that is answered once more: what it did stands already. */
  retold(message: MessageRow): TaskTurn | null {
    const cards = this.#ports.vault.taskCards.ofMessages([message.id]).get(message.id) ?? [];
    if (cards.length === 0) return null;
    const { whole } = readCommands(askedWords(message.text), this.#scene(message, []));
    return whole ? { said: "That is done already: see the card above.", whole } : null;
  }

  /** Has the model read what the message means for the tasks, and carries that out. Never throws; a turn is answered without it too. */
  async read(message: MessageRow, model: Answerer, signal: AbortSignal): Promise<void> {
    const { tasks, messages } = this.#ports.vault;
    const before = messages.branch(message.id, 2 * recentTurns + 1).slice(0, -1);
    // A reply that is written again reads nothing twice.
    if (tasks.changesOfMessage(message.id).length > 0) return;
    // What quotes others must not give orders.
    const turn = ownWords(askedWords(message.text)).replaceAll(/\uFFFC+/g, "[…]");
    try {
      const graph = tasks.graph();
      const talked = this.#talkedAbout(graph, before);
      const paths = talked.map(({ label }) => label);
      if (!mayTouchTasks(turn, namedIn(graph, bounds.known), paths)) return;
      const zone = message.zone ?? "UTC";
      const ebb = before.findLast(({ role }) => role === "assistant")?.text.slice(0, beforeChars) ?? null;
      const view = compactView(
        graph,
        talked.map(({ id }) => id),
      );
      const request = {
        system: proposalSystem,
        history: [{ role: "user" as const, text: proposalPrompt(turn, view, ebb, today(message.createdAt, zone)) }],
        maxTokens: answerTokens,
        temperature: 0,
        schema: proposalSchema,
        beside: "aside" as const,
      };
      const answer = await ask(model, request, signal);
      if (answer === null) return;
      const proposal = readProposal(answer, turn);
      if (!proposal || proposal.intents.length === 0) return;
      const { createdAt: at, conversationId, id: messageId } = message;
      this.#ports.keeper.apply(proposal.intents, { who: "model", at, conversationId, messageId }, turn);
    } catch {
      // The model failed, or the disk took nothing: the reply goes on, and says what is wrong if that keeps it too.
    }
  }

  /**
   * What a prompt says of the tasks that the conversation is about, with the details of finished parts that the message names; null where
   * it is about none.
   */
  slice(message: MessageRow): string | null {
    const { tasks } = this.#ports.vault;
    const focus = tasks.focus(message.conversationId);
    if (focus === undefined) return null;
    const graph = tasks.graphOfNodes([focus]);
    const details = finishedParts(graph, focus, askedWords(message.text)).map(({ id }) =>
      expand(graph, id, bounds.detail),
    );
    return [slice(graph, [focus]), ...details.map((text) => `finished, in detail:\n${text}`)].join("\n");
  }

  #carryOut(command: Command, origin: Origin): string | null {
    const { vault, keeper } = this.#ports;
    const { tasks } = vault;
    switch (command.does) {
      case "intents": {
        const stored = keeper.apply(command.intents, origin);
        return [...tell(stored), ...keeper.lessonsFor(stored)].join("\n");
      }
      case "undo": {
        const last = origin.conversationId === null ? undefined : tasks.lastChange(origin.conversationId);
        return last === undefined ? null : tell(keeper.takeBack(last, origin)).join("\n");
      }
      case "settle": {
        const open = this.#askedAbout(origin.conversationId);
        const said = open.map(({ id, label, value }) => {
          const applied = keeper.settle(id, command.change, origin);
          return command.change ? tell(applied).join("\n") : `Good, ${label} stays ${value ?? "as it is"}.`;
        });
        return said.length > 0 ? said.join("\n") : null;
      }
      case "show":
        return whatIsLeft(tasks.graph(), command.named?.node ?? null);
      case "unclear":
        return `Which one do you mean: ${command.among.map(({ path }) => `"${path.replaceAll("/", " / ")}"`).join(", ")}?`;
    }
  }

  #scene(message: MessageRow, before: readonly MessageRow[]): Scene {
    const { tasks } = this.#ports.vault;
    const known = lazy(() => namedIn(tasks.graph(), bounds.known));
    const focus = tasks.focus(message.conversationId);
    const graph = tasks.graph();
    const node = focus === undefined ? undefined : graph.nodes.get(focus);
    const goal = node && [...ancestorsOf(graph, node), node][0];
    return {
      at: message.createdAt,
      zone: message.zone ?? "UTC",
      known,
      closed: lazy(() => closedGoals(tasks)),
      active: goal ? pathOf(graph, goal.id) : null,
      asked: this.#askedIn(graph, before),
    };
  }

  /** Goals that the user's last turns have touched. */
  #talkedAbout(graph: Graph, before: readonly MessageRow[]): TaskNode[] {
    const { tasks } = this.#ports.vault;
    const recent = before.filter(({ role }) => role === "user").slice(-recentTurns);
    const touched = recent.flatMap((message) => revisionsBy(tasks, message));
    const roots = new Set(touched.flatMap(({ nodeId }) => graph.nodes.get(nodeId)?.rootId ?? []));
    return [...roots].flatMap((id) => graph.nodes.get(id) ?? []);
  }

  /** True where the user's turn before opened a question that is still open. */
  #askedIn(graph: Graph, before: readonly MessageRow[]): boolean {
    const { tasks } = this.#ports.vault;
    const last = before.findLast(({ role }) => role === "user");
    if (!last) return false;
    return revisionsBy(tasks, last).some(({ nodeId }) => openWhatIfs(graph, nodeId).length > 0);
  }

  /** Nodes of the conversation's last change with an open question. */
  #askedAbout(conversationId: string | null): TaskNode[] {
    const { tasks } = this.#ports.vault;
    const last = conversationId === null ? undefined : tasks.lastChange(conversationId);
    if (last === undefined) return [];
    const graph = tasks.graph();
    const ids = new Set(tasks.revisionsOfChange(last).map(({ nodeId }) => nodeId));
    return [...ids].flatMap((id) => (openWhatIfs(graph, id).length > 0 ? (graph.nodes.get(id) ?? []) : []));
  }
}

/** What a message has done to the tasks. */
function revisionsBy(tasks: TaskStore, { id }: MessageRow): TaskRevision[] {
  return tasks.changesOfMessage(id).flatMap((changeId) => tasks.revisionsOfChange(changeId));
}

/** What the reminder was about for which Ebb has asked when, in its last turn. */
function askedFor(before: readonly MessageRow[]): string | null {
  const last = before.findLast(({ role }) => role === "user");
  if (!last) return null;
  const command = readReminder(askedWords(last.text), { now: last.createdAt, zone: last.zone ?? "UTC" });
  return command?.kind === "ask" ? command.what : null;
}

/** Finished parts of the goal of a node, with parts of their own, that a text names. */
function finishedParts(graph: Graph, nodeId: string, text: string): TaskNode[] {
  const rootId = graph.nodes.get(nodeId)?.rootId;
  const words = new Set(tellingWords(text));
  return namedIn(graph, bounds.known)
    .filter(
      ({ node, standing }) => node.rootId === rootId && standing === "finished" && partsOf(graph, node.id).length > 0,
    )
    .filter(({ node }) => thingWords(node.label).every((word) => words.has(word)))
    .slice(0, bounds.details)
    .map(({ node }) => node);
}

function closedGoals(tasks: TaskStore): Named[] {
  const { goals } = tasks.goals(["done", "failed", "cancelled", "removed"], bounds.closed, 0);
  const ids = new Set(goals.map(({ id }) => id));
  return namedIn(tasks.graphOfNodes([...ids]), bounds.known).filter(({ node }) => ids.has(node.rootId));
}

function lazy<T>(make: () => T): () => T {
  let made: { value: T } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

function today(at: number, zone: string): string {
  const { year, month, day } = wallTime(at, zone);
  const weekday = new Intl.DateTimeFormat("en", { weekday: "long", timeZone: "UTC" }).format(
    Date.UTC(year, month - 1, day),
  );
  return `${weekday}, ${year}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
}
