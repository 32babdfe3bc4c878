import type { ReadOptions, ReminderCommand } from "./read.ts";
import { findTimeWords } from "./time-words.ts";
import { groupsOf, whenOf } from "./when.ts";

const lead =
  "^(?:[\\s,]|\\b(?:please|hey|ok|okay|ebb|and|now|actually|no|not now|can you|could you|would you|will you|just)\\b[,\\s]*)*";

const snooze = new RegExp(
  `${lead}(?:snooze\\b(?:\\s+(?:that|it|this|them|all|(?:the|my|this|that)\\s+(?:reminder|alarm|one)))?|remind me\\s+(?:(?:about|of)\\s+(?:that|it|this)\\s+)?(?:again|later)\\b)`,
  "i",
);
const cancel = new RegExp(
  `${lead}(?:cancel|delete|remove|clear|stop|drop|kill|forget|get rid of|turn off|switch off|disable)\\s+(all(?:\\s+of)?\\b)?\\s*(?:(?:my|the|that|this|a|any|every)\\s+)?(.{0,80}?)\\b(reminders?|alarms?|timers?)\\b(?:\\s+(?:about|for|to|of|at|on|regarding|that says)\\s+(.+?))?[\\s.!?]*$`,
  "i",
);
const stop = new RegExp(
  `${lead}(?:(?:stop|quit)\\s+reminding\\s+me(?:\\s+(?:to|about|of)\\s+(.+?))?|(?:do not|don['’]?t|no need to|never)\\s+remind\\s+me\\s+(?:to\\s+(.+?)|(?:about|of)\\s+(.+?)\\s+any\\s?more))(?:\\s+any\\s?more|\\s+again)?[\\s.!?]*$`,
  "i",
);
const list = new RegExp(
  `${lead}(?:(?:what|which)(?:['’]s|\\s+are|\\s+is)?(?:\\s+(?:all|of|my|the|your|active|open|upcoming|next|current))*\\s+reminders?\\b|(?:show|list|tell|give|read)(?:\\s+(?:me|all|of|my|the|out|every|active|open|upcoming|current|about))*\\s+reminders?\\b|(?:do|have)\\s+i\\s+(?:have|got|set)?\\s*(?:any|a|some)?\\s*(?:upcoming\\s+|open\\s+)?reminders?\\b|(?:are\\s+there\\s+)?any\\s+(?:upcoming\\s+)?reminders?\\b|my\\s+reminders?[\\s?.!]*$)`,
  "i",
);
/** "Which reminders did you give me" asks about what has been. */
const past = /\b(?:did|was|were|had|yesterday|ago|last)\b/i;

/** A sentence about reminders that are there already, or null. */
export function readAboutReminders(sentence: string, { now, zone }: ReadOptions): ReminderCommand | null {
  const put = snooze.exec(sentence);
  if (put) return readSnooze(sentence.slice(put[0].length), put[0], now, zone);
  const stopped = stop.exec(sentence);
  if (stopped) return { kind: "cancel", about: topic(stopped[1] ?? stopped[2] ?? stopped[3]), all: false };
  const dropped = cancel.exec(sentence);
  if (dropped) {
    const [, everything, before, thing = "", after] = dropped;
    const about = topic([before, after].filter(Boolean).join(" "));
    const all = about === null && (everything !== undefined || thing.toLowerCase().endsWith("s"));
    return { kind: "cancel", about, all };
  }
  return list.test(sentence) && !past.test(sentence) ? { kind: "list" } : null;
}

/** Null where something follows that is not a time: then it is a new reminder, or none at all. */
function readSnooze(rest: string, command: string, now: number, zone: string): ReminderCommand | null {
  const found = findTimeWords(rest, { now, zone }, true);
  const [group] = groupsOf(rest, found);
  const left = group ? rest.slice(0, group.start) + rest.slice(group.end) : rest;
  if (!/^(?:[\s,.!?]|\b(?:for|until|till|by|a bit|a little|please|longer|more|later|thanks)\b)*$/i.test(left))
    return null;
  // "Remind me again" says to, but not when; "snooze" has its usual length.
  if (!group) return { kind: "snooze", until: /\blater$/i.test(command) ? now + 3_600_000 : null };
  const when = whenOf(group.parts, { now, zone });
  if (typeof when === "string" || when.recurrence) return null;
  return { kind: "snooze", until: when.at };
}

function topic(words: string | undefined): string | null {
  const about = (words ?? "")
    .replace(/^(?:about|for|to|of|my|the|that|this|next|last)\s+/i, "")
    .replace(/['’]s?\s*$/, "")
    .trim();
  return about === "" || /^(?:it|that|this|one|last|next)$/i.test(about) ? null : about;
}
