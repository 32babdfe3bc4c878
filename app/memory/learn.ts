import type { Passage } from "../storage/erase.ts";
import { type Answered, type Chosen, type Denied, denyAnswered, denyChosen, reviewCited } from "./answered.ts";
import { type Doubt, readChoice, readDoubt } from "./doubt.ts";
import { forgetAbout } from "./forget-about.ts";
import { type Reconciled, reconcile, reinforce } from "./reconcile.ts";
import { type PreviousTurn, readMessage, type Statement } from "./retain/read.ts";
import type { ForgetRequest } from "./retain/reading.ts";
import { identityNouns } from "./retain/rules/identity.ts";
import { contentStems } from "./retain/words.ts";
import type { MemoryStore } from "./store.ts";

/** A message to learn from. It must be stored already. */
export type Heard = {
  messageId: string;
  conversationId: string;
  text: string;
  role: "user" | "other";
  /** Who said it, where not the user. */
  speaker: string | null;
  /** ms since 1970 (UTC). */
  at: number;
  /** IANA zone or offset. */
  zone: string;
  /** The turns before it, oldest first. */
  previous: readonly PreviousTurn[];
  /** The reply that it follows in its conversation, where it follows one. */
  answered?: Answered | null;
  /** True for what was said to another assistant: it asks nothing of Ebb. */
  imported?: boolean;
};

export type Learned = Reconciled;

/** What came of a request to forget: how much was erased. */
export type Forgot = { request: ForgetRequest; memories: number; messages: number };

export type Outcome = {
  learned: Learned[];
  forgot: Forgot | null;
  /** The memory that the message said is not true, or not any more, without saying what is. */
  denied: Denied | null;
  /** Several memories of which the message said so: which, is to be asked. */
  doubt: Doubt | null;
  /** What came of its answer to such a question. */
  chosen: Chosen | null;
  /** Statements left out because the user has had the same erased before. */
  withheld: number;
};

/** Mentions looked up in one message. */
const mentionLimit = 8;
/** Memories with the words of a mention that are looked at, the newest; what stands in more tells nothing. */
const namedLimit = 50;

/**
 * Learns from a message by rules, in one transaction: its statements are reconciled with what is known, what comes up again
 * and what the reply before it used unopposed is reinforced, what it denies is put away, and a command to forget erases at once, words and all. What was erased before is learned again only on an
 * explicit "remember".
 */
export function learn(store: MemoryStore, heard: Heard): Outcome {
  const outcome: Outcome = { learned: [], forgot: null, denied: null, doubt: null, chosen: null, withheld: 0 };
  const reply = heard.previous.at(-1)?.text ?? "";
  const asked = heard.role === "user" && heard.answered ? readDoubt(reply) : null;
  const choice = asked && readChoice(heard.text, asked);
  if (asked && choice) {
    outcome.chosen = store.transaction(() => denyChosen(store, asked, choice, heard));
    return outcome;
  }
  const reading = readMessage(heard.text, heard);
  return store.transaction(() => {
    if (reading.forget && heard.role === "user" && !heard.imported)
      outcome.forgot = forget(store, reading.forget, heard);
    const texts = new Set<string>();
    for (const statement of reading.statements) {
      const told = heard.role === "user" ? statement : asTold(statement, heard.speaker);
      // One sentence that fills two slots ("I work at Siemens as an engineer") is kept once, under the first.
      if (!told || texts.has(told.text)) continue;
      texts.add(told.text);
      if (told.how !== "remember" && store.erase.erasedAt(told) !== null) outcome.withheld++;
      else outcome.learned.push(reconcile(store, told, heard));
    }
    if (heard.role !== "user") return outcome;
    cameUpAgain(store, reading.mentions, heard, outcome.learned);
    if (!heard.answered || outcome.forgot) return outcome;
    if (reading.denial && outcome.learned.length === 0) {
      const made = denyAnswered(store, heard.answered, { how: reading.denial, reply, ...heard });
      if (made) Object.assign(outcome, made);
    }
    if (!reading.disputes) reviewCited(store, heard.answered, heard);
    return outcome;
  });
}

/** What somebody else says of themselves is about them; what they ask of Ebb counts for nothing. */
export function asTold(statement: Statement, speaker: string | null): Statement | null {
  if (speaker === null || statement.kind === "instruction") return null;
  const name = speaker.toLowerCase();
  const subject = statement.subject === "user" ? name : `${name}'s ${statement.subject}`;
  return { ...statement, subject, text: `${speaker}: ${statement.text}` };
}

/** Memories of other conversations whose value is named again: entity and attribute come up together. */
function cameUpAgain(store: MemoryStore, mentions: readonly string[], heard: Heard, learned: readonly Learned[]): void {
  const touched = new Set(learned.map(({ memoryId }) => memoryId));
  for (const mention of mentions.slice(0, mentionLimit)) {
    const stems = contentStems(mention);
    if (stems.length === 0) continue;
    const named = store.search
      .memoriesWithAll(mention.split(" "), namedLimit)
      .filter((row) => isSubset(stems, contentStems(row.value)));
    for (const row of [...named, ...store.memories.inSlot("user", mention)]) {
      if (row.status !== "active" || touched.has(row.id)) continue;
      touched.add(row.id);
      const words = store.memories.evidenceOf([row.id]).get(row.id) ?? [];
      if (words.some(({ conversationId }) => conversationId === heard.conversationId)) continue;
      reinforce(store, row, "good", "came up again", heard.at);
    }
  }
}

function isSubset(part: readonly string[], whole: readonly string[]): boolean {
  const has = new Set(whole);
  return part.every((word) => has.has(word));
}

function forget(store: MemoryStore, request: ForgetRequest, heard: Heard): Forgot {
  // To lose everything on one sentence is too much; the panel asks first.
  if (request.what === "everything") return { request, memories: 0, messages: 0 };
  if (request.what === "last") return { request, ...forgetLast(store, heard) };
  const slots = slotsOf(request.about);
  const ids = slots.flatMap((predicate) => store.memories.inSlot("user", predicate)).map(({ id }) => id);
  const bySlot = ids.length === 0 ? none : store.erase.memories(ids, { sources: true, at: heard.at });
  const byWords = forgetAbout(store, { about: request.about, now: heard.at, exceptMessageId: heard.messageId });
  // "Forget that I live in Porto" says it once more.
  const repeats =
    /^(?:i|we|my .+|our .+|he|she|they|it|\p{Lu}\S*) (?:am|is|are|was|were|have|has|had|'m|[\p{L}]+(?:ed|s)|live|work|like|love|hate)\b/u.test(
      request.about,
    );
  if (repeats) {
    const passages: Passage[] = [{ messageId: heard.messageId, quote: request.about }];
    store.erase.memories([], { sources: true, at: heard.at, passages });
  }
  return { request, memories: bySlot.memories + byWords.memories, messages: bySlot.messages + byWords.messages };
}

const none = { memories: 0, messages: 0 };

/** The slots that a topic names by itself: "my address", "where I live". */
function slotsOf(about: string): string[] {
  const topic = about
    .toLowerCase()
    .replace(/^(?:my|our)\s+/, "")
    .trim();
  if (/^where (?:i|we) live$|^home$/.test(topic)) return ["home", "address"];
  if (/^where (?:i|we) work$/.test(topic)) return ["work", "workplace"];
  if (/^address$/.test(topic)) return ["address", "home"];
  if (/^job$/.test(topic)) return ["job", "work"];
  const predicate = identityNouns[topic]?.predicate;
  return predicate === undefined ? [] : [predicate];
}

/** The statement made last in this conversation, or the memory that the last reply quoted. */
function forgetLast(store: MemoryStore, heard: Heard): { memories: number; messages: number } {
  const quoted =
    heard.previous.at(-1)?.role === "assistant" ? quotedMemories(store, heard.previous.at(-1)?.text ?? "") : [];
  const said = heard.previous.findLast((turn) => turn.role === "user");
  if (!said) return none;
  const stated = readMessage(said.text, { at: said.at, zone: heard.zone, previous: [] }).statements.length > 0;
  if (!stated && quoted.length > 0) return store.erase.memories(quoted, { sources: true, at: heard.at });
  const turns = store.search
    .turnsWithAll(contentWords(said.text))
    .filter(({ text, createdAt }) => text === said.text && createdAt === said.at);
  if (turns.length === 0) return none;
  const ids = turns
    .flatMap(({ id }) => store.memories.evidenceFrom([id]).get(id) ?? [])
    .map(({ memoryId }) => memoryId);
  const passages = turns.map(({ id, text }) => ({ messageId: id, quote: text }));
  return store.erase.memories([...new Set(ids)], { sources: true, at: heard.at, passages });
}

function quotedMemories(store: MemoryStore, reply: string): string[] {
  const ids: string[] = [];
  for (const [, quote = ""] of reply.matchAll(/“([^”]{3,600})”/g)) {
    const words = contentWords(quote);
    for (const row of store.search.memoriesWithAll(words)) if (row.text === quote) ids.push(row.id);
  }
  return ids;
}

/** A few words by which a text can be found again. */
function contentWords(text: string): string[] {
  return (text.match(/[\p{L}\p{N}]+/gu) ?? []).slice(0, 12);
}
