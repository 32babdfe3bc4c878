import fc from "fast-check";
import { expect, test } from "vitest";
import { titleOf, usableZone } from "../../../app/assistant/conversation-text.ts";

test("a title is the first line, cut at a word", () => {
  expect(titleOf("  Plan my\ttrip \nto Oslo")).toBe("Plan my trip");
  expect(titleOf("a quite long first message that goes on and on about everything under the sun")).toBe(
    "a quite long first message that goes on and on about…",
  );
});

test("any text has a short, whole title", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
      const title = titleOf(text);
      expect(title.length).toBeGreaterThan(0);
      expect(title.length).toBeLessThanOrEqual(61);
      expect(title).not.toMatch(/[\uD800-\uDBFF]…$/);
    }),
  );
});

test("a zone is used only where dates can be reckoned in it", () => {
  expect(usableZone("Europe/Berlin")).toBe("Europe/Berlin");
  expect(usableZone("Mars/Olympus")).toBeNull();
  expect(usableZone(undefined)).toBeNull();
});
