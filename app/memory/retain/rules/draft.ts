import type { MemoryKind } from "../../../contract/index.ts";
import type { FoundDate } from "../../../language/dates.ts";
import type { How } from "../reading.ts";
import type { Subject } from "../subject.ts";
import type { VerbPhrase } from "../verb-phrase.ts";

/** A clause ready for the rules. */
export type Clause = {
  subject: Subject;
  phrase: VerbPhrase;
  /** What follows the verb in the user's own characters, without date, circumstance and fillers. */
  rest: string;
  date: FoundDate | null;
  /** "" where there is none. */
  context: string;
};

/** What a rule makes of a clause; the reader adds text, quote, subject and times. */
export type Draft = {
  kind: MemoryKind;
  predicate: string;
  value: string;
  /** One value at a time; false where not given. */
  single?: boolean;
  importance: number;
  safety?: boolean;
  how?: How;
  /** Another subject than the clause's. */
  subject?: string;
  /** Instead of the clause's own words. */
  text?: string;
  instead?: string;
  /** False where the circumstance is part of the value. */
  contextual?: boolean;
  /** Overrides the denial read from the verb: "dislikes" of "do not like" is no denial. */
  negated?: boolean;
};

export type Rule = (clause: Clause) => Draft[] | null;

/** A fact of the usual weight. */
export function fact(predicate: string, value: string, more: Partial<Draft> = {}): Draft[] {
  return [{ kind: "fact", predicate, value, importance: 0.5, ...more }];
}

/** A value without its article, its trailing clause and punctuation. */
export function bare(value: string): string {
  return value
    .replace(/\s*(?:,\s*)?\b(?:which|who|because|although|though|but|so that|and (?:i|we|it|she|he|they))\b.*$/i, "")
    .replace(/^(?:an?|the|some|my|our)\s+/i, "")
    .replace(/[\s,;:.!?-]+$/, "")
    .replace(/^["'“‘](.+)["'”’]$/, "$1")
    .trim();
}

/** True where the text begins with a capital: a name or a place. */
export function isProper(value: string): boolean {
  return /^\p{Lu}/u.test(value);
}
