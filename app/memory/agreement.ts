import type { MemoryRow } from "../storage/memories.ts";
import type { Statement } from "./retain/reading.ts";
import { contentStems, stem } from "./retain/words.ts";
import type { MemoryStore } from "./store.ts";

/** Predicates that say the contrary of the same value. */
const contrary: Readonly<Record<string, readonly string[]>> = {
  likes: ["dislikes"],
  drinks: ["dislikes"],
  eats: ["dislikes", "diet"],
  dislikes: ["likes", "drinks", "eats"],
  diet: ["eats"],
};

/** True for what is held to be true, or is only faded. */
export function isKnown(row: MemoryRow): boolean {
  return row.status !== "superseded" && !(row.status === "archived" && row.validTo !== null);
}

/** True for what the user said or confirmed, as opposed to what was made out. */
export function isExplicit({ trust }: Pick<MemoryRow, "trust">): boolean {
  return trust === "user" || trust === "confirmed";
}

/** Of a statement, what decides what it can't hold beside. */
export type Claim = Pick<
  Statement,
  "subject" | "predicate" | "value" | "context" | "negated" | "single" | "correction" | "instead"
>;

/**
 * What is known and can't hold beside the statement: another value in a slot of one, the same value denied, the contrary said of
 * the same thing, or what it names as replaced. `slot` is what is known in its own slot.
 */
export function opposed(store: MemoryStore, statement: Claim, slot: readonly MemoryRow[]): MemoryRow[] {
  const { subject } = statement;
  const value = statement.value.replace(/^not /, "");
  const found = slot.filter((row) => {
    if (statement.instead !== null && statement.correction && agrees(row.value, statement.instead)) return true;
    if (statement.negated || row.value.startsWith("not ")) {
      if (agrees(row.value.replace(/^not /, ""), value)) return !agrees(row.value, statement.value);
    }
    return statement.single && rivals(row, statement);
  });
  for (const predicate of contrary[statement.predicate] ?? []) {
    for (const row of store.memories.inSlot(subject, predicate).filter(isKnown)) {
      const told = row.value.replace(/^no /, "");
      if (
        agrees(told, value.replace(/^no /, "")) &&
        // What is said of one circumstance is no word against what holds otherwise.
        (row.context === statement.context || statement.context === "")
      ) {
        if (isContrary(row, statement)) found.push(row);
      }
    }
  }
  if (statement.predicate === "has" && statement.negated) found.push(...possessions(store, subject, value));
  return [...new Set(found)];
}

/** What the subject has by that name, in whatever slot: "sold the Clio" and "sold my car" end what "I drive a Clio" began. */
function possessions(store: MemoryStore, subject: string, value: string): MemoryRow[] {
  const named = store.search
    .memoriesWithAll(value.match(/[\p{L}\p{N}]+/gu) ?? [])
    .filter((row) => agrees(row.value, value));
  return [...named, ...store.memories.inSlot(subject, value.toLowerCase())].filter(
    (row) =>
      row.subject === subject && row.status === "active" && row.kind !== "event" && !row.value.startsWith("not "),
  );
}

/** True where both can't hold at once in a slot of one value. */
export function rivals(row: MemoryRow, statement: Pick<Claim, "context" | "value">): boolean {
  if (row.context !== statement.context || agrees(row.value, statement.value)) return false;
  // "no pork" and "vegetarian" are both a diet, and go together.
  return row.predicate !== "diet" || /^no /.test(row.value) === /^no /.test(statement.value);
}

/** Coffee with milk is not contrary to disliking milk in general: only what is said of the very same thing is. */
function isContrary(row: MemoryRow, statement: Claim): boolean {
  if (statement.predicate === "diet" || row.predicate === "diet") {
    return statement.value.startsWith("no ") !== row.value.startsWith("no ");
  }
  return true;
}

const denial = /\b(?:no|not|never|stop|don't|without|avoid)\b/i;
/** What is wished or supposed is not what is. */
const supposed = /\b(?:want|wish|hope|plan|may|might|would|could|should|if|used to)\b/i;

/** True where two values say the same, one perhaps in more detail. */
export function agrees(one: string, other: string): boolean {
  if (one.startsWith("not ") !== other.startsWith("not ")) return false;
  if (denial.test(one) !== denial.test(other) || supposed.test(one) !== supposed.test(other)) return false;
  if (!sameCount(one, other)) return false;
  const first = stemsOf(one);
  const second = stemsOf(other);
  if (first.length === 0 || second.length === 0) return one.trim().toLowerCase() === other.trim().toLowerCase();
  const [short, long] = first.length <= second.length ? [first, second] : [second, first];
  const has = new Set(long);
  return (
    short.every((word) => has.has(word)) &&
    (short.length === long.length || !names(long === first ? one : other, short))
  );
}

const saysOne = /\b(?:one|1)\b/i;
const saysMore = /\b(?:two|three|four|five|six|seven|eight|nine|ten|[2-9]|\d{2,})\b/i;

/** False for one of a kind and several of them. */
function sameCount(one: string, other: string): boolean {
  if (saysOne.test(one) === saysOne.test(other)) return true;
  return !saysMore.test(saysOne.test(one) ? other : one);
}

/** True where the words name another thing in the longer value: hiking is not what hiking boots are, nor tea a tea towel. */
function names(longer: string, short: readonly string[]): boolean {
  const words = longer.match(/[\p{L}\p{N}][\p{L}\p{N}'’-]*|[^\s\p{L}\p{N}]/gu) ?? [];
  const last = words.findLastIndex((word) => short.includes(stem(word)));
  const next = words[last + 1];
  if (last < 0 || next === undefined || !/^\p{Ll}/u.test(next)) return false;
  return (
    contentStems(next).length > 0 &&
    !/^(?:in|on|at|with|from|since|near|called|named|every|twice|once|without)$|ly$/.test(next)
  );
}

/** The stems of values compared lately: a slot of thousands is compared as a whole with each statement. */
const comparedLately = new Map<string, readonly string[]>();
const keptStems = 10_000;

/** The stems by which values are compared; the words themselves where all of them are small ones. */
export function stemsOf(value: string): readonly string[] {
  const known = comparedLately.get(value);
  if (known) return known;
  const stems = contentStems(value);
  const compared = stems.length > 0 ? stems : value.toLowerCase().split(/\s+/).filter(Boolean);
  if (comparedLately.size >= keptStems) comparedLately.clear();
  comparedLately.set(value, compared);
  return compared;
}
