/** A turn of a scenario: what is said, and the intents that it leads to. */
export type ScenarioTurn = { user: string; intents: unknown[] };

const plans = [
  ["insurance", "the provider", "Northwind", "compare offers", "sign the contract"],
  ["budget", "the limit", "1,200 euros", "add up what is spent", "ask for a receipt"],
  ["guests", "how many", "7", "write the invitations", "collect the answers"],
  ["photos", "the album", "Summer", "sort the pictures", "print the best ones"],
  ["music", "the style", "quiet jazz", "make a list of songs", "test the speakers"],
  ["weather", "the worst case", "two days of rain", "look at the forecast", "pack umbrellas"],
] as const;

/**
 * The scenario going on up to `count` turns: parts of its first goal are planned one after another, with values that change, steps that are done
 * or fail, and questions in between.
 */
export function longer(turns: readonly ScenarioTurn[], count: number): ScenarioTurn[] {
  const root = rootOf(turns);
  const more: ScenarioTurn[] = [];
  for (let round = 0; turns.length + more.length < count; round++) {
    const [name, slot, value, first, second] = plans[round % plans.length] ?? plans[0];
    const part = `${root}/${name} ${round + 1}`;
    more.push(
      {
        user: `Now let us plan the ${name}, part ${round + 1}. For ${slot} I think of ${value}, and we have to ${first} and then ${second}.`,
        intents: [
          { op: "NEW", node: part, kind: "goal" },
          { op: "NEW", node: `${part}/${slot}`, value, kind: "slot" },
          { op: "NEW", node: `${part}/${first}`, kind: "step", depends_on: [`${part}/${slot}`] },
          { op: "NEW", node: `${part}/${second}`, kind: "step", depends_on: [`${part}/${first}`] },
        ],
      },
      {
        user: `I have changed my mind about ${slot} of the ${name}: a bit more than ${value} would be better, if that is possible.`,
        intents: [{ op: "UPDATE", node: `${part}/${slot}`, value: `more than ${value}` }],
      },
      {
        user: `What would it be like with half of it instead? I am only asking, nothing is to change yet.`,
        intents: [{ op: "WHAT_IF", node: `${part}/${slot}`, value: `half of ${value}` }],
      },
      {
        user: `All right, we leave it. I was able to ${first} this morning, it took an hour and went well.`,
        intents: [{ op: "COMPLETE", node: `${part}/${first}`, value: "took an hour" }],
      },
      {
        user:
          round % 2 === 0
            ? `It is done: I did ${second} too.`
            : `I tried to ${second}, but it did not work out at all.`,
        intents: [{ op: "COMPLETE", node: `${part}/${second}`, outcome: round % 2 === 0 ? "done" : "failed" }],
      },
      {
        user: `Then the ${name} is settled for now, let us close that part. What else is left to be done?`,
        intents: [
          { op: "COMPLETE", node: part },
          { op: "CHECK", node: root },
        ],
      },
    );
  }
  return [...turns, ...more].slice(0, count);
}

/** The first goal that the turns begin. */
function rootOf(turns: readonly ScenarioTurn[]): string {
  for (const { intents } of turns) {
    for (const intent of intents as { node?: unknown }[]) {
      if (typeof intent.node === "string") return intent.node.split("/")[0] ?? "";
    }
  }
  return "";
}
