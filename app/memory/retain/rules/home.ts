import { bare, fact, isProper, type Rule } from "./draft.ts";

const home = { importance: 0.8, single: true } as const;

/** A place without what follows it: "Lisbon with my wife" is Lisbon. */
function place(rest: string): string {
  return bare(
    rest.replace(
      /\s+(?:with (?:my|our|two|three|a)|by myself|on my own|alone|together|near (?:the|my)|these days|now|most of)\b.*$/i,
      "",
    ),
  );
}

const live: Rule = ({ rest, phrase }) => {
  const where =
    /^(?:(?:alone|together|abroad|currently|happily)\s+)?(in|on|near|at|by|outside|close to|just outside) (.+)$/i.exec(
      rest,
    );
  if (where) {
    const value = place(where[2] ?? "");
    if (/^(?:peace|fear|hope|the moment|the past|debt|silence|harmony)\b/i.test(value)) return null;
    return fact("home", /^in$/i.test(where[1] ?? "") ? value : `${where[1]?.toLowerCase()} ${value}`, home);
  }
  if (/^(?:here|there)$/i.test(rest)) return null;
  const withWhom = /^(?:together )?with (.+)$/i.exec(rest);
  if (withWhom) return fact("lives with", bare(withWhom[1] ?? ""), { importance: 0.6, single: true });
  if (/^(?:alone|by myself|on my own)$/i.test(rest))
    return fact("lives with", "nobody, lives alone", { importance: 0.6, single: true, negated: false });
  return phrase.tense === "present" && isProper(rest) ? fact("home", place(rest), home) : null;
};

const move: Rule = ({ rest, phrase }) => {
  const to = /\b(?:to|into) (?!(?:a new|an?|my new|another) (?:flat|apartment|house|place|office)\b)(.+)$/i.exec(rest);
  if (!to) {
    const within = /^(?:in with (.+)|in(?:to)? (an? .+)|house|out)$/i.exec(rest);
    if (within?.[1]) return fact("lives with", bare(within[1]), { importance: 0.6, single: true });
    return within ? [{ kind: "event", predicate: "move", value: `moved ${rest}`, importance: 0.5 }] : null;
  }
  const value = place((to[1] ?? "").replace(/\s+from\s+.+$/i, ""));
  if (/^(?:the next|another|next|bed|tears)\b/i.test(value)) return null;
  if (phrase.modal !== null) return null;
  return fact("home", value, home);
};

const grow: Rule = ({ rest }) => {
  const up = /^up (?:in|on|near) (.+)$/i.exec(rest);
  if (up) return fact("origin", place(up[1] ?? ""), { importance: 0.7, single: true });
  return /^up\b/i.test(rest) || rest === "" ? null : fact("grows", bare(rest), { importance: 0.4 });
};

const marry: Rule = ({ rest, phrase, date }) => {
  if (phrase.tense === "future" || phrase.progressive) {
    return [
      {
        kind: "event",
        predicate: "wedding",
        value: `${rest} ${date?.words ?? ""}`.trim(),
        importance: 0.75,
        single: true,
      },
    ];
  }
  return fact("marital status", rest === "" ? "married" : `married ${bare(rest)}`, { importance: 0.75, single: true });
};

const getStatus: Rule = (clause) => {
  const changed = /^(married|engaged|divorced)\b(?: to (.+))?/i.exec(clause.rest);
  if (!changed) return null;
  if (clause.phrase.tense === "future" || clause.phrase.progressive) return marry({ ...clause, rest: "" });
  const who = changed[2] ? ` to ${bare(changed[2])}` : "";
  return fact("marital status", `${(changed[1] ?? "").toLowerCase()}${who}`, { importance: 0.75, single: true });
};

const breakUp: Rule = ({ rest }) => {
  const who = /^up(?: with (.+))?$/i.exec(rest);
  return who
    ? fact("marital status", `broke up${who[1] ? ` with ${bare(who[1])}` : ""}`, { importance: 0.7, single: true })
    : null;
};

/** Rules for home and family state, by the verb that they read. */
export const homeRules: Readonly<Record<string, readonly Rule[]>> = {
  live: [live],
  reside: [live],
  stay: [({ rest, date }) => (date ? [{ kind: "event", predicate: "stay", value: rest, importance: 0.5 }] : null)],
  move: [move],
  relocate: [move],
  settle: [
    ({ rest }) =>
      /^(?:down )?in /i.test(rest) ? fact("home", place(rest.replace(/^(?:down )?in /i, "")), home) : null,
  ],
  grow: [grow],
  get: [getStatus],
  marry: [marry],
  divorce: [() => fact("marital status", "divorced", { importance: 0.75, single: true })],
  break: [breakUp],
  split: [breakUp],
};
