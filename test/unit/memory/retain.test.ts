import { describe, expect, test } from "vitest";
import { type Circumstances, readMessage, type Statement } from "../../../app/memory/retain/read.ts";

/** Monday, 1 June 2026, 10:00. */
const at = Date.parse("2026-06-01T10:00:00Z");

function circumstances(...said: string[]): Circumstances {
  return { at, zone: "UTC", previous: said.map((text) => ({ role: "user", text, at: at - 60_000 })) };
}

const read = (text: string, ...said: string[]) => readMessage(text, circumstances(...said));

/** What a message states, as "subject | predicate = value @ context". */
const told = (text: string, ...said: string[]): string[] => read(text, ...said).statements.map(shortly);

function shortly({ subject, predicate, value, context }: Statement): string {
  return `${subject} | ${predicate} = ${value}${context === "" ? "" : ` @ ${context}`}`;
}

describe("statements about oneself", () => {
  test.each<[said: string, ...facts: string[]]>([
    ["My name is Jonas and I'm 34 years old.", "user | name = Jonas", "user | age = 34"],
    ["I'm Nadia, 29, from Tunis.", "user | name = Nadia", "user | age = 29", "user | origin = Tunis"],
    ["I live in Ghent and work from home.", "user | home = Ghent", "user | workplace = from home"],
    ["We've just relocated from Seville to Utrecht.", "user | home = Utrecht"],
    ["I work as a nurse at St Mary's hospital.", "user | job = nurse", "user | work = St Mary's hospital"],
    ["I got promoted to team lead!", "user | job = team lead"],
    ["I was diagnosed with asthma in 2019.", "user | condition = asthma"],
    ["I have a severe shellfish allergy.", "user | allergy = shellfish"],
    ["Just so you know: latex gives me a rash.", "user | allergy = latex"],
    ["I take metformin 500 mg twice a day.", "user | medication = metformin 500 mg twice a day"],
    ["I don't eat pork.", "user | diet = no pork"],
    ["I hate onions but I love garlic.", "user | dislikes = onions", "user | likes = garlic"],
    ["At work I drink coffee, black.", "user | drinks = coffee, black @ at work"],
    [
      "In summer I cycle to work, in winter I take the tram.",
      "user | commute = cycle to work @ in summer",
      "user | commute = take tram @ in winter",
    ],
    ["My favourite colour is green.", "user | favourite colour = green"],
    ["My car's registration number is AB12 CDE.", "user | car registration number = AB12 CDE"],
    ["I bought a Volvo V60.", "user | car = Volvo V60"],
    ["my name is ana and i live in quito", "user | name = ana", "user | home = quito"],
  ])("%s", (said, ...facts) => {
    expect(told(said)).toEqual(facts);
  });
});

describe("statements about others", () => {
  test.each<[said: string, ...facts: string[]]>([
    ["My sister Mara is a nurse in Leeds.", "sister mara | job = nurse in Leeds"],
    ["Mara got promoted to ward manager!", "mara | job = ward manager"],
    [
      "My colleague Priya is vegan and hates early meetings.",
      "colleague priya | diet = vegan",
      "colleague priya | dislikes = early meetings",
    ],
    ["My brother Tom, who lives in York, is a vet.", "brother tom | job = vet", "brother tom | home = York"],
    ["My sister's birthday is on 3 May.", "sister | birthday = on 3 May"],
    ["My uncle Emil repairs clocks.", "uncle emil | repair = clocks"],
    ["I have a daughter, Mila, who is 7.", "daughter mila | relation = daughter Mila", "daughter mila | age = 7"],
    ["My wife and I live in Bonn.", "user | home = Bonn"],
  ])("%s", (said, ...facts) => {
    expect(told(said)).toEqual(facts);
  });

  test("go on with whom the message before was about", () => {
    expect(told("She has two cats.", "My sister lives in Oslo.")).toEqual(["sister | pet = two cats"]);
    expect(read("She has two cats.", "My sister lives in Oslo.").statements[0]?.text).toBe("My sister has two cats");
  });
});

describe("nothing is taken as a fact from", () => {
  test.each([
    "Do you know where I live?",
    "Am I allergic to nuts?",
    "If I had money I would move to Hawaii.",
    "I wish I lived in Rome.",
    "I might move to Berlin.",
    "I want to learn Spanish.",
    "My boss thinks I'm lazy.",
    "She told me that I am a genius.",
    'My neighbour wrote in his blog: "I live in Zurich and I hate dogs."',
    "Translate this into French: I live in Zurich and I hate dogs.",
    "Proofread this:\n\nI am a plumber and I live in Cork.",
    "Write me a poem about a man who says I live in Paris and I love wine.",
    "Imagine I live on Mars. I have two heads.",
    "In my novel, I live on the moon.",
    "```\nI live in Porto.\n```",
    "> I live in Porto",
    "You said I live in Porto.",
    "I'm tired.",
    "I need help with my essay.",
    "Einstein was a physicist.",
    "The weather in Lisbon is great.",
    "Thanks, that's great!",
  ])("%s", (said) => {
    expect(told(said)).toEqual([]);
  });

  test("the question at the end of a sentence, but what stands before it counts", () => {
    expect(told("I'm allergic to peanuts, what can I cook tonight?")).toEqual(["user | allergy = peanuts"]);
    expect(told("Since I'm vegan, what can I eat in Lyon?")).toEqual(["user | diet = vegan"]);
  });
});

describe("a statement", () => {
  test("keeps the user's words, with a relative date spelled out", () => {
    expect(read("Big news, I moved to Lisbon last weekend.").statements[0]).toMatchObject({
      text: "I moved to Lisbon last weekend (30–31 May 2026)",
      quote: "I moved to Lisbon last weekend",
      validFrom: Date.parse("2026-05-30T00:00:00Z"),
      single: true,
    });
  });

  test("of health or identity is a safety fact, a denied one is not", () => {
    expect(read("I'm allergic to cats.").statements[0]?.safety).toBe(true);
    expect(read("My name is Ana.").statements[0]?.safety).toBe(true);
    expect(read("I'm not allergic to cats any more.").statements[0]).toMatchObject({ safety: false, negated: true });
  });

  test("about what is over says so", () => {
    expect(read("I used to live in Madrid.").statements[0]).toMatchObject({ value: "Madrid", validTo: at });
    expect(read("I worked at Google from 2010 to 2015.").statements[0]?.validTo).toBeLessThan(at);
  });

  test("that takes the place of a taste says which", () => {
    const { statements } = read(
      "I don't enjoy horror films any more, they keep me awake. I'd rather watch documentaries.",
    );
    expect(statements.map(({ text }) => text)).toEqual([
      "I don't enjoy horror films any more, they keep me awake",
      "I'd rather watch documentaries (instead of horror films)",
    ]);
  });

  test("under a remember command is firmer than an aside", () => {
    expect(read("Remember that my locker code is 4521.").statements[0]).toMatchObject({
      predicate: "locker code",
      value: "4521",
      how: "remember",
    });
    expect(read("Please remember to call the plumber tomorrow.").statements[0]).toMatchObject({
      predicate: "to do",
      how: "remember",
    });
    expect(read("I had a cheese sandwich today.").statements[0]?.how).toBe("aside");
  });
});

describe("standing instructions", () => {
  test.each([
    ["From now on, always give me distances in kilometres.", "instruction: distance units"],
    ["Don't use emojis.", "instruction: emojis"],
    ["No more bullet points, please.", "instruction: format"],
    ["Keep your answers short.", "instruction: answer length"],
    ["When I ask for a recipe, always include the calories.", "instruction"],
    ["I need all prices in Swiss francs from now on.", "instruction"],
    ["Call me Max.", "address as"],
  ])("%s", (said, predicate) => {
    expect(read(said).statements).toMatchObject([{ kind: "instruction", predicate }]);
  });

  test.each([
    "Give me a short summary of this article.",
    "Use a knife to cut the bread.",
    "Don't worry about it.",
    "Call me later.",
  ])("are not: %s", (said) => {
    expect(read(said).statements).toEqual([]);
  });
});

describe("corrections", () => {
  test.each<[before: string, said: string, text: string]>([
    ["My exam is on 3 July.", "No, actually it's on 5 July.", "My exam is on 5 July (Sun 5 July 2026)"],
    ["My exam is on Friday at 9am.", "Sorry, I meant 10am.", "My exam is on Friday at 10am (Fri 5 June 2026)"],
    ["The concert is on 12 July.", "Wait, it's 13 July, not 12 July.", "The concert is on 13 July (Mon 13 July 2026)"],
    ["My sister's name is Maria.", "No, it's Marta.", "My sister's name is Marta"],
    ["My appointment is on Monday.", "Not Monday, Tuesday.", "My appointment is on Tuesday (Tue 2 June 2026)"],
    ["My car is a Golf.", "Actually no, it's a Polo.", "My car is a Polo"],
  ])("%s %s", (before, said, text) => {
    expect(read(said, before).statements).toMatchObject([{ text, correction: true }]);
  });

  test("that are whole sentences stand by themselves", () => {
    expect(read("No, I'm 42, not 41.").statements).toMatchObject([
      { predicate: "age", value: "42", correction: true, instead: "41" },
    ]);
  });

  test("a moved date is a change, not a correction", () => {
    expect(read("It got moved to Thursday.", "My meeting with Sam is on Tuesday.").statements).toMatchObject([
      { predicate: "meeting with sam", correction: false },
    ]);
  });

  test("of nothing are nothing", () => {
    expect(told("No, it's on Friday.")).toEqual([]);
    expect(told("No, that's fine.", "My exam is on 3 July.")).toEqual([]);
  });
});

describe("commands to forget", () => {
  test.each<[said: string, about: string]>([
    ["Forget what I said about my bank PIN hint.", "my bank PIN hint"],
    ["Please forget everything I told you about my ex.", "my ex"],
    ["Delete what you know about my salary.", "my salary"],
    ["Forget that I live in Porto.", "I live in Porto"],
    ["Could you forget my alarm code, please?", "my alarm code"],
    ["Don't remember my weight.", "my weight"],
  ])("%s", (said, about) => {
    expect(read(said)).toMatchObject({ statements: [], forget: { what: "topic", about } });
  });

  test.each(["Forget that.", "Please forget what I just said.", "Delete that."])(
    "mean the last statement: %s",
    (said) => {
      expect(read(said, "My PIN hint is the year of the storm.").forget).toEqual({ what: "last" });
    },
  );

  test.each([
    "Don't forget that I hate olives.",
    "I forgot my keys at home.",
    "Delete the second paragraph.",
    "Forget it.",
  ])("are not: %s", (said) => {
    expect(read(said, "Thanks!").forget).toBeNull();
  });
});

describe("a possessive after a name", () => {
  test.each([
    ["My sister's name is Ana and her birthday is on 4 May.", "sister ana", "birthday"],
    ["Remember that my brother's name is Tom and he lives in Leeds.", "brother tom", "home"],
  ])("%s is about whom was just named", (text, subject, predicate) => {
    const { statements } = readMessage(text, { at: Date.parse("2026-06-01T10:00:00Z"), zone: "UTC", previous: [] });
    expect(statements.map((statement) => [statement.subject, statement.predicate])).toContainEqual([
      subject,
      predicate,
    ]);
  });
});
