import fc from "fast-check";
import { expect, test } from "vitest";
import { Names, nameFor } from "../../../app/memory/transfer/file-names.ts";

const at = Date.UTC(2026, 2, 1, 23);

test.each([
  ["Trip to Porto", "2026-03-01 Trip to Porto"],
  ["../../etc/passwd", "2026-03-01 .. .. etc passwd"],
  ["C:\\Windows\\x", "2026-03-01 C Windows x"],
  ["con", "2026-03-01 con"],
  ["a\u202Egpj.exe", "2026-03-01 a gpj.exe"],
  ["line\none\ttwo", "2026-03-01 line one two"],
  ["ends in dots...", "2026-03-01 ends in dots"],
  ["   ", "2026-03-01"],
  ["日本語のタイトル", "2026-03-01 日本語のタイトル"],
])("the title %j gives the name %j", (title, name) => {
  expect(nameFor(title, at)).toBe(name);
});

test("a name is safe on every system, whatever the title", () => {
  const title = fc.oneof(
    fc.string({ unit: "binary", maxLength: 300 }),
    fc.string({ unit: "grapheme", maxLength: 300 }),
  );
  fc.assert(
    fc.property(title, fc.integer({ min: 0, max: 253_402_300_799_999 }), (given, moment) => {
      const name = nameFor(given, moment);
      expect(name).toMatch(/^\d{4}-\d\d-\d\d(?: |$)/);
      expect(name).not.toMatch(/[<>:"/\\|?*\p{Cc}\p{Cf}]|[. ]$/u);
      expect(name.isWellFormed()).toBe(true);
      expect(Buffer.byteLength(`${name} (99999).md`)).toBeLessThan(255);
    }),
    { numRuns: 20_000 },
  );
});

test("names are given once, however a system spells letters", () => {
  const names = new Names();
  const given = ["Café", "CAFÉ", "Cafe\u0301", "Café (2)", "other"].map((name) => names.unique(name));
  expect(given).toEqual(["Café", "CAFÉ (2)", "Cafe\u0301 (3)", "Café (2) (2)", "other"]);
});
