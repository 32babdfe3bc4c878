import { expect, test } from "vitest";
import { commandOf, hostCommand } from "../../main/command.ts";

test.each([
  [[], { name: "open" }],
  [["--quick-ask"], { name: "quick-ask" }],
  [["--hidden"], "hidden"],
  [["--hidden", "--quick-ask"], { name: "quick-ask" }],
  [["--web", "--no-window", "--whatever", "/c/1"], { name: "open" }],
])("a start with %j is for %j", (args, command) => {
  expect(commandOf(args)).toEqual(command);
});

test("a command that was handed over is taken only in the shape that it has", () => {
  for (const good of [{ name: "open" }, { name: "open", route: "/c/a-b_1" }, { name: "quick-ask" }]) {
    expect(hostCommand.parse(good)).toEqual(good);
  }
  for (const bad of [
    "open",
    null,
    {},
    { name: "quit" },
    { name: "open", route: 1 },
    { name: "open", route: "" },
    { name: "open", route: "c/1" },
    { name: "open", route: "/c/1&secret=2" },
    { name: "open", route: "/../x" },
    { name: "open", route: "/a\n" },
    { name: "open", route: `/${"a".repeat(300)}` },
  ]) {
    expect(hostCommand.safeParse(bad).success, JSON.stringify(bad)).toBe(false);
  }
});
