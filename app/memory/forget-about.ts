import type { Erased, Passage } from "../storage/erase.ts";
import { sentencesOf } from "../storage/redact.ts";
import { emojiOf } from "../storage/scripts.ts";
import { distinctiveWords } from "./recall/query.ts";
import type { MemoryStore } from "./store.ts";

/** A sentence that goes on about the one before it. */
const goesOn = /^["'“‘(]*(?:it|it's|its|that|that's|this|these|those|they|they're|he|he's|she|she's)\b/i;

/**
 * Erases what was said about something ("my bank PIN hint"): the memories and reminders whose text has all of its distinctive words, the
 * words they came from, and the sentences of people's messages that have them all, with those that go on about it.
 * Questions stay, and so does the message of `exceptMessageId`, the command itself. Nothing goes where no distinctive word
 * is left to look for. `now` in ms. May run inside a transaction; `eraseDue` then cleans backups and log.
 */
export function forgetAbout(
  store: MemoryStore,
  command: { about: string; now: number; exceptMessageId?: string },
): Erased {
  const words = [...distinctiveWords(command.about), ...emojiOf(command.about)];
  if (words.length === 0) return { memories: 0, messages: 0 };
  const memories = store.search.memoriesWithAll(words);
  const terms = new Set(store.search.terms(words.join(" ")));
  const passages: Passage[] = store.search
    .turnsWithAll(words)
    .filter(({ id }) => id !== command.exceptMessageId)
    .flatMap(({ id, text }) => passagesAbout(store, text, terms).map((quote) => ({ messageId: id, quote })));
  const reminders = store.reminders.texts().filter(({ text }) => terms.isSubsetOf(new Set(store.search.terms(text))));
  if (memories.length + passages.length + reminders.length === 0) return { memories: 0, messages: 0 };
  return store.erase.memories(
    memories.map(({ id }) => id),
    { sources: true, at: command.now, passages, reminders: reminders.map(({ id }) => id) },
  );
}

/** The statements of a text that have all of the terms, each with the sentences that go on about it. */
function passagesAbout(store: MemoryStore, text: string, terms: ReadonlySet<string>): string[] {
  const sentences = sentencesOf(text).map(({ start, end }) => text.slice(start, end).trim());
  const found: string[] = [];
  let inside = false;
  for (const sentence of sentences) {
    const isAbout = !sentence.endsWith("?") && terms.isSubsetOf(new Set(store.search.terms(sentence)));
    inside = isAbout || (inside && goesOn.test(sentence));
    if (inside) found.push(sentence);
  }
  return found;
}
