import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Doubt, readChoice, readDoubt, writeDoubt } from "../../../app/memory/doubt.ts";
import { openTestDatabase } from "../../fixtures/database.ts";
import { conversation, day, start } from "../../fixtures/talk.ts";

const doubt: Doubt = { how: "wrong", texts: ["I live in Porto", "I love jazz", "I work at Siemens"] };
const pair: Doubt = { how: "over", texts: doubt.texts.slice(0, 2) };

describe("the question which of several memories is wrong", () => {
  test("lists them by number, and is read back as it was asked", () => {
    expect(writeDoubt(doubt).split("\n").slice(1, 3)).toEqual(["1. “I live in Porto”", "2. “I love jazz”"]);
    fc.assert(
      fc.property(
        fc.constantFrom("wrong" as const, "over" as const),
        fc.array(fc.string(), { minLength: 1, maxLength: 9 }),
        (how, said) => {
          const texts = said.map((text) => `x${text.replaceAll(/\s+/g, " ")}`.trim());
          expect(readDoubt(writeDoubt({ how, texts }))).toEqual({ how, texts });
        },
      ),
    );
  });

  test.each(["", "Which of these is wrong?", "You told me:\n1. “I live in Porto”", `${writeDoubt(doubt)} Or?`])(
    "is nothing else: %j",
    (reply) => expect(readDoubt(reply)).toBeNull(),
  );

  test.each<[string, number[], string]>([
    ["2", [1], ""],
    ["2.", [1], ""],
    ["#2", [1], ""],
    ["Number 3!", [2], ""],
    ["no. 3", [2], ""],
    ["The second one.", [1], ""],
    ["second", [1], ""],
    ["It's the 2nd one", [1], ""],
    ["the last one is wrong", [2], ""],
    ["1 and 3", [0, 2], ""],
    ["the first and the third", [0, 2], ""],
    ["1, 2, 3", [0, 1, 2], ""],
    ["All of them.", [0, 1, 2], ""],
    ["all", [0, 1, 2], ""],
    ["None.", [], ""],
    ["none of them", [], ""],
    ["The one about jazz.", [1], ""],
    ["I meant the one about where I live", [0], ""],
    ["The one about jazz is wrong.", [1], ""],
    ["the one with Siemens, please", [2], "please"],
    ["The first one, it's Lisbon.", [0], "it's Lisbon."],
    ["2: I hate jazz", [1], "I hate jazz"],
  ])("takes %j", (said, places, rest) => {
    expect(readChoice(said, doubt)).toEqual({ places, rest });
  });

  test.each([
    ["Both.", [0, 1]],
    ["both of them", [0, 1]],
    ["Neither", []],
    ["the former", [0]],
    ["the latter", [1]],
  ])("of two takes %j", (said, places) => {
    expect(readChoice(said, pair)).toEqual({ places, rest: "" });
  });

  test.each([
    "4",
    "0",
    "the ninth one",
    "2 sugars in my tea",
    "All good, thanks",
    "both my parents live in Rome",
    "The one about me",
    "the one about I",
    "the one about opera",
    "What do you mean?",
    "Never mind",
    "Second thoughts: no",
    "first of all, how are you",
    "",
    "…",
  ])("does not take %j", (said) => expect(readChoice(said, doubt)).toBeNull());

  test("whatever is said, a choice names what was listed", () => {
    const words = fc.array(
      fc.oneof(
        fc.constantFrom("the", "second", "one", "about", "jazz", "2", "and", "all", "both", ",", "no", "it's"),
        fc.string(),
      ),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(words, (said) => {
        for (const place of readChoice(said.join(" "), doubt)?.places ?? []) expect(doubt.texts[place]).toBeDefined();
      }),
      { numRuns: 20_000 },
    );
  });
});

/** Three things told, quoted together in one reply, and that denied. */
function denied(words = "That's wrong.") {
  const database = openTestDatabase();
  const { store } = database;
  const texts = ["I live in Porto", "I love jazz", "I work at Siemens"];
  const ids = texts.map((text, place) => {
    const { learned } = conversation(database, `talk-${place}`).say(`${text}.`, start);
    return learned[0]?.memoryId ?? "";
  });
  const talk = conversation(database, "asked");
  const at = start + 30 * day;
  talk.say("What do you know about me?", at);
  talk.reply({ text: `You told me:\n${texts.map((text) => `- “${text}”`).join("\n")}`, cites: ids }, at);
  const outcome = talk.say(words, at);
  if (outcome.doubt) talk.reply({ text: writeDoubt(outcome.doubt), cites: [] }, at);
  const grades = () =>
    ids.map((id) =>
      store.memories
        .reviewsOf(id)
        .map(({ grade }) => grade)
        .join(" "),
    );
  const statuses = () => ids.map((id) => store.memories.get(id)?.status);
  return { store, ids, talk, at, outcome, grades, statuses, texts };
}

describe("a denial after a reply that used several memories", () => {
  test("changes nothing but asks which of them is meant", () => {
    const { outcome, texts, statuses, grades } = denied();
    expect(outcome).toMatchObject({ denied: null, doubt: { how: "wrong", texts } });
    expect(statuses()).toEqual(["active", "active", "active"]);
    expect(grades()).toEqual(["good", "good", "good"]);
  });

  test.each<[string, (string | undefined)[], string[]]>([
    ["The second one.", ["active", "archived", "active"], ["good", "good again", "good"]],
    ["the one about jazz", ["active", "archived", "active"], ["good", "good again", "good"]],
    ["1 and 3", ["archived", "active", "archived"], ["good again", "good", "good again"]],
    ["All of them", ["archived", "archived", "archived"], ["good again", "good again", "good again"]],
    ["None.", ["active", "active", "active"], ["good", "good", "good"]],
  ])("is settled by %j", (said, statuses, grades) => {
    const world = denied();
    const { chosen } = world.talk.say(said, world.at);
    expect(chosen?.denied.map(({ text }) => text)).toEqual(
      world.texts.filter((_, place) => statuses[place] === "archived"),
    );
    expect(world.statuses()).toEqual(statuses);
    expect(world.grades()).toEqual(grades);
  });

  test("said to be over keeps what is chosen as history, ungraded", () => {
    const { talk, at, statuses, grades } = denied("That's no longer true.");
    expect(talk.say("the last one", at).chosen?.denied).toMatchObject([{ how: "over", text: "I work at Siemens" }]);
    expect(statuses()).toEqual(["active", "active", "superseded"]);
    expect(grades()).toEqual(["good", "good", "good"]);
  });

  test.each(["The first one, it's Lisbon.", "1. I live in Lisbon.", "the one about Porto: I live in Lisbon"])(
    "puts the correction of the same sentence in its place: %j",
    (said) => {
      const { store, talk, at, statuses, grades } = denied();
      const { chosen } = talk.say(said, at);
      expect(chosen?.learned).toMatchObject([{ text: "I live in Lisbon", replaced: ["I live in Porto"] }]);
      expect(statuses()).toEqual(["archived", "active", "active"]);
      expect(grades()[0]).toBe("good again");
      const [lisbon] = store.memories.inSlot("user", "home").filter(({ status }) => status === "active");
      const [evidence] = store.memories.evidenceOf([lisbon?.id ?? ""]).get(lisbon?.id ?? "") ?? [];
      expect(said).toContain(evidence?.quote);
    },
  );

  test("is left alone by an answer that tells something else, which is learned as ever", () => {
    const { talk, at, statuses } = denied();
    const outcome = talk.say("I have a dog called Bruno.", at);
    expect(outcome).toMatchObject({ chosen: null, learned: [{ text: "I have a dog called Bruno" }] });
    expect(statuses()).toEqual(["active", "active", "active"]);
  });

  test("does nothing to what was erased or changed since", () => {
    const { store, ids, talk, at, statuses } = denied();
    store.erase.memories([ids[1] ?? ""], { sources: false, at });
    expect(talk.say("2", at).chosen).toEqual({ denied: [], learned: [], none: false });
    expect(statuses()).toEqual(["active", undefined, "active"]);
  });
});
