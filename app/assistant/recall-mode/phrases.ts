import type { Chosen, Denied } from "../../memory/answered.ts";
import type { Forgot, Learned, Outcome } from "../../memory/learn.ts";
import type { Candidate } from "./candidates.ts";
import type { Question } from "./question.ts";

const model = "A chat model would add that: choose one under Models.";

/** What was learned, in a sentence or a short list; "" for nothing. */
export function acknowledge({ learned, withheld }: Outcome): string {
  const lines = learned.map(learnedLine);
  if (withheld > 0) {
    lines.push("You had me forget that before, so I don't keep it. Say “remember that …” if you want me to.");
  }
  const [only] = lines;
  if (only === undefined) return "";
  if (lines.length === 1) return only;
  return `Noted:\n${learned.map((item) => `- ${quote(item.text)}${suffix(item)}`).join("\n")}`;
}

/** What came of "that's wrong" and "not any more". */
export function reportDenial({ text, how }: Denied): string {
  if (how === "over") return `All right, that is over: ${quote(text)}. I keep it as history.`;
  return `All right, I no longer go by this: ${quote(text)}. It is archived; you can restore it in Memory.`;
}

/** What came of an answer to "which of these?". */
export function reportChoice({ denied, learned, none }: Chosen): string {
  if (none) return "Good, then all of that stands.";
  const lines = [...denied.map(reportDenial), ...learned.map(learnedLine)];
  return lines.length > 0 ? lines.join("\n") : "That is gone already: I go by none of it.";
}

function learnedLine(item: Learned): string {
  if (item.change === "confirmed") return `Yes, I have that: ${quote(item.text)}`;
  if (item.change === "unsure") {
    return `Noted: ${quote(item.text)} It does not go with what you told me before; you can say which is right.`;
  }
  if (item.change === "updated") return `Updated: ${quote(item.text)}${suffix(item)}`;
  return `I'll remember that: ${quote(item.text)}`;
}

function suffix({ replaced, change }: Learned): string {
  if (replaced.length > 0) return ` Until now I had: ${replaced.map(quote).join(", ")}`;
  return change === "confirmed" ? " (I had that already.)" : "";
}

/** What came of a command to forget. */
export function reportForgetting({ request, memories, messages }: Forgot): string {
  if (request.what === "everything") {
    return "I don't erase everything on one sentence, because it can't be taken back. Open Memory and delete there what has to go; deleting a conversation takes what it taught me with it.";
  }
  if (memories === 0 && messages === 0) {
    return request.what === "topic"
      ? `I found nothing about ${request.about} to forget.`
      : "I found nothing to forget. Tell me what it was about.";
  }
  const kept =
    memories === 0
      ? "the words you said about it"
      : memories === 1
        ? "1 memory and the words it came from"
        : `${memories} memories and the words they came from`;
  return `Done: ${kept} ${memories === 0 ? "are" : memories === 1 ? "is" : "are"} erased for good.`;
}

/** The quoted answer, with the days on which it was said. */
export function answer(chosen: readonly Candidate[], question: Question, zone: string): string {
  const [only] = chosen;
  if (!only) return "";
  if (chosen.length === 1) {
    const until = only.past && only.validTo !== null ? ` That was so until about ${day(only.validTo, zone)}.` : "";
    return `On ${day(only.saidAt, zone)} you told me: ${quote(only.text)}${until}`;
  }
  const head = question.everything && question.people.length === 0 ? "This is what I know about you:" : "You told me:";
  return `${head}\n${chosen.map((item) => `- ${quote(item.text)} (${day(item.saidAt, zone)})`).join("\n")}`;
}

/** What is known that suggestions had better mind, where no model can make them. */
export function bearingOn(known: readonly Candidate[], zone: string): string {
  const lines = known.map((item) => `- ${quote(item.text)} (${day(item.saidAt, zone)})`);
  return `I can't look anything up or suggest anything without a chat model, but I remember:\n${lines.join("\n")}`;
}

/** A short answer to a greeting or thanks, or null where the text is more than that. */
export function chitChat(text: string): string | null {
  const words = text
    .toLowerCase()
    .replaceAll(/[^\p{L}\s']/gu, " ")
    .trim()
    .replaceAll(/\s+/g, " ");
  if (/^(?:hi|hello|hey|hiya|good (?:morning|afternoon|evening))(?: there| ebb| again)*$/.test(words)) {
    return "Hello! Tell me something to remember, or ask me what you told me.";
  }
  if (/^(?:many )?(?:thanks|thank you|thx|cheers)(?: (?:a lot|so much|very much|ebb|again|for .{1,40}))*$/.test(words))
    return "You're welcome.";
  if (/^(?:bye|goodbye|see you|good night)(?: later| ebb| tomorrow)*$/.test(words))
    return "See you. I keep what you told me.";
  if (/^(?:ok|okay|great|nice|cool|perfect|sure|fine|yes|no|yeah|got it|i see|all right|alright)$/.test(words))
    return "All right.";
  return null;
}

/** For what only a model can do. */
export function needsModel(text: string): string {
  return /^(?:\p{L}|\p{N})/u.test(text.trim())
    ? `I have kept what you said. I can't do more with it without a chat model: I only remember what you tell me and answer from it. ${model}`
    : `I can't read that without a chat model. ${model}`;
}

/** Said plainly where memory has no answer. */
export function nothingKnown(question: Question, text: string): string {
  if (question.everything) {
    return question.people.length > 0
      ? "You haven't told me anything about that yet."
      : "You haven't told me anything about yourself yet. Whatever you tell me, I keep.";
  }
  const personal =
    question.aboutUser &&
    !/\b(?:can|could|should|shall) (?:i|we|you)\b|\bhow (?:do|can|should|would)\b|\bsuggest|\brecommend/i.test(text);
  return personal || question.people.length > 0
    ? "I don't know that: you haven't told me, or I can't find it."
    : `You haven't told me anything that answers this. ${model}`;
}

function quote(text: string): string {
  return `“${text}”`;
}

function day(at: number, zone: string): string {
  const options = { day: "numeric", month: "long", year: "numeric" } as const;
  try {
    return new Intl.DateTimeFormat("en-GB", { ...options, timeZone: zone }).format(at);
  } catch {
    return new Intl.DateTimeFormat("en-GB", { ...options, timeZone: "UTC" }).format(at);
  }
}
