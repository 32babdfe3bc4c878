import type { Outcome } from "../../memory/learn.ts";
import type { Recalled } from "../../memory/recall/recall.ts";
import type { PreviousTurn } from "../conversation-text.ts";
import { chooseAnswers } from "./choose.ts";
import { contextualQuery, readWish } from "./question.ts";

/** What an answer from memory is made of. */
export type RecallModeInput = {
  text: string;
  /** ms since 1970 (UTC). */
  at: number;
  zone: string;
  recalled: readonly Recalled[];
  /** What learning made of the message, or null where nothing was to be learned. */
  outcome: Outcome | null;
  previous: readonly PreviousTurn[];
  /** What Ebb always keeps in mind about the user. */
  profile: readonly string[];
};

const longestQuote = 400;
const modelHint = "Choose a chat model under Models and I can do that too.";

/**
 * The reply when there is no model: says what was kept or forgotten, answers questions by quoting the user's own words with their
 * dates, and says plainly what it does not know. Deterministic; it never says anything that the user did not.
 */
export function replyFromMemory(input: RecallModeInput): { text: string; cited: string[] } {
  const { text, recalled, outcome } = input;
  const wish = readWish(text);
  const said = acknowledge(outcome);
  if (wish === "about-me") return aboutMe(input);
  if (wish === "question" || (wish === "request" && said === "")) {
    const query = contextualQuery(text, input.previous);
    // A turn that Ebb was merely told is weaker than a memory, and only answers what memories do not.
    const answers = wish === "question" ? chooseAnswers(query, recalled) : [];
    const answer = answers.length > 0 ? quote(answers, input) : unknown(wish);
    return { text: join(said, answer), cited: answers.map((item) => item.mark) };
  }
  if (said !== "") return { text: said, cited: [] };
  if (wish === "greeting") return { text: "Hello! Tell me something to remember, or ask me what I know.", cited: [] };
  if (wish === "thanks") return { text: "You're welcome.", cited: [] };
  return {
    text: `I've kept what you wrote in this conversation. I can't say more about it without a chat model. ${modelHint}`,
    cited: [],
  };
}

function acknowledge(outcome: Outcome | null): string {
  if (!outcome) return "";
  const { learned, forgot, withheld } = outcome;
  if (forgot?.request.what === "everything") {
    return "I won't erase everything on one sentence. The memory panel does it, and shows first what will go: type /memory.";
  }
  if (forgot) {
    return forgot.memories + forgot.messages > 0
      ? "Done. I've erased that, with the words it came from. It is gone for good."
      : "I found nothing about that to forget.";
  }
  if (learned.some(({ change }) => change === "updated")) return "Got it. I've updated what I remember.";
  if (learned.some(({ change }) => change === "new")) return "Got it, I'll remember that.";
  if (learned.length > 0) return "I remember that. Thanks for saying it again.";
  if (withheld > 0)
    return "You had me erase this before, so I haven't kept it. Say “remember that …” if you want me to.";
  return "";
}

function quote(answers: readonly Recalled[], { at, zone }: RecallModeInput): string {
  const quotes = answers.map((item) => {
    const words = item.text.length > longestQuote ? `${item.text.slice(0, longestQuote)}…` : item.text;
    const speaker = item.speaker === null ? "You told me" : `${item.speaker} said`;
    const until =
      item.memory?.status === "superseded" && item.memory.validTo !== null
        ? `, until ${day(item.memory.validTo, at, zone)}`
        : "";
    return { lead: `${speaker} ${day(item.saidAt, at, zone)}${until}`, words: `“${words}” [${item.mark}]` };
  });
  const [only] = quotes;
  if (quotes.length === 1 && only) return `${only.lead}: ${only.words}`;
  return quotes.map(({ lead, words }) => `- ${lead}: ${words}`).join("\n");
}

function aboutMe({ profile, recalled, at, zone }: RecallModeInput): { text: string; cited: string[] } {
  const memories = recalled.filter((item) => item.source === "memory");
  if (profile.length === 0 && memories.length === 0) {
    return { text: "Nothing yet. Tell me about yourself, and I'll remember it.", cited: [] };
  }
  const lines = profile.map((line) => `- ${line}`);
  const more = memories
    .filter((item) => !profile.some((line) => line.includes(item.text)))
    .map((item) => `- “${item.text}” (${day(item.saidAt, at, zone)}) [${item.mark}]`);
  return {
    text: `Here is what you've told me:\n\n${[...lines, ...more].join("\n")}\n\nEverything I remember is in the memory panel: type /memory.`,
    cited: memories.map((item) => item.mark),
  };
}

function unknown(wish: "question" | "request"): string {
  if (wish === "request")
    return `That needs a chat model; without one I only remember and answer from memory. ${modelHint}`;
  return "I don't know that: you haven't told me anything about it that I remember.";
}

function join(...parts: string[]): string {
  return parts.filter((part) => part !== "").join("\n\n");
}

/** "today", "yesterday", or "on 20 February 2026", by the user's calendar. */
function day(at: number, now: number, zone: string): string {
  const calendar = (instant: number): string => new Intl.DateTimeFormat("en-CA", { timeZone: zone }).format(instant);
  if (calendar(at) === calendar(now)) return "today";
  if (calendar(at) === calendar(now - 86_400_000)) return "yesterday";
  return `on ${new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeZone: zone }).format(at)}`;
}
