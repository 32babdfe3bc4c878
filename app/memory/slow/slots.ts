import type { MemoryKind } from "../../contract/index.ts";

/** What is true of every memory in a slot. */
export type Slot = { kind: MemoryKind; single: boolean; importance: number; safety: boolean };

const slot = (kind: MemoryKind, single: boolean, importance: number, safety = false): Slot => ({
  kind,
  single,
  importance,
  safety,
});

/**
 * The slots that a model may fill, named as the rules name them, so that both paths of learning meet in the same one; `other` is
 * for what has none. The weights are those of the rules.
 */
export const slots = {
  name: slot("fact", true, 0.95),
  birthday: slot("fact", true, 0.9),
  age: slot("fact", true, 0.7),
  home: slot("fact", true, 0.8),
  origin: slot("fact", true, 0.7),
  nationality: slot("fact", true, 0.7),
  language: slot("fact", false, 0.6),
  job: slot("fact", true, 0.8),
  work: slot("fact", true, 0.7),
  studies: slot("fact", true, 0.6),
  "working hours": slot("fact", true, 0.5),
  "marital status": slot("fact", true, 0.75),
  "lives with": slot("fact", true, 0.6),
  religion: slot("fact", true, 0.6),
  relation: slot("relationship", false, 0.7),
  pet: slot("relationship", false, 0.6),
  allergy: slot("fact", false, 0.95, true),
  condition: slot("fact", false, 0.9, true),
  medication: slot("fact", false, 0.9, true),
  diet: slot("preference", true, 0.8),
  likes: slot("preference", false, 0.5),
  dislikes: slot("preference", false, 0.5),
  hobby: slot("preference", false, 0.5),
  skill: slot("fact", false, 0.5),
  learning: slot("fact", false, 0.5),
  has: slot("fact", false, 0.4),
  car: slot("fact", true, 0.5),
  uses: slot("fact", false, 0.4),
  project: slot("fact", false, 0.5),
  goal: slot("fact", false, 0.6),
  plan: slot("event", false, 0.55),
  event: slot("event", false, 0.5),
  routine: slot("fact", false, 0.5),
  procedure: slot("procedure", false, 0.5),
  trait: slot("fact", false, 0.5),
  other: slot("fact", false, 0.4),
} as const satisfies Record<string, Slot>;

export type SlotName = keyof typeof slots;

export const slotNames = Object.keys(slots) as SlotName[];

/** Slots in which a denial belongs to the value: "I can't stand coriander" is a dislike, not the denial of one. */
export const sayNo: ReadonlySet<SlotName> = new Set<SlotName>(["dislikes", "diet"]);
