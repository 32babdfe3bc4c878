import {
  type Fields,
  fieldsOf,
  type ImportedChat,
  type ImportedMessage,
  idOf,
  isFields,
  listOf,
  optionalText,
  textOf,
  timeOf,
  withinLimits,
} from "./chat.ts";
import { Fault, keyOf } from "./fault.ts";

export function isClaude(value: unknown): value is Fields {
  return isFields(value) && "chat_messages" in value;
}

/** A conversation of a Claude export. @throws Fault */
export function fromClaude(value: Fields, path: string): ImportedChat {
  const sourceId = idOf(value.uuid, `${path}.uuid`);
  const said = listOf(value.chat_messages, `${path}.chat_messages`).map((message, index): Node => {
    const at = `${path}.chat_messages[${index}]`;
    const fields = fieldsOf(message, at);
    const parent = optionalText(fields.parent_message_uuid, `${at}.parent_message_uuid`);
    return { at, parent, message: fromMessage(fields, at) };
  });
  const leaf = optionalText(value.current_leaf_message_uuid, `${path}.current_leaf_message_uuid`);
  const messages = branch(said, leaf).flatMap(({ message }) => withinLimits(message));
  return {
    sourceId,
    title: optionalText(value.name, `${path}.name`),
    createdAt: timeOf(value.created_at, `${path}.created_at`),
    updatedAt: timeOf(value.updated_at, `${path}.updated_at`),
    messages,
  };
}

/** A message, where it stands in the file, and what it answers, where the file tells. */
type Node = { at: string; parent: string | null; message: ImportedMessage };

/**
 * The messages from the first one down to the current one: the named leaf, else the newest. All of them, in their order, where the
 * file does not tell what answers what. @throws Fault for messages that lead in a circle
 */
function branch(nodes: readonly Node[], named: string | null): Node[] {
  if (nodes.every(({ parent }) => parent === null)) return [...nodes];
  const places = new Map(nodes.map(({ message }, place) => [message.sourceId, place]));
  // One that names no parent follows the one before it; one whose parent is not there is the first.
  const parents = nodes.map(({ parent }, place) => (parent === null ? place - 1 : (places.get(parent) ?? -1)));
  const answered = new Set(parents);
  const leaves = [...nodes.keys()].filter((place) => !answered.has(place));
  const newest = leaves.reduce(
    (best, place) => (timeOfNode(nodes[place]) >= timeOfNode(nodes[best]) ? place : best),
    -1,
  );
  const way: Node[] = [];
  const seen = new Set<number>();
  let place = (named === null ? undefined : places.get(named)) ?? newest;
  if (place < 0) place = nodes.length - 1;
  for (let node = nodes[place]; node; place = parents[place] ?? -1, node = nodes[place]) {
    if (seen.has(place)) throw new Fault(`${node.at}.parent_message_uuid`, "the messages lead in a circle");
    seen.add(place);
    way.push(node);
  }
  return way.reverse();
}

function timeOfNode(node: Node | undefined): number {
  return node?.message.createdAt ?? Number.NEGATIVE_INFINITY;
}

function fromMessage(message: Fields, path: string): ImportedMessage {
  if (message.sender !== "human" && message.sender !== "assistant") {
    throw new Fault(`${path}.sender`, '"human" or "assistant" should stand here');
  }
  const blocks =
    message.content === undefined || message.content === null ? [] : listOf(message.content, `${path}.content`);
  const said = blocks.flatMap((block, index) => {
    const { type, text } = fieldsOf(block, `${path}.content[${index}]`);
    return type === "text" ? (optionalText(text, `${path}.content[${index}].text`) ?? []) : [];
  });
  // Older exports have the text only, and in newer ones it may be empty.
  const text = said.length > 0 ? said : [optionalText(message.text, `${path}.text`) ?? ""];
  const files = [...marks(message.files, `${path}.files`), ...marks(message.attachments, `${path}.attachments`)];
  return {
    sourceId: idOf(message.uuid, `${path}.uuid`),
    role: message.sender === "human" ? "user" : "assistant",
    speaker: null,
    text: [...text, ...files].filter(Boolean).join("\n\n"),
    createdAt: timeOf(message.created_at, `${path}.created_at`),
  };
}

function marks(value: unknown, path: string): string[] {
  if (value === undefined || value === null) return [];
  return listOf(value, path).map((file) =>
    isFields(file) &&
    /image|\.(?:png|jpe?g|gif|webp)$/i.test(String(file.file_kind ?? file.file_name ?? file.file_type))
      ? "(image)"
      : "(file)",
  );
}

export function isClaudeMemories(value: unknown): value is Fields {
  return isFields(value) && ("conversations_memory" in value || "project_memories" in value);
}

/** What Claude had noted of the user, a paragraph or list item each. @throws Fault */
export function fromClaudeMemories(value: Fields, path: string): string[] {
  const general = notesIn(value.conversations_memory, `${path}.conversations_memory`);
  const { project_memories: projects } = value;
  if (projects === undefined || projects === null) return general;
  const ofProjects = Object.entries(fieldsOf(projects, `${path}.project_memories`)).flatMap(([name, notes]) =>
    notesIn(notes, `${path}.project_memories${keyOf(name)}`),
  );
  return [...general, ...ofProjects];
}

function notesIn(value: unknown, path: string): string[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((note, index) => notesIn(note, `${path}[${index}]`));
  return textOf(value, path)
    .split(/\n\s*\n|\n(?=\s*(?:[-*•]|\d+\.)\s)/)
    .map((note) => note.replace(/^\s*(?:[-*•]|\d+\.)\s+/, "").trim())
    .filter((note) => note !== "" && !isHeading(note));
}

function isHeading(note: string): boolean {
  return /^(?:#{1,6}\s.*|\*\*[^*]+\*\*:?|[-*_]{3,})$/.test(note);
}
