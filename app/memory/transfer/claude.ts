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
  const messages = listOf(value.chat_messages, `${path}.chat_messages`).flatMap((message, index) => {
    const at = `${path}.chat_messages[${index}]`;
    return withinLimits(fromMessage(fieldsOf(message, at), at));
  });
  return {
    sourceId,
    title: optionalText(value.name, `${path}.name`),
    createdAt: timeOf(value.created_at, `${path}.created_at`),
    updatedAt: timeOf(value.updated_at, `${path}.updated_at`),
    messages,
  };
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
