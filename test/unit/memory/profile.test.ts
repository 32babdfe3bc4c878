import { describe, expect, test } from "vitest";
import { profile } from "../../../app/memory/profile.ts";
import type { NewMemory } from "../../../app/storage/memories.ts";
import { openTestDatabase, type TestDatabase } from "../../fixtures/database.ts";
import { changeOf, memoryOf } from "../../fixtures/memory.ts";

const day = 86_400_000;

function know({ store }: TestDatabase, text: string, given: Partial<NewMemory>): void {
  store.memories.insert(memoryOf(text, given), changeOf({ changeId: text }));
}

describe("the profile holds", () => {
  test("what must never harm the user, instructions, identity, and tastes, in that order", () => {
    const database = openTestDatabase();
    know(database, "I like jazz", { kind: "preference", predicate: "likes", importance: 0.6 });
    know(database, "My name is Ana", { predicate: "name" });
    know(database, "Always answer in English", { kind: "instruction", predicate: "instruction: language" });
    know(database, "I'm allergic to nuts", { predicate: "allergy", pinned: true });
    expect(profile(database.store, day).lines).toEqual([
      "I'm allergic to nuts",
      "Always answer in English",
      "My name is Ana",
      "I like jazz",
    ]);
  });

  test("nothing about others, nothing over, to come, superseded, or not to be used", () => {
    const database = openTestDatabase();
    know(database, "Priya is vegan", { subject: "colleague priya", predicate: "diet" });
    know(database, "I live in Porto", { predicate: "home", status: "superseded" });
    know(database, "I live in Faro", { predicate: "home", validTo: day });
    know(database, "I'm moving to Krakow", { predicate: "home", validFrom: 9 * day });
    know(database, "I'm Max", { predicate: "name", neverUse: true });
    expect(profile(database.store, 2 * day).lines).toEqual([]);
  });

  test("no taste that has faded, and little enough to stand in every prompt", () => {
    const database = openTestDatabase();
    know(database, "I like jazz", { kind: "preference", predicate: "likes" });
    expect(profile(database.store, 4_000 * day).lines).toEqual([]);
    for (let i = 0; i < 60; i++) {
      know(database, `Always mind rule ${i} ${"word ".repeat(8)}`, {
        id: `${i}`,
        kind: "instruction",
        predicate: "instruction",
      });
    }
    const { lines } = profile(database.store, day);
    expect(lines.length).toBeLessThanOrEqual(20);
    expect(lines.join("").length).toBeLessThanOrEqual(1_600);
  });
});
