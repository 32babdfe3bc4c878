import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readMessage } from "../../../app/memory/retain/read.ts";

const at = Date.parse("2026-06-01T10:00:00Z");

const pieces = fc.constantFrom(
  ..."I my she he is am was not never live in Porto like tea and , . ? ! ; : ( ) \" ' “ ” ` > \n - no actually it's forget that remember what about sister Mara 's next Friday at 7am on 3 March 1.5 I'd rather than instead of who which if when because don't any more call me always 😀 我 ا \uFFFC \u0000".split(
    " ",
  ),
);
const sentences = fc.array(pieces, { maxLength: 60 }).map((words) => words.join(" "));

describe("whatever is said", () => {
  test("reading ends, quotes are verbatim, and texts are short and whole", () => {
    fc.assert(
      fc.property(fc.oneof(sentences, fc.string({ unit: "binary", maxLength: 300 })), sentences, (text, before) => {
        const { statements } = readMessage(text, {
          at,
          zone: "Asia/Kolkata",
          previous: [{ role: "user", text: before, at }],
        });
        for (const statement of statements) {
          expect(text.replaceAll(/\s+/g, " ")).toContain(statement.quote.replaceAll(/\s+/g, " "));
          expect(statement.text.length).toBeGreaterThan(0);
          expect(statement.text.length).toBeLessThanOrEqual(700);
          expect(statement.importance).toBeGreaterThan(0);
          expect(Number.isNaN(statement.validFrom ?? 0)).toBe(false);
        }
      }),
      { numRuns: 20_000 },
    );
  });

  test("a correction of nothing but filler states nothing", () => {
    const previous = [{ role: "user" as const, text: "call never", at }];
    expect(readMessage("no it's which", { at, zone: "UTC", previous }).statements).toEqual([]);
  });

  test.each([
    ["no spaces", "a".repeat(200_000)],
    ["quotation marks", '"'.repeat(200_000)],
    ["one word again and again", "forget ".repeat(28_000)],
    ["clauses without end", "and I am ".repeat(22_000)],
    ["commas", "I like tea, ".repeat(16_000)],
    ["corrections", `No, it's ${"x, not ".repeat(28_000)}`],
    ["line breaks", "\n".repeat(200_000)],
    ["another script", "我住在北京。".repeat(33_000)],
    ["broken surrogates", "\ud800 ".repeat(100_000)],
  ])("200,000 characters of %s are read at once", (_, text) => {
    const started = performance.now();
    readMessage(text, { at, zone: "UTC", previous: [{ role: "user", text, at }] });
    // A regular expression that backtracks would take minutes; the time itself is for the benchmark.
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});
