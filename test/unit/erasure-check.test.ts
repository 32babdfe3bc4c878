import { expect, test } from "vitest";
import { ErasureCheck } from "../../app/erasure-check.ts";
import type { EraseCheck } from "../../app/storage/erase-check.ts";
import { MalformedPage } from "../../app/storage/page-remains.ts";

/** A check whose steps come to what is listed; an Error is thrown. */
function checking(...outcomes: (ReturnType<EraseCheck["step"]> | Error)[]) {
  let changes = 0;
  let busy = false;
  const check = new ErasureCheck({
    check: {
      mark: () => {},
      restart: () => {},
      close: () => {},
      isDue: () => outcomes.length > 0,
      step: () => {
        const outcome = outcomes.shift() ?? "later";
        if (outcome instanceof Error) throw outcome;
        return outcome;
      },
    },
    folder: "/data",
    busy: () => busy,
    onChange: () => changes++,
  });
  return { check, left: () => outcomes.length, changes: () => changes, setBusy: (value: boolean) => (busy = value) };
}

const full = Object.assign(new Error("no space"), { code: "ENOSPC" });

test("nothing is said where nothing was erased", () => {
  const { check, changes } = checking();
  check.wake();
  expect(check.state).toEqual({ status: "none" });
  expect(changes()).toBe(0);
});

test("what was erased counts as checked once a look has found nothing, and windows are told once", async () => {
  const { check, changes } = checking("more", "later", "more", "clean");
  check.wake();
  expect(check.state).toEqual({ status: "checking" });
  check.wake();
  expect(check.state).toEqual({ status: "checked" });
  expect(changes()).toBe(2);
});

test("a full disk is told with a remedy, and it is tried again", () => {
  const { check } = checking(full, "clean");
  check.wake();
  expect(check.state).toMatchObject({ status: "failed", failure: { code: "STORAGE_FULL" } });
  check.wake();
  expect(check.state).toEqual({ status: "checked" });
});

test("so are a damaged page, and a fault that has no name", () => {
  const { check } = checking(new MalformedPage(), new Error("what?"));
  check.wake();
  expect(check.state).toMatchObject({ status: "failed", failure: { code: "STORAGE_DAMAGED" } });
  check.wake();
  expect(check.state).toMatchObject({ status: "failed", failure: { code: "STORAGE_UNAVAILABLE" } });
});

test("beside a reply it waits; at the end it is done at once", () => {
  const { check, left, setBusy } = checking("more", "more", "clean");
  setBusy(true);
  check.wake();
  expect(left()).toBe(3);
  check.stop();
  expect(check.state).toEqual({ status: "checked" });
});
