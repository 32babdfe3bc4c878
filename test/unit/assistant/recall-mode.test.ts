import { describe, expect, test } from "vitest";
import { contextualQuery, replyFromMemory } from "../../../app/assistant/recall-mode/reply.ts";
import { learn } from "../../../app/memory/learn.ts";
import { recall } from "../../../app/memory/recall/recall.ts";
import type { PreviousTurn } from "../../../app/memory/retain/read.ts";
import { openTestDatabase } from "../../fixtures/database.ts";

const day = 86_400_000;
/** Monday, 5 January 2026. */
const start = Date.parse("2026-01-05T09:00:00Z");

/** A user who talks to Ebb without a chat model: a conversation for each day. */
function newUser() {
  const { store, addMessage } = openTestDatabase();
  const turns = new Map<number, PreviousTurn[]>();
  return (text: string, onDay = 0): string => {
    const previous = turns.get(onDay) ?? [];
    const at = start + onDay * day + previous.length * 1_000;
    const conversationId = `day ${onDay}`;
    const messageId = addMessage({ text, conversationId, at });
    const outcome = learn(store, {
      messageId,
      conversationId,
      text,
      role: "user",
      speaker: null,
      at,
      zone: "UTC",
      previous,
    });
    const recalled = recall(store, {
      text: contextualQuery(text, previous),
      now: at,
      limit: 8,
      excludeMessages: new Set([messageId]),
    });
    const reply = replyFromMemory({ text, at, zone: "UTC", recalled, outcome, previous });
    for (const mark of reply.cited) expect(recalled.map((item) => item.mark)).toContain(mark);
    addMessage({ text: reply.text, conversationId, role: "assistant", at });
    turns.set(onDay, [...previous, { role: "user", text, at }, { role: "assistant", text: reply.text, at }]);
    return reply.text;
  };
}

type Step = string | [onDay: number, text: string];
type Asked = [question: string, has: RegExp, lacks?: RegExp];

/** Each scenario: what is told, then what is asked on day 100, in one conversation. */
const scenarios: [about: string, told: Step[], asked: Asked[]][] = [
  [
    "a question about others' work is not taken for one about the user's health",
    ["I'm allergic to peanuts.", "My sister Mara is a nurse in Leeds."],
    [["Who works in healthcare in my family?", /./, /peanuts/]],
  ],
  [
    "a new job takes the place of the old one, which stays answerable as the past",
    ["I work as a barista at Blue Cup in Turin.", [60, "I started a new job as a pharmacist at Medika last Monday."]],
    [
      ["What do I do for a living?", /pharmacist/, /barista/],
      ["What was my job before?", /barista/, /pharmacist/],
      ["Where do I work?", /Medika/, /Blue Cup/],
    ],
  ],
  [
    "facts of two people stay apart",
    ["My daughter Ines plays handball and my son Luca collects minerals."],
    [
      ["What does my son collect?", /minerals/, /handball/],
      ["Who plays handball?", /Ines/, /minerals/],
    ],
  ],
  [
    "a follow-up goes on about somebody else",
    ["My friend Olga lives in Riga.", "My friend Bruno lives in Naples."],
    [
      ["Where does Olga live?", /Riga/, /Naples/],
      ["And Bruno?", /Naples/, /Riga/],
    ],
  ],
  [
    "a safety fact answers without sharing a word with the question",
    ["What is lupin flour? By the way, I'm allergic to lupins."],
    [["Is there any food I have to avoid?", /lupins/]],
  ],
  [
    "a correction replaces the wrong value at once",
    ["My train to Lyon leaves at 9:15 on Thursday.", "Wait, it's 9:45."],
    [["When does my train to Lyon leave?", /9:45/, /9:15/]],
  ],
  [
    "a relative date is answered as the day that it meant",
    ["My driving test is in two weeks."],
    [["When is my driving test?", /19 January 2026/]],
  ],
  [
    "what was forgotten is not answered",
    ["My alarm code is 90210.", "Could you forget my alarm code, please?"],
    [["What is my alarm code?", /don't know/, /90210/]],
  ],
  [
    "circumstances are kept apart, also in a follow-up",
    ["For breakfast I have muesli.", "For lunch I usually eat a salad."],
    [
      ["What do I eat for breakfast?", /muesli/, /salad/],
      ["And for lunch?", /salad/, /muesli/],
    ],
  ],
  [
    "a changed taste is answered as it is now",
    ["I can't stand olives.", [80, "Funny, I like olives now."]],
    [["Do I like olives?", /I like olives now/, /can't stand/]],
  ],
  [
    "what others wrote is no answer about the user",
    ["My cousin texted me: \"I'm moving to Peru and I'm allergic to shrimp.\"", "Translate this: I live in Malta."],
    [
      ["What am I allergic to?", /don't know/, /shrimp/],
      ["Where do I live?", /don't know/, /Malta|Peru/],
    ],
  ],
  [
    "a plan becomes the answer once its day has come",
    ["I live in Gdansk.", [40, "I'm moving to Krakow on 1 April."]],
    [["Where do I live now?", /Krakow/, /live in Gdansk/]],
  ],
  [
    "questions about others by what they are",
    ["My colleague Jun is left-handed, my colleague Farid is a marathon runner."],
    [["Who is left-handed?", /Jun/, /marathon/]],
  ],
  [
    "what is not known is not made up from what is",
    ["I like jazz.", "My husband's birthday is on 12 October."],
    [
      ["What is my blood type?", /don't know/, /jazz/],
      ["When is my birthday?", /don't know/, /12 October/],
    ],
  ],
];

describe("answers from memory", () => {
  test.each(scenarios)("%s", (_, told, asked) => {
    const say = newUser();
    for (const step of told) {
      if (typeof step === "string") say(step);
      else say(step[1], step[0]);
    }
    for (const [question, has, lacks] of asked) {
      const reply = say(question, 100);
      expect(reply).toMatch(has);
      if (lacks) expect(reply).not.toMatch(lacks);
    }
  });

  test("quote the user with the day", () => {
    const say = newUser();
    say("My locker number is 281.");
    expect(say("What's my locker number?", 3)).toBe("On 5 January 2026 you told me: “My locker number is 281”");
  });

  test("are the same each time", () => {
    const first = newUser();
    const second = newUser();
    for (const say of [first, second]) say("My aunt Rosa has a bakery. My uncle Emil has a garage.");
    expect(first("What does my aunt have?", 9)).toBe(second("What does my aunt have?", 9));
  });
});

describe("without a question", () => {
  test("Ebb says what it has learned and what that replaces", () => {
    const say = newUser();
    expect(say("I live in Porto.")).toBe("I'll remember that: “I live in Porto”");
    expect(say("I moved to Lisbon.", 20)).toMatch(/Lisbon.*I live in Porto/);
    expect(say("I live in Lisbon.", 30)).toMatch(/^Yes, I have that/);
  });

  test("it says what it erased, or that there was nothing", () => {
    const say = newUser();
    say("My alarm code is 90210.");
    expect(say("Forget my alarm code.")).toMatch(/erased for good/);
    expect(say("Forget my yacht.")).toMatch(/found nothing about my yacht/);
    expect(say("Forget everything.")).toMatch(/can't be taken back/);
  });

  test("it greets, and says plainly what only a model can do", () => {
    const say = newUser();
    expect(say("Hello!")).toMatch(/^Hello/);
    expect(say("Thanks a lot")).toMatch(/welcome/);
    expect(say("Suggest a hobby for me.")).toMatch(/chat model/);
    expect(say("Can you explain recursion?")).toMatch(/chat model/);
  });
});

describe("a follow-up is read with the question before it", () => {
  const saidBefore = (question: string, ...more: string[]): PreviousTurn[] =>
    [question, ...more].map((text) => ({ role: "user", text, at: 0 }));

  test.each([
    ["What do I like to drink at work?", "And in the morning?", "What do I like to drink in the morning?"],
    ["What does my sister do for a living?", "And my brother?", "What does my brother do for a living?"],
    ["Where does Olga live?", "What about Bruno?", "Where does Bruno live?"],
    ["Where do I live?", "And before?", "Where do I live before?"],
    ["Where do I work?", "And my wife?", "Where does my wife work?"],
    ["What kind of films do I like?", "And music?", "What kind of music do I like?"],
    ["My sister Mara is a nurse.", "Where does she live?", "Where does my sister Mara live?"],
    ["What is my mother's name?", "And my father's?", "What is my father's name?"],
  ])("%s %s", (before, said, query) => {
    expect(contextualQuery(said, saidBefore(before)).toLowerCase()).toBe(query.toLowerCase());
  });

  test("through several in a row", () => {
    expect(contextualQuery("And at night?", saidBefore("What do I drink at work?", "And in the morning?"))).toBe(
      "What do I drink at night?",
    );
  });

  test.each(["Who plays the cello?", "I like tea.", "When is my exam?", "No, actually it's on Friday.", "Thanks!"])(
    "but not what stands on its own: %s",
    (said) => {
      expect(contextualQuery(said, saidBefore("Where do I live?"))).toBe(said);
    },
  );
});
