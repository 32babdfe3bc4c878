import type { Memory, MemoryKind, MemoryRevision, MemoryStatus, Trust } from "../../../app/contract/index.ts";
import { fullDate, fullMoment } from "../../ui/format.ts";

export const kindNames: Record<MemoryKind, string> = {
  fact: "Fact",
  event: "Event",
  preference: "Preference",
  instruction: "Instruction",
  relationship: "Relationship",
  procedure: "Procedure",
  observation: "Observation",
};

export const statusNames: Record<MemoryStatus, string> = {
  active: "Active",
  provisional: "Unsure",
  conflict: "In conflict",
  superseded: "Replaced",
  archived: "Archived",
};

export const trustNames: Record<Trust, string> = {
  user: "You said it",
  confirmed: "You confirmed it",
  inferred: "Ebb inferred it",
  assistant: "Ebb said it",
};

export const causeNames: Record<MemoryRevision["cause"], string> = {
  learned: "Learned",
  confirmed: "Confirmed",
  superseded: "Replaced",
  added: "Added by hand",
  edited: "Edited",
  pinned: "Pinning changed",
  deleted: "Deleted",
  imported: "Imported",
  undone: "Change undone",
  archived: "Archived, because it had faded",
  restored: "Restored",
  denied: "Put away: you said it is not so",
  safeguarded: "Pinned by itself, because it must not be lost",
};

const strong = 0.8;
const steady = 0.6;

/** Retrievability in a word. */
export function strengthName(retrievability: number): "strong" | "steady" | "fading" {
  if (retrievability >= strong) return "strong";
  return retrievability >= steady ? "steady" : "fading";
}

export function fadesSentence({ fadesAt, status }: Pick<Memory, "fadesAt" | "status">): string {
  if (status === "archived") return "Archived: replies no longer use it";
  if (status === "superseded") return "Kept as history";
  return fadesAt === null ? "Never fades" : `Archived on ${fullDate(fadesAt)} if it does not come up`;
}

export const usedSentence = ({ lastUsedAt, useCount }: Pick<Memory, "lastUsedAt" | "useCount">): string =>
  lastUsedAt === null
    ? "Not used in a reply yet"
    : `${fullMoment(lastUsedAt)}, ${useCount === 1 ? "once" : `${useCount} times`} in all`;
