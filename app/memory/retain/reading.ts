import type { MemoryKind } from "../../contract/index.ts";
import type { Denial } from "./denials.ts";

/**
 * How firmly something was said, which decides the first review; "inferred" is what a model read, and "supposed" what it read in a
 * sentence that is not sure itself.
 */
export type How = "remember" | "stated" | "aside" | "inferred" | "supposed";

/** One thing that a message says, ready to be reconciled with what is known. Times are ms since 1970 (UTC). */
export type Statement = {
  kind: MemoryKind;
  /** A short sentence in the user's own words that reads well on its own, its relative dates resolved in brackets. */
  text: string;
  /** "user", or whom or what it is about in lower case: "sister mara", "priya". */
  subject: string;
  /** The slot that it fills: "home", "allergy", "likes", or the noun of "my X is Y". */
  predicate: string;
  value: string;
  /** The circumstance in which it holds ("at work"), or "". */
  context: string;
  /** The span of the message that says it, verbatim. */
  quote: string;
  validFrom: number | null;
  /** At or before the message's time where it is told as something over. */
  validTo: number | null;
  /** True where a subject has one value at a time, so that a newer one replaces it. */
  single: boolean;
  /** 0 to 1. */
  importance: number;
  /** Health and identity: never fades. */
  safety: boolean;
  how: How;
  /** True for "not any more", "I don't ...": the value is denied. */
  negated: boolean;
  /** True where it sets right what was said before, as opposed to a world that changed. */
  correction: boolean;
  /** The value that it takes the place of, where the message names it ("March 5th, not March 3rd"). */
  instead: string | null;
};

/** What is to be forgotten: a topic, what was said last, or everything. */
export type ForgetRequest = { what: "topic"; about: string } | { what: "last" } | { what: "everything" };

export type Reading = {
  statements: Statement[];
  forget: ForgetRequest | null;
  /** Where it denies what was just said without repeating it: how. */
  denial: Denial | null;
  /** True where it opens by saying that something was not right. */
  disputes: boolean;
  /** Lower-cased names and things that its statements mention, for what comes up again. */
  mentions: string[];
};

/** A turn before the message, oldest first in a list. */
export type PreviousTurn = { role: "user" | "assistant" | "other"; text: string; at: number };

/** When and where a message was said, and what came before it. */
export type Circumstances = {
  /** ms since 1970 (UTC). */
  at: number;
  /** IANA zone or offset ("+02:00"); an unknown one counts as UTC. */
  zone: string;
  previous: readonly PreviousTurn[];
};
