import { relationOf } from "../people.ts";
import { type Subject, wordsOfSubject } from "../subject.ts";
import { belongingRules } from "./belongings.ts";
import type { Clause, Draft, Rule } from "./draft.ts";
import { happening, plan } from "./events.ts";
import { generalHabit, habitRules } from "./habits.ts";
import { healthRules } from "./health.ts";
import { homeRules } from "./home.ts";
import { beIdentity } from "./identity.ts";
import { tasteRules } from "./tastes.ts";
import { aboutThing } from "./things.ts";
import { workRules } from "./work.ts";

const ruleBooks: readonly Readonly<Record<string, readonly Rule[]>>[] = [
  healthRules,
  tasteRules,
  workRules,
  homeRules,
  habitRules,
  belongingRules,
];

/** What the rules make of a clause; the first that knows it wins. */
export function draftsOf(clause: Clause): Draft[] {
  const { subject, phrase } = clause;
  const parts = clause.rest.split(/,\s+/);
  if (
    phrase.verb === "be" &&
    phrase.tense === "present" &&
    !phrase.negated &&
    parts.length > 1 &&
    subject.type !== "thing"
  ) {
    // "I'm Nadia, 29, from Tunis": each part is told by itself.
    const told = parts.map((rest) =>
      draftsOf({ ...clause, rest }).map((draft) => ({ ...draft, text: `${beginning(subject)} ${rest}` })),
    );
    if (told.filter((drafts) => drafts.length > 0).length > 1) return told.flat();
  }
  if (subject.type === "thing" || subject.type === "other") {
    const made = makesSomeoneIll(clause);
    return made ?? aboutThing(clause) ?? [];
  }
  if (phrase.modal !== "must") {
    for (const book of ruleBooks) {
      for (const rule of book[phrase.verb] ?? []) {
        const drafts = rule(clause);
        if (drafts && drafts.length > 0) return isToCome(clause, drafts) ? (plan(clause) ?? drafts) : drafts;
      }
    }
    if (phrase.verb === "be") {
      const drafts = beIdentity(clause);
      if (drafts) return drafts;
    }
    const drafts = generalHabit(clause);
    if (drafts && clause.date === null) return drafts;
  }
  // Of people who are only named, what happened to them is kept, but not what anyone may say of the world.
  const planned = plan(clause);
  if (planned) return planned;
  return (isOfUsersWorld(subject) ? happening(clause) : null) ?? [];
}

/** "I'm" or "My sister Mara is". */
function beginning({ type, tokens, plural }: Subject): string {
  if (type === "self") return plural ? "We are" : "I am";
  return `${wordsOfSubject(tokens)} ${plural ? "are" : "is"}`;
}

/** A fact that is only planned is an event until its day. */
function isToCome({ phrase, date }: Clause, drafts: readonly Draft[]): boolean {
  if (date === null || drafts.some((draft) => draft.kind === "event" || draft.predicate === "home")) return false;
  return (
    phrase.tense === "future" ||
    (phrase.progressive &&
      date.start > 0 &&
      /^(?:start|begin|join|leave|quit|get|buy|marry|adopt|retire)$/.test(phrase.verb))
  );
}

function makesSomeoneIll(clause: Clause): Draft[] | null {
  for (const rule of healthRules[clause.phrase.verb] ?? []) {
    const drafts = /^(?:make|give)$/.test(clause.phrase.verb) ? rule(clause) : null;
    if (drafts) return drafts;
  }
  return null;
}

function isOfUsersWorld(subject: Subject): boolean {
  return (
    subject.type === "self" ||
    subject.relation !== null ||
    relationOf(subject.key.split(" ")[0] ?? "") !== null ||
    subject.type === "person"
  );
}
