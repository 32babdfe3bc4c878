import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readReminder, readReminderWords } from "../../../app/tasks/reminders/read.ts";
import { confirmation, question } from "../../../app/tasks/reminders/say.ts";

const zone = "Europe/Berlin";
/** Saturday, 21 November 2026, four in the afternoon in Berlin. */
const now = Date.parse("2026-11-21T15:00:00Z");
const read = (text: string, asked: string | null = null) => readReminder(text, { now, zone, asked });

/** "what @ local time", with how it comes round. */
function told(text: string): string {
  const command = read(text);
  if (command?.kind !== "add") return JSON.stringify(command);
  const { what, at, recurrence } = command;
  const local = new Date(at + 3_600_000).toISOString().slice(0, 16).replace("T", " ");
  return `${what} @ ${local}${recurrence ? ` ${recurrence.every}${"days" in recurrence ? ` ${recurrence.days}` : ""}` : ""}`;
}

describe("a command to remind is read with its time", () => {
  test.each([
    ["remind me to call mum tomorrow at 9", "call mum @ 2026-11-22 09:00"],
    ["Please remind me to take the pizza out in 12 min", "take the pizza out @ 2026-11-21 16:12"],
    ["wake me up at 6", "Alarm @ 2026-11-22 06:00"],
    ["remind me in 20 minutes", "Reminder @ 2026-11-21 16:20"],
    ["set a reminder for Friday 3pm: dentist", "dentist @ 2026-11-27 15:00"],
    ["Reminder: dentist on Friday at 3pm", "dentist @ 2026-11-27 15:00"],
    ["Can you remind me to send the report on Friday?", "send the report @ 2026-11-27 09:00"],
    ["In 10 minutes remind me to check the oven.", "check the oven @ 2026-11-21 16:10"],
    ["remind me in an hour and a half to leave", "leave @ 2026-11-21 17:30"],
    ["remind me on 24.12.2026 at 18:00 to light the tree", "light the tree @ 2026-12-24 18:00"],
    ["remind me on December 3rd at noon to send the gift", "send the gift @ 2026-12-03 12:00"],
    ["set a timer for 10 minutes", "Timer @ 2026-11-21 16:10"],
    ['remind me to read "War and Peace" tomorrow at 8pm', 'read "War and Peace" @ 2026-11-22 20:00'],
    ["remind me a week from Friday to check in", "check in @ 2026-12-04 09:00"],
  ])("%s", (text, wanted) => expect(told(text)).toBe(wanted));
});

describe("what comes round", () => {
  test.each([
    ["remind me every weekday at 8:30 to take my pills", "take my pills @ 2026-11-23 08:30 weekday"],
    ["remind me on the 1st of every month to pay rent", "pay rent @ 2026-12-01 09:00 month"],
    ["every Monday at 10 remind me about the standup", "the standup @ 2026-11-23 10:00 week 1"],
    ["remind me every Tuesday and Thursday at 7pm to go to the gym", "go to the gym @ 2026-11-24 19:00 week 2,4"],
    ["set a daily reminder at 8 to take vitamins", "take vitamins @ 2026-11-22 08:00 day"],
    ["remind me every month on the 31st at 18:00 to check the meter", "check the meter @ 2026-11-30 18:00 month"],
    ["remind me every weekday to stretch at 15:00", "stretch @ 2026-11-23 15:00 weekday"],
  ])("%s", (text, wanted) => expect(told(text)).toBe(wanted));

  test("what reminders cannot do is asked about instead of being done wrong", () => {
    for (const text of [
      "remind me every other week to mow the lawn",
      "remind me every hour to stretch",
      "remind me to take my pills at 8 and 20",
    ]) {
      expect(read(text), text).toMatchObject({ kind: "ask", missing: "unknown" });
    }
  });
});

describe("what is missing is taken as it mostly is, and said", () => {
  const said = (text: string): string => {
    const command = read(text);
    return command?.kind === "add" ? confirmation(command, now) : command?.kind === "ask" ? question(command) : "";
  };
  test.each([
    [
      "remind me tomorrow to call Tom",
      "I'll remind you tomorrow, Sunday 22 November, at 09:00: call Tom. You named no exact time, so tell me if another suits you better.",
    ],
    [
      "remind me at 3 to call Tom",
      "I'll remind you tomorrow, Sunday 22 November, at 15:00: call Tom. I took that for the afternoon.",
    ],
    ["remind me at 9 to call Tom", "I'll remind you tomorrow, Sunday 22 November, at 09:00: call Tom."],
    ["remind me today at 9 to call Tom", "I'll remind you today at 21:00: call Tom."],
    ["remind me on Saturday at 18:00 to call Tom", "I'll remind you today at 18:00: call Tom."],
    [
      "remind me every Monday at 10 to call Tom",
      "I'll remind you every Monday at 10:00, first on Monday 23 November: call Tom.",
    ],
    ["remind me to call Tom", "When should I remind you: call Tom?"],
    ["remind me today at 14:00 to call Tom", "That time has passed already. When should I remind you?"],
    ["remind me on 31 February to call Tom", "When should I remind you: call Tom?"],
    [
      "remind me tomorrow",
      "I'll remind you tomorrow, Sunday 22 November, at 09:00: Reminder. You named no exact time, so tell me if another suits you better.",
    ],
  ])("%s", (text, wanted) => expect(said(text)).toBe(wanted));

  test("a time alone is the answer where Ebb has asked for it, and nothing else is", () => {
    expect(read("tomorrow at 9", "call Tom")).toMatchObject({
      kind: "add",
      what: "call Tom",
      at: Date.parse("2026-11-22T08:00Z"),
    });
    expect(read("in 10 minutes please", "call Tom")).toMatchObject({ kind: "add", at: now + 600_000 });
    expect(read("What is the weather tomorrow?", "call Tom")).toBeNull();
    expect(read("tomorrow at 9")).toBeNull();
  });
});

describe("where the time stands decides what it belongs to", () => {
  test.each([
    ["remind me tomorrow to book the flight for Friday", "book the flight for Friday @ 2026-11-22 09:00"],
    ["remind me to prepare for Monday's meeting on Sunday at 8pm", "prepare for Monday's meeting @ 2026-11-22 20:00"],
    ["remind me tomorrow to book a table at 8", "book a table at 8 @ 2026-11-22 09:00"],
    ["I have to pay the gas bill. Remind me about it tomorrow.", "pay the gas bill @ 2026-11-22 09:00"],
    ["I have a meeting with Bob on Monday at 3pm. Remind me.", "a meeting with Bob @ 2026-11-23 15:00"],
  ])("%s", (text, wanted) => expect(told(text)).toBe(wanted));
});

test("questions about what was said, quotations, conditions and other people's reminders are no commands", () => {
  for (const text of [
    "can you remind me what I said about the trip?",
    "remind me what my sister's name is",
    "Remind me of the name of my dentist",
    "remind me when the meeting tomorrow at 9 begins",
    "remind me my sister's name",
    "remind me about the standup",
    "did I remind you to buy milk tomorrow?",
    "Did you remind me about the dentist at 9?",
    'How do you say "remind me to call mum tomorrow at 9" in German?',
    "Translate: remind me to call mum tomorrow",
    "He wrote: remind me tomorrow at 9 to call",
    "> remind me tomorrow at 9 to call",
    "If it rains tomorrow, remind me to bring an umbrella",
    "What if I asked you to remind me tomorrow at 9?",
    "My mom always reminds me at 9 to eat",
    "She asked me to remind her tomorrow",
    "Please remind my wife tomorrow to call",
    "don't remind me",
    "I set a reminder for Friday",
    "The reminder for Friday is gone",
    "How do I set a reminder for tomorrow?",
    "I hate it when you remind me to sleep at 10",
    "The alarm went off at 7",
    "",
  ]) {
    expect(read(text), text).toBeNull();
  }
});

test("reminders that are there are put off, cancelled and listed", () => {
  expect(read("snooze that for 10 minutes")).toEqual({ kind: "snooze", until: now + 600_000 });
  expect(read("Snooze")).toEqual({ kind: "snooze", until: null });
  expect(read("snooze until tomorrow morning")).toEqual({ kind: "snooze", until: Date.parse("2026-11-22T08:00Z") });
  expect(read("remind me again in an hour")).toEqual({ kind: "snooze", until: now + 3_600_000 });
  expect(read("cancel the reminder about the dentist")).toEqual({ kind: "cancel", about: "dentist", all: false });
  expect(read("please delete my dentist reminder")).toEqual({ kind: "cancel", about: "dentist", all: false });
  expect(read("stop reminding me to drink water")).toEqual({ kind: "cancel", about: "drink water", all: false });
  expect(read("cancel that reminder")).toEqual({ kind: "cancel", about: null, all: false });
  expect(read("cancel all my reminders")).toEqual({ kind: "cancel", about: null, all: true });
  for (const text of [
    "what reminders do I have?",
    "Do I have any reminders?",
    "list my reminders",
    "show me my reminders",
  ]) {
    expect(read(text), text).toEqual({ kind: "list" });
  }
});

test('in a field, "remind me to" may be left out', () => {
  const field = (words: string) => readReminderWords(words, { now, zone });
  expect(field("call mum tomorrow at 9")).toMatchObject({ kind: "add", what: "call mum" });
  expect(field("tomorrow at 9 call mum")).toMatchObject({ kind: "add", what: "call mum" });
  expect(field("remind me tomorrow to call mum")).toMatchObject({ kind: "add", what: "call mum" });
  expect(field("call mum")).toEqual({ kind: "ask", what: "call mum", missing: "when" });
  expect(field("tomorrow")).toEqual({ kind: "ask", what: null, missing: "what" });
});

const words = fc.constantFrom(
  ...`remind me to about that of reminder reminders set a an the every each day week month weekday monday fri tuesdays and on at in by for
  tomorrow today tonight next this 9 8:30 25:61 3pm 12am 1st 31st 31 february december 2026-02-30 24.12. 1/2/3 minutes hours half
  quarter past to six snooze cancel all my what do i have can you please wake up alarm timer until again later noon midnight morning
  evening call mum 's ? ! . , : — " “ ” > \` \u0000 \uFFFC 🍰 999999 0 -1 1.5 yearly other last end`.split(/\s+/),
);
const text = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.array(words, { minLength: 1, maxLength: 14 }).map((list) => `remind me ${list.join(" ")}`),
  },
  { weight: 2, arbitrary: fc.array(words, { maxLength: 14 }).map((list) => list.join(" ")) },
  fc.array(words, { maxLength: 8 }).map((list) => list.join("")),
  fc.tuple(words, fc.string({ unit: "binary", maxLength: 80 }), words).map((list) => `remind me ${list.join(" ")}`),
);

test("whatever a text says, it is read within 5 ms on average, and a reminder is one that can be kept", () => {
  let spent = 0;
  let runs = 0;
  let reminders = 0;
  fc.assert(
    fc.property(
      text,
      fc.integer({ min: 0, max: Date.UTC(2100, 0, 1) }),
      fc.constantFrom("UTC", zone, "Asia/Kolkata", "Pacific/Apia", "no/where"),
      fc.option(fc.constant("call Tom")),
      (said, at, where, asked) => {
        const began = performance.now();
        const command = readReminder(said, { now: at, zone: where, asked });
        readReminderWords(said, { now: at, zone: where });
        spent += performance.now() - began;
        runs += 1;
        if (command?.kind !== "add") return;
        reminders += 1;
        expect(command.at).toBeGreaterThan(at);
        expect(Number.isSafeInteger(command.at)).toBe(true);
        expect(command.what.trim()).not.toBe("");
        expect(command.what.isWellFormed()).toBe(true);
        expect(confirmation(command, at)).not.toMatch(/NaN|undefined|Invalid/);
      },
    ),
    { numRuns: 20_000 },
  );
  expect(spent / runs).toBeLessThan(5);
  expect(reminders).toBeGreaterThan(1_000);
});

test("a long message takes no longer than a short one", () => {
  for (const part of [
    "remind me every ",
    "in 5 days and 3 ",
    "remind me at 9 at 9 ",
    "on mondays, tuesdays and ",
    "snooze that ",
    "cancel my reminder ",
  ]) {
    const long = part.repeat(20_000);
    const began = performance.now();
    readReminder(long, { now, zone });
    readReminderWords(long.slice(0, 1_000), { now, zone });
    expect(performance.now() - began, part).toBeLessThan(300);
  }
});
