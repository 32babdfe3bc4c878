import type { Revision } from "../../storage/memories.ts";
import type { PortableConversation, PortableMessage } from "../../storage/portable.ts";
import type { MemoryStore } from "../store.ts";
import {
  type EverythingTable,
  everythingFormat,
  everythingRows,
  everythingVersion,
  type PortableSettings,
} from "./everything.ts";
import { toExported } from "./export.ts";

/** A piece of a file in the making, and how many rows it holds. */
export type Part = { text: string; rows: number };

/**
 * Everything that the user has, as JSON, in pieces of a bounded size: each is read from the store when it is asked for. What
 * comes into the store meanwhile is left out, what goes meanwhile is missing. `now` in ms.
 */
export function* jsonParts(store: MemoryStore, settings: PortableSettings, now: number): Generator<Part> {
  const { portable } = store;
  const bounds = portable.bounds();
  const head = { format: everythingFormat, version: everythingVersion, exportedAt: now, settings };
  yield { text: JSON.stringify(head).slice(0, -1), rows: 0 };
  const rows: { [table in EverythingTable]: () => Generator<unknown[]> } = {
    conversations: function* () {
      for (const page of portable.conversations(bounds.conversation)) yield page.map(withoutOwnSource);
    },
    messages: function* () {
      for (const page of portable.messages(bounds.message)) yield page.map(asSaid);
    },
    memories: function* () {
      for (const page of portable.memories(bounds.memory)) {
        const evidence = store.memories.evidenceOf(page.map(({ id }) => id));
        yield page.map((row) => toExported(store, row, evidence.get(row.id) ?? [], withChange));
      }
    },
    recalled: () => portable.plain("recalled", bounds.recalled),
    rejected: () => portable.plain("rejected", bounds.rejected),
    reminders: () => portable.reminders(bounds.reminder),
    taskChanges: () => portable.taskChanges(bounds.taskChange),
    tasks: () => portable.tasks(bounds.task),
    taskEdges: () => portable.taskEdges(bounds.taskEdge),
  };
  for (const table of Object.keys(everythingRows) as EverythingTable[]) {
    yield { text: `,\n${JSON.stringify(table)}:[`, rows: 0 };
    let before = "\n";
    for (const page of rows[table]()) {
      const text = page.map((row) => JSON.stringify(row)).join(",\n");
      yield { text: before + text, rows: countedTables.has(table) ? page.length : 0 };
      before = ",\n";
    }
    yield { text: "\n]", rows: 0 };
  }
  yield { text: "\n}\n", rows: 0 };
}

/** Those that `bounds().rows` counts. */
const countedTables = new Set<EverythingTable>(["conversations", "messages", "memories"]);

/** One that came with an earlier export of ours has its own id as its source. */
function withoutOwnSource(row: PortableConversation): PortableConversation {
  return row.source === everythingFormat && row.sourceId === row.id ? { ...row, source: null, sourceId: null } : row;
}

function asSaid(row: PortableMessage): PortableMessage {
  const sourceId = row.sourceId === row.id ? null : row.sourceId;
  // Of a reply that is being written, what is there so far.
  return { ...row, sourceId, status: row.status === "streaming" ? "interrupted" : row.status };
}

function withChange({ changeId, messageId, undone }: Revision) {
  return { changeId, messageId, undone };
}
