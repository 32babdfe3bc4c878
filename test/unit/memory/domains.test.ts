import { describe, expect, test } from "vitest";
import { lexicon } from "../../../app/memory/domains/lexicon.ts";
import { places } from "../../../app/memory/domains/places.ts";
import { knownFor, readTopics, topicVector } from "../../../app/memory/domains/read.ts";
import { mulberry32 } from "../../fixtures/random.ts";

/** How near two texts are by what they are about, 0 to 1. */
function nearness(one: string, other: string): number {
  const vector = topicVector(readTopics(one));
  let sum = 0;
  for (const [topic, weight] of topicVector(readTopics(other))) sum += weight * (vector.get(topic) ?? 0);
  return sum;
}

const domainOf = (text: string): string | undefined =>
  [...readTopics(text).domains].sort((a, b) => b[1] - a[1])[0]?.[0];

describe("domains of life", () => {
  test("are told by ordinary words, in any of their forms", () => {
    expect(domainOf("Where could we go for dinner?")).toBe("food");
    expect(domainOf("I can't stand crowded beaches")).toBe("travel");
    expect(domainOf("We watched two documentaries")).toBe("screen");
    expect(domainOf("My puppies need obedience classes")).toBe("pets");
    expect(domainOf("SPORTS CARS are too loud")).toBe("motors");
    expect(domainOf("The year of the great storm")).toBeUndefined();
  });

  test("a phrase counts as itself, not as its words", () => {
    expect(domainOf("I love board games")).toBe("games");
    expect([...readTopics("street food").aspects.keys()]).toContain("food/casual");
    expect(readTopics("Which flight should I book?").domains.has("books")).toBe(false);
  });

  test("texts that share no word are near by their aspect, nearer than by their domain, and far in another domain", () => {
    const asked = "What should we do on the Maldives?";
    const aspect = nearness(asked, "I don't like snorkelling");
    const domain = nearness(asked, "I don't like monuments");
    expect(aspect).toBeGreaterThan(domain);
    expect(domain).toBeGreaterThan(0);
    expect(nearness(asked, "I don't like turn-based strategy")).toBe(0);
  });

  test("a place brings what it is known for", () => {
    expect(knownFor("a weekend in New Orleans")).toContain("jazz");
    expect(knownFor("a weekend at home")).toEqual([]);
    expect(Object.values(places).every((words) => words.trim() !== "")).toBe(true);
  });

  test("a vector has length 1 or is empty, and equal texts are as near as can be", () => {
    for (const text of ["I avoid shellfish", "quiet hotels near the beach", "xyzzy", ""]) {
      const square = [...topicVector(readTopics(text)).values()].reduce((sum, weight) => sum + weight * weight, 0);
      expect(square === 0 || Math.abs(square - 1) < 1e-9 || Math.abs(square - 1 / 3) < 1e-9).toBe(true);
    }
    expect(nearness("I avoid shellfish", "I avoid shellfish")).toBeCloseTo(1);
  });

  test("the words of the table are lower case, and none stands twice in an aspect", () => {
    for (const [domain, aspects] of Object.entries(lexicon)) {
      for (const [aspect, words] of Object.entries(aspects as Record<string, string>)) {
        const list = words.split(/\s+/);
        expect(new Set(list).size, `${domain}/${aspect}`).toBe(list.length);
        expect(words, `${domain}/${aspect}`).toBe(words.toLowerCase());
      }
    }
  });

  test("any text is read, quickly and the same each time", () => {
    const random = mulberry32(4);
    const signs = "abc áß 中文 العربية 🙂 \u0000\ud800 +_-/ seafood hotel Maldives \n".split("");
    for (let i = 0; i < 2_000; i++) {
      const text = Array.from({ length: 60 }, () => signs[Math.floor(random() * signs.length)]).join("");
      expect(topicVector(readTopics(text))).toEqual(topicVector(readTopics(text)));
    }
    const start = performance.now();
    readTopics("restaurant in Rome ".repeat(100_000));
    expect(performance.now() - start).toBeLessThan(200);
  });
});
