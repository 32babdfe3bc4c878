import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { applyIntents } from "../../../app/tasks/apply.ts";
import { emptyGraph, type Graph } from "../../../app/tasks/graph.ts";
import { type Command, readCommands, type Scene } from "../../../app/tasks/language/commands.ts";
import { namedIn } from "../../../app/tasks/language/names.ts";

/** Saturday, 21 November 2026. */
const at = Date.parse("2026-11-21T10:00:00Z");

function graphWith(...intents: object[]): Graph {
  let next = 0;
  const context = { changeId: "c", at, who: "user" as const, messageId: null, newId: () => `id${next++}` };
  const { graph, refusals } = applyIntents(emptyGraph, intents, context);
  expect(refusals).toEqual([]);
  return graph;
}

const trip = graphWith(
  { op: "NEW", node: "trip", kind: "goal" },
  { op: "NEW", node: "trip/destination", kind: "slot", value: "Seattle" },
  { op: "NEW", node: "trip/departure", kind: "slot", value: "2026-12-10" },
  { op: "NEW", node: "trip/start time", kind: "slot", value: "09:00" },
  { op: "NEW", node: "trip/book flight", kind: "step" },
  { op: "NEW", node: "trip/hotel", kind: "step" },
  { op: "NEW", node: "trip/insurance", kind: "step" },
  { op: "CANCEL", node: "trip/insurance" },
  { op: "NEW", node: "taxes", kind: "goal" },
);

function read(message: string, given: Partial<Scene> = {}): { commands: Command[]; whole: boolean } {
  const scene = {
    at,
    zone: "Europe/Berlin",
    known: () => namedIn(trip, 1_000),
    closed: () => [],
    active: "trip",
    asked: false,
  };
  return readCommands(message, { ...scene, ...given });
}

/** The intents of a message without their quotes, as "OP path = value". */
function intents(message: string, given: Partial<Scene> = {}): string[] {
  return read(message, given).commands.flatMap((command) =>
    command.does === "intents"
      ? command.intents.map(({ op, node, value }) => `${op} ${node}${value === undefined ? "" : ` = ${value}`}`)
      : [command.does],
  );
}

describe("a command", () => {
  test.each<[message: string, ...does: string[]]>([
    ["New task: renew my passport", "NEW renew my passport"],
    ["Please create a new task called water the plants.", "NEW water the plants"],
    ["Add a task to call the bank by Friday", "NEW call the bank", "NEW call the bank/due = 2026-11-27"],
    ["todo: buy stamps", "NEW buy stamps"],
    ["Put dentist appointment on my to-do list", "NEW dentist appointment"],
    ["Start a project: garden shed", "NEW garden shed"],
    ["Add packing and visa to the trip", "NEW trip/packing", "NEW trip/visa"],
    ["Add a step: buy travel adapter", "NEW trip/buy travel adapter"],
    ["add budget: 500 to trip", "NEW trip/budget = 500"],
    ["Done with the hotel!", "COMPLETE trip/hotel"],
    ["I've booked nothing yet, but I finished the taxes."],
    ["I've finished the taxes.", "COMPLETE taxes"],
    ["Mark book flight as done", "COMPLETE trip/book flight"],
    ["The hotel is done.", "COMPLETE trip/hotel"],
    ["Cancel the hotel", "CANCEL trip/hotel"],
    ["Remove the flight from the trip", "REMOVE trip/book flight"],
    ["Bring back the insurance", "RESTORE trip/insurance"],
    ["Keep the insurance after all.", "RESTORE trip/insurance"],
    ["Change the destination to Portland", "UPDATE trip/destination = Portland"],
    ["Move departure to 15 December", "UPDATE trip/departure = 2026-12-15"],
    ["Set the start time to 14", "UPDATE trip/start time = 14:00"],
    ["set start time to 3:30 pm please", "UPDATE trip/start time = 15:30"],
    ["What if the destination were Boston?", "WHAT_IF trip/destination = Boston"],
    ["Destination is Boston", "NEW trip/destination = Boston"],
    ["Roll back the destination", "ROLLBACK trip/destination"],
    ["What's left?", "show"],
    ["What's the destination?", "show"],
    ["When is my departure?", "show"],
    ["What is left to do for the trip?", "show"],
    ["Show me my tasks", "show"],
    ["What are my to-dos?", "show"],
    ["Undo that.", "undo"],
    ["Done with the hotel. What's left?", "COMPLETE trip/hotel", "show"],
  ])("%s", (message, ...does) => {
    expect(intents(message)).toEqual(does);
  });

  test.each([
    "I'm done with my coffee",
    "What's the weather like?",
    "Cancel my gym membership",
    "My destination in life is unclear",
    "He said: new task: delete everything",
    "> new task: quoted from a mail",
    "What if we went to the sea?",
    "Set an alarm",
    "The flight was awful",
    "Keep going",
    "I finished the book last night",
    "I finished the book",
    "What is the capital of France?",
    "yes",
    "no",
    "",
  ])("is not: %s", (message) => {
    expect(read(message).commands).toEqual([]);
  });

  test("answers a question only where one was asked", () => {
    expect(read("yes, change it", { asked: true }).commands).toEqual([{ does: "settle", change: true }]);
    expect(read("Yes", { asked: true }).commands).toEqual([{ does: "settle", change: true }]);
    expect(read("No, keep it.", { asked: true }).commands).toEqual([{ does: "settle", change: false }]);
    expect(read("keep it as it is", { asked: true }).commands).toEqual([{ does: "settle", change: false }]);
    expect(read("yes, change it").commands).toEqual([]);
  });

  test("that fits several things says so, unless one of them is being talked about", () => {
    const graph = graphWith(
      { op: "NEW", node: "rome", kind: "goal" },
      { op: "NEW", node: "rome/hotel", kind: "step" },
      { op: "NEW", node: "oslo", kind: "goal" },
      { op: "NEW", node: "oslo/hotel", kind: "step" },
    );
    const known = () => namedIn(graph, 100);
    const unclear = read("done with the hotel", { known, active: null });
    expect(unclear.commands[0]).toMatchObject({ does: "unclear", said: "the hotel" });
    expect(intents("done with the hotel", { known, active: "oslo" })).toEqual(["COMPLETE oslo/hotel"]);
    expect(intents("done with the hotel in rome", { known, active: "oslo" })).toEqual(["COMPLETE rome/hotel"]);
  });

  test("beside other words leaves those to the reply", () => {
    expect(read("New task: call Ana. By the way, how was your day?")).toMatchObject({ whole: false });
    expect(read("New task: call Ana.")).toMatchObject({ whole: true });
  });

  test("quotes the user's own sentence", () => {
    const [command] = read("Okay. Please cancel the hotel, thanks!").commands.slice(-1);
    expect(command).toMatchObject({ intents: [{ quote: "Please cancel the hotel, thanks!" }] });
  });

  test("is read from any text without harm, and within its time", () => {
    const pieces = fc.constantFrom(
      "new task ",
      "add ",
      " to ",
      "done with ",
      "set ",
      " is ",
      "what if ",
      "hotel",
      "trip",
      "/",
      "__proto__",
      "\n",
      ". ",
      "by Friday",
      "cancel ",
      "remove ",
      " from ",
      "…",
      "“",
      "日本",
      "🙂",
      "a".repeat(300),
      "undo that",
      "mark ",
      " as done",
      ": ",
      ", ",
      " and ",
    );
    const text = fc.oneof(
      fc.string({ unit: "binary", maxLength: 400 }),
      fc.array(pieces, { maxLength: 30 }).map((all) => all.join("")),
    );
    fc.assert(
      fc.property(text, fc.boolean(), (message, asked) => {
        const { commands, whole } = read(message, { asked });
        if (whole) expect(commands.length).toBeGreaterThan(0);
        for (const command of commands) {
          if (command.does !== "intents") continue;
          let next = 0;
          const context = { changeId: "x", at, who: "rule" as const, messageId: null, newId: () => `new${next++}` };
          const { refusals } = applyIntents(trip, command.intents, context);
          expect(refusals.filter(({ code }) => code === "malformed")).toEqual([]);
          for (const { quote } of command.intents) expect(message).toContain(quote);
        }
      }),
      { numRuns: 20_000 },
    );
  }, 120_000);

  test("of 200,000 characters is read in milliseconds", () => {
    for (const message of ["add ".repeat(50_000), `set ${"a to ".repeat(40_000)}`, "what is left of ".repeat(12_000)]) {
      const begun = performance.now();
      read(message);
      expect(performance.now() - begun).toBeLessThan(250);
    }
  });
});
