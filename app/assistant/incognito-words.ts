import { readRemember } from "../memory/retain/commands.ts";
import { readMessage } from "../memory/retain/read.ts";
import { readCommands } from "../tasks/language/commands.ts";
import { readReminder } from "../tasks/reminders/read.ts";
import type { Recollection } from "./answer.ts";
import { askedWords } from "./conversation-text.ts";
import { plainPrompt } from "./prompt.ts";
import { readQuestion } from "./recall-mode/question.ts";

/** The title of every incognito chat: what is said in it must not get into titles of windows, which browsers keep. */
export const incognitoTitle = "Incognito chat";

const notKept =
  "This is an incognito chat, so I don't keep that: nothing said here is remembered. To have me remember it, say it in an ordinary chat or add it under Memory.";
const notForgotten =
  "This is an incognito chat: from here I neither read nor change what I remember. To have something forgotten, say so in an ordinary chat or delete it under Memory.";
const notPlanned =
  "This is an incognito chat, so I keep no tasks or reminders from it. Say that in an ordinary chat or add it under Tasks.";
const notRecalled =
  "Nothing can be recalled here: an incognito chat doesn't use what I remember. Ask in an ordinary chat.";
const noModel = "For anything else I need a chat model: choose one under Models.";

/** The recollection of an incognito chat: it reads nothing, and says so where something of the memory is asked for. */
export const nothingRemembered: Recollection = {
  recall: async () => ({ found: [], rejected: [] }),
  system: () => plainPrompt,
  answer: (_ports, { message }) => ({ text: withoutModel(askedWords(message.text)), cited: [] }),
  remark: aboutMemory,
};

/** What is said of a command to remember, to forget, or about tasks; `whole` where the text is nothing but such commands. */
function aboutMemory(text: string): { text: string; whole: boolean } | null {
  const sentences = sentencesOf(text);
  if (asksToPlan(text)) return { text: notPlanned, whole: sentences.length === 1 };
  const asksToKeep = sentences.filter((sentence) => readRemember(sentence) !== null);
  if (asksToKeep.length > 0) return { text: notKept, whole: asksToKeep.length === sentences.length };
  const { forget, statements } = read(text);
  if (forget) return { text: notForgotten, whole: sentences.length === 1 };
  return statements.some(({ how }) => how === "remember") ? { text: notKept, whole: sentences.length === 1 } : null;
}

function withoutModel(text: string): string {
  const said = aboutMemory(text);
  if (said) return said.text;
  const { asks, everything } = readQuestion(text);
  if (asks || everything) return `${notRecalled} ${noModel}`;
  return read(text).statements.length > 0
    ? notKept
    : `Nothing you say in this chat is kept, and I don't use what I remember. ${noModel}`;
}

/** True for a plain command that would begin a task or a reminder. */
function asksToPlan(text: string): boolean {
  if (readReminder(text, { now: 0, zone: "UTC" })) return true;
  const nothing = (): never[] => [];
  const { commands } = readCommands(text, {
    at: 0,
    zone: "UTC",
    known: nothing,
    closed: nothing,
    active: null,
    asked: false,
  });
  return commands.some(({ does }) => does === "intents");
}

function read(text: string): ReturnType<typeof readMessage> {
  return readMessage(text, { at: 0, zone: "UTC", previous: [] });
}

/** Sentences with "don't" written out, as commands are read. */
function sentencesOf(text: string): string[] {
  return text
    .replaceAll(/\bdon['’]?t\b/gi, "do not")
    .split(/(?<=[.!?])\s+|\n+/)
    .map((sentence) => sentence.trim())
    .filter((sentence) => sentence !== "");
}
