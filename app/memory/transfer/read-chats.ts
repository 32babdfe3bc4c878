import { EbbError } from "../../contract/errors.ts";
import type { SourceFile } from "./archive.ts";
import type { ChatSource, ImportedChat } from "./chat.ts";
import { fromChatGpt, isChatGpt } from "./chatgpt.ts";
import { fromClaude, fromClaudeMemories, isClaude, isClaudeMemories } from "./claude.ts";
import type { EverythingRow, PortableSettings } from "./everything.ts";
import { Fault, importInvalid, TooLargeFault } from "./fault.ts";
import { fromGroupChat, groupChatFormat, groupChatVersion, isGroupChat } from "./group-chat.ts";
import { jsonPieces, type Piece } from "./json-pieces.ts";
import { type OwnExport, ownExport } from "./read-own.ts";

export type ReadItem =
  | { kind: "chat"; source: ChatSource; chat: ImportedChat }
  | { kind: "memories"; texts: string[] }
  /** A row of an export of Ebb's own; `path` is where it stands. */
  | ({ kind: "row"; path: string } & EverythingRow)
  | { kind: "settings"; settings: PortableSettings };

/**
 * The conversations and memories of one file, one after the other; `onBytes` is told how many bytes of it have been read.
 * @throws IMPORT_INVALID with the file and the place of the fault
 */
export async function* readChats(file: SourceFile, onBytes: (bytes: number) => void): AsyncGenerator<ReadItem> {
  try {
    yield* readItems(counted(file.read(), onBytes));
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    throw faultIn(file.name, error);
  }
}

/** The error that tells the user of a fault in a file. */
export function faultIn(name: string, fault: Fault): EbbError {
  if (fault instanceof TooLargeFault) {
    return new EbbError(
      "TOO_LARGE",
      `${name}, at ${fault.place}: ${fault.what}.`,
      "Take that conversation out of the file, or make two of it with ids of their own, and import the file again. Nothing was imported.",
      fault,
    );
  }
  return importInvalid(
    `${name}, at ${fault.place}: ${fault.what}.`,
    "Mend the file there, or ask for a new export.",
    fault,
  );
}

/** The same of the bytes of a JSON file. @throws Fault */
export async function* readItems(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<ReadItem> {
  let isOurs = false;
  let hasGroupChats = false;
  let isKnown = true;
  let own: OwnExport | null = null;
  for await (const piece of jsonPieces(chunks)) {
    own ??= ownExport(piece);
    if (own) {
      const item = own.read(piece);
      if (item) yield item;
      continue;
    }
    const item = toItem(piece);
    if (item) yield item;
    else if (piece.element && (piece.key === null || piece.key === "conversations")) throw unknown(piece.path);
    else isKnown &&= piece.key !== null && members.has(piece.key);
    if (piece.key === "format") isOurs = piece.value === groupChatFormat;
    if (piece.key === "version" && Number(piece.value) > groupChatVersion) {
      throw new Fault("version", "this file was made for a newer Ebb");
    }
    hasGroupChats ||= item?.kind === "chat" && item.source === groupChatFormat;
  }
  own?.finish();
  if (hasGroupChats && !isOurs) throw new Fault("format", `"${groupChatFormat}" should stand here`);
  if (!isKnown && !isOurs && !own) throw unknown("the top");
}

/** What a file with an object at the top has beside its conversations. */
const members = new Set(["format", "version", "conversations", "account_uuid", "memory_files", "project_memories"]);

function toItem({ path, key, element, value }: Piece): ReadItem | null {
  if (!element) {
    if (key !== "conversations_memory" && key !== "project_memories") return null;
    return { kind: "memories", texts: fromClaudeMemories({ [key]: value }, "") };
  }
  if (key !== null && key !== "conversations") return null;
  if (isChatGpt(value)) return { kind: "chat", source: "chatgpt", chat: fromChatGpt(value, path) };
  if (isClaude(value)) return { kind: "chat", source: "claude", chat: fromClaude(value, path) };
  if (isGroupChat(value)) return { kind: "chat", source: groupChatFormat, chat: fromGroupChat(value, path) };
  if (isClaudeMemories(value)) return { kind: "memories", texts: fromClaudeMemories(value, path) };
  return null;
}

function unknown(place: string): Fault {
  return new Fault(place, "this is no conversation of ChatGPT, Claude or a group chat");
}

async function* counted(
  chunks: AsyncIterable<Uint8Array>,
  onBytes: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    onBytes(chunk.length);
    yield chunk;
  }
}
