import type {
  Memory,
  MemoryKind,
  MemoryRevision,
  MemoryStatus,
  Preference,
  Trust,
} from "../../../app/contract/index.ts";
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
  disputed: "Contradicted by another memory",
  safeguarded: "Pinned by itself, because it must not be lost",
  merged: "Tidied up: brought together with a memory that said the same",
  observed: "Noticed by Ebb",
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
  if (status === "conflict") return "Not before you have said which is right";
  return fadesAt === null ? "Never fades" : `Archived on ${fullDate(fadesAt)} if it does not come up`;
}

export const usedSentence = ({ lastUsedAt, useCount }: Pick<Memory, "lastUsedAt" | "useCount">): string =>
  lastUsedAt === null
    ? "Not used in a reply yet"
    : `${fullMoment(lastUsedAt)}, ${useCount === 1 ? "once" : `${useCount} times`} in all`;

const domainNames: Readonly<Record<string, string>> = {
  food: "Food and drink",
  travel: "Travel",
  lodging: "Places to stay",
  transport: "Getting around",
  screen: "Films and series",
  music: "Music",
  books: "Books",
  games: "Games",
  sports: "Sports",
  fitness: "Fitness",
  fashion: "Clothes",
  beauty: "Beauty and care",
  home: "Home",
  motors: "Cars",
  technology: "Technology",
  pets: "Pets",
  health: "Health",
  learning: "Learning",
  work: "Work",
  money: "Money",
  social: "Family and friends",
  hobbies: "Hobbies",
};

/** A domain of life as a heading; what is new to this window is told as it is. */
export const domainName = (domain: string): string => domainNames[domain] ?? "Other";

const certain = 0.88;
const likely = 0.6;

/** How sure Ebb is of a preference, in words. */
export function surenessName({ applied, sureness }: Pick<Preference, "applied" | "sureness">): string {
  if (applied) return sureness >= certain ? "Sure" : "Fairly sure";
  return sureness >= likely ? "A guess" : "Doubtful";
}

/** How often it came up. */
export const toldName = ({ pieces }: Pick<Preference, "pieces">): string =>
  pieces === 1 ? "said once" : pieces === 2 ? "came up twice" : `came up ${pieces} times`;
