import type { z } from "zod";
import {
  type EverythingRow,
  type EverythingTable,
  everythingFormat,
  everythingRows,
  everythingVersion,
  portableSettings,
} from "./everything.ts";
import { Fault } from "./fault.ts";
import { formatName, formatVersion } from "./format.ts";
import type { Piece } from "./json-pieces.ts";
import type { ReadItem } from "./read-chats.ts";

/** A file that Ebb itself has exported, as it is read. */
export type OwnExport = {
  /** @throws Fault */
  read: (piece: Piece) => ReadItem | null;
  /** @throws Fault where something is missing at the end */
  finish: () => void;
};

/** The tables that each of our formats has: everything, or memories alone as earlier exports had them. */
const formats: Readonly<Record<string, { version: number; tables: readonly EverythingTable[] }>> = {
  [everythingFormat]: { version: everythingVersion, tables: Object.keys(everythingRows) as EverythingTable[] },
  [formatName]: { version: formatVersion, tables: ["memories"] },
};

/** The reader of the file that the piece begins, where it begins with one of our formats; else null. */
export function ownExport({ key, element, value }: Piece): OwnExport | null {
  if (key !== "format" || element || typeof value !== "string" || !Object.hasOwn(formats, value)) return null;
  const format = formats[value];
  if (!format) return null;
  const seen = new Set<string>(["format"]);
  /** How far in the order of the tables it has come: rows refer to those of the tables before. */
  let reached = 0;
  return {
    read(piece) {
      if (piece.key === "format" && seen.size === 1 && !piece.element) return null;
      const { path } = piece;
      if (piece.key === null) throw new Fault(path, "this is no export of Ebb's");
      if (!piece.element) {
        if (seen.has(piece.key)) throw new Fault(path, "this stands here a second time");
        seen.add(piece.key);
        return member(piece, format.version);
      }
      const place = format.tables.indexOf(piece.key as EverythingTable);
      if (place < 0) throw new Fault(path, "this is no part of an export of Ebb's");
      if (place < reached) throw new Fault(path, `"${piece.key}" should stand before "${format.tables[reached]}"`);
      reached = place;
      if (!seen.has("version")) throw new Fault(path, '"version" should stand before this');
      const table = format.tables[place] as EverythingTable;
      const row = parsed<EverythingRow["row"]>(everythingRows[table], piece.value, path);
      return { kind: "row", path, table, row } as ReadItem;
    },
    finish() {
      if (!seen.has("version")) throw new Fault("version", "a number should stand here");
    },
  };
}

/** Something beside the tables. @throws Fault */
function member({ key, value, path }: Piece, known: number): ReadItem | null {
  switch (key) {
    case "version":
      if (!Number.isInteger(value)) throw new Fault(path, "a number should stand here");
      if (Number(value) > known) throw new Fault(path, "this file was made for a newer Ebb");
      return null;
    case "exportedAt":
      if (!Number.isInteger(value)) throw new Fault(path, "a time should stand here");
      return null;
    case "settings":
      return { kind: "settings", settings: parsed(portableSettings, value, path) };
    default:
      throw new Fault(path, "this is no part of an export of Ebb's");
  }
}

function parsed<Value>(schema: z.ZodType<unknown>, value: unknown, path: string): Value {
  const result = schema.safeParse(value);
  if (result.success) return result.data as Value;
  const [issue] = result.error.issues;
  const within = (issue?.path ?? [])
    .map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`))
    .join("");
  throw new Fault(`${path}${within}`, issue ? said(issue) : "this is not as expected");
}

/** What is wrong, without what stands there. */
function said(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return `this should be ${issue.expected === "null" ? "empty" : `a ${issue.expected}`}`;
    case "unrecognized_keys":
      return "there is a field here that Ebb does not know";
    case "too_big":
      return "this is larger than it can be";
    case "too_small":
      return "this is smaller than it can be";
    default:
      return "this is not as expected";
  }
}
