import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import type { Recurrence, SystemEvent } from "../../app/contract/index.ts";
import { forgetAbout } from "../../app/memory/forget-about.ts";
import { eraseDue } from "../../app/memory/library.ts";
import { Reminders } from "../../app/reminders.ts";
import { makeBackup } from "../../app/storage/backup.ts";
import { connect, type Db } from "../../app/storage/connection.ts";
import { layout } from "../../app/storage/folder.ts";
import { migrate } from "../../app/storage/migrate.ts";
import { openVault } from "../../app/vault.ts";
import { filesContaining } from "../fixtures/database.ts";

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const zone = "Europe/Berlin";
/** Saturday, 21 November 2026, noon in Berlin. */
const noon = Date.parse("2026-11-21T11:00:00Z");

const daily = (at: number, minutes = 0): Recurrence => ({ every: "day", hour: at, minute: minutes });

/** Reminders on a real database in a folder, with a clock that the test sets. */
function openReminders(at = noon) {
  const folder = mkdtempSync(join(tmpdir(), "ebb-reminders-"));
  const db = connect(layout(folder).database);
  migrate(db);
  onTestFinished(() => {
    db.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const clock = { now: at };
  const events: SystemEvent[] = [];
  const vault = openVault(db, folder, null);
  const open = () => new Reminders({ vault, clock: () => clock.now, publish: (event) => events.push(event) });
  return { folder, db, vault, clock, events, open };
}

/** Adds a reminder and returns its id. */
function add(reminders: Reminders, what: string, at: number, recurrence: Recurrence | null = null): string {
  return reminders.add({ kind: "add", what, at, recurrence, zone, assumed: [] }).reminders[0]?.id ?? "";
}

const states = (reminders: Reminders) =>
  reminders.list().open.map(({ text, state, late }) => `${text} ${state}${late ? " late" : ""}`);

const allRows = (db: Db) => db.prepare<[], Record<string, unknown>>("SELECT * FROM reminder ORDER BY seq").all();

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] }));
afterEach(() => void vi.useRealTimers());

/** Lets time go by as it does while the machine is awake. */
async function pass(clock: { now: number }, ms: number, step = 10_000): Promise<void> {
  for (let left = ms; left > 0; left -= step) {
    clock.now += Math.min(step, left);
    await vi.advanceTimersByTimeAsync(Math.min(step, left));
  }
}

describe("a reminder", () => {
  test("rings at its time, once, and stays until it is answered", async () => {
    const { clock, events, open } = openReminders();
    const reminders = open();
    reminders.start();
    const id = add(reminders, "water the plants", noon + 20 * minute);
    await pass(clock, 20 * minute - 10_000);
    expect(states(reminders)).toEqual(["water the plants waiting"]);
    events.length = 0;
    await pass(clock, 10_000);
    expect(states(reminders)).toEqual(["water the plants ringing"]);
    await pass(clock, 2 * hour, minute);
    expect(events).toEqual([{ type: "reminders" }]);
    expect(reminders.done(id).state).toBe("done");
    // A second click does nothing.
    expect(reminders.done(id).state).toBe("done");
    expect(reminders.list()).toMatchObject({ open: [], done: [{ id, text: "water the plants" }] });
    expect(reminders.restore(id).state).toBe("ringing");
  });

  test("may be further away than a timer can count", async () => {
    const { clock, open } = openReminders();
    const reminders = open();
    reminders.start();
    add(reminders, "far", noon + 40 * day);
    await pass(clock, 40 * day - minute, hour);
    expect(states(reminders)).toEqual(["far waiting"]);
    await pass(clock, minute);
    expect(states(reminders)).toEqual(["far ringing"]);
  });

  test("that comes round rings each time, moves on when it is answered, and is one even where nobody answers", async () => {
    const { clock, open } = openReminders();
    const reminders = open();
    reminders.start();
    const id = add(reminders, "pills", Date.parse("2026-11-22T07:30Z"), daily(8, 30));
    await pass(clock, 21 * hour, minute);
    expect(states(reminders)).toEqual(["pills ringing"]);
    expect(reminders.done(id)).toMatchObject({
      state: "waiting",
      ringsAt: Date.parse("2026-11-23T07:30Z"),
      endedAt: null,
    });
    await pass(clock, 3 * day, 5 * minute);
    const [ringing] = reminders.list().open;
    expect(states(reminders)).toEqual(["pills ringing"]);
    expect(ringing).toMatchObject({ dueAt: Date.parse("2026-11-25T07:30Z"), ringsAt: Date.parse("2026-11-26T07:30Z") });
  });

  test("is put off by ten minutes, an hour or until the morning", async () => {
    const { clock, open } = openReminders();
    const reminders = open();
    reminders.start();
    const id = add(reminders, "stretch", noon + minute);
    await pass(clock, 2 * minute);
    expect(reminders.snooze({ id, for: "10 minutes", zone })).toMatchObject({ state: "waiting", snoozed: true });
    await pass(clock, 9 * minute);
    expect(states(reminders)).toEqual(["stretch waiting"]);
    await pass(clock, minute);
    expect(states(reminders)).toEqual(["stretch ringing"]);
    expect(reminders.snooze({ id, for: "1 hour", zone }).ringsAt).toBe(clock.now + hour);
    expect(reminders.snooze({ id, for: "tomorrow morning", zone }).ringsAt).toBe(Date.parse("2026-11-22T08:00Z"));
  });

  test("that was put off beyond its next time rings at that", async () => {
    const { clock, open } = openReminders(Date.parse("2026-11-21T07:29:00Z"));
    const reminders = open();
    reminders.start();
    const id = add(reminders, "pills", Date.parse("2026-11-21T07:30Z"), daily(8, 30));
    await pass(clock, 2 * minute);
    reminders.snooze({ id, for: "tomorrow morning", zone });
    expect(reminders.list().open[0]?.ringsAt).toBe(Date.parse("2026-11-22T07:30Z"));
  });

  test("is edited: other words, another time, a rhythm", () => {
    const { clock, open } = openReminders();
    const reminders = open();
    reminders.start();
    const id = add(reminders, "call mum", noon + hour);
    const edited = reminders.edit({
      id,
      text: "call dad",
      schedule: { every: "month", day: 31, hour: 9, minute: 0 },
      zone,
    });
    expect(edited).toMatchObject({
      text: "call dad",
      ringsAt: Date.parse("2026-11-30T08:00Z"),
      recurrence: { every: "month" },
    });
    expect(() => reminders.edit({ id, text: "x", schedule: { every: "once", at: clock.now - 1 }, zone })).toThrow(
      expect.objectContaining({ code: "INVALID_INPUT" }),
    );
    expect(() =>
      reminders.edit({ id: "none", text: "x", schedule: { every: "once", at: clock.now + 1 }, zone }),
    ).toThrow(expect.objectContaining({ code: "NOT_FOUND" }));
    expect(() =>
      reminders.edit({ id, text: "x", schedule: { every: "day", hour: 1, minute: 0 }, zone: "no/where" }),
    ).toThrow(expect.objectContaining({ code: "INVALID_INPUT" }));
  });
});

describe("what was missed", () => {
  test("while Ebb did not run rings once at the start, marked late, and what comes round moves on to its next time", () => {
    const { clock, open } = openReminders();
    const before = open();
    before.start();
    add(before, "pills", Date.parse("2026-11-22T07:30Z"), daily(8, 30));
    add(before, "call mum", noon + hour);
    before.close();
    clock.now += 5 * day;
    const reminders = open();
    reminders.start();
    expect(states(reminders).sort()).toEqual(["call mum ringing late", "pills ringing late"]);
    const pills = reminders.list().open.find(({ text }) => text === "pills");
    expect(pills).toMatchObject({ dueAt: Date.parse("2026-11-26T07:30Z"), ringsAt: Date.parse("2026-11-27T07:30Z") });
  });

  test("while the machine slept rings within half a minute of its waking", async () => {
    const { clock, open } = openReminders();
    const reminders = open();
    reminders.start();
    add(reminders, "call mum", noon + hour);
    // Timers stand still, the clock does not.
    clock.now += 8 * hour;
    await pass(clock, 30_000);
    expect(states(reminders)).toEqual(["call mum ringing late"]);
  });

  test("and rang but was not answered still rings at the next start", async () => {
    const { clock, open } = openReminders();
    const first = open();
    first.start();
    add(first, "call mum", noon + minute);
    await pass(clock, 2 * minute);
    // As after a kill: nothing is closed.
    const second = open();
    second.start();
    expect(states(second)).toEqual(["call mum ringing"]);
  });
});

describe("a clock that is set", () => {
  test("a year ahead and back again does not put off for a year what comes round", async () => {
    const { clock, open } = openReminders();
    const reminders = open();
    reminders.start();
    const id = add(reminders, "pills", Date.parse("2026-11-22T07:30Z"), daily(8, 30));
    clock.now += 365 * day;
    await pass(clock, minute);
    expect(states(reminders)).toEqual(["pills ringing late"]);
    reminders.done(id);
    reminders.snooze({ id, for: "1 hour", zone });
    clock.now -= 365 * day;
    await pass(clock, minute);
    expect(reminders.list().open[0]).toMatchObject({ ringsAt: expect.any(Number) });
    reminders.done(id);
    expect(reminders.list().open[0]?.ringsAt).toBe(Date.parse("2026-11-22T07:30Z"));
  });

  test("back by a little does not make anything ring twice", async () => {
    const { clock, events, open } = openReminders(Date.parse("2026-11-22T07:29:50Z"));
    const reminders = open();
    reminders.start();
    const id = add(reminders, "pills", Date.parse("2026-11-22T07:30Z"), daily(8, 30));
    await pass(clock, 20_000);
    expect(states(reminders)).toEqual(["pills ringing"]);
    reminders.done(id);
    events.length = 0;
    clock.now -= 30 * minute;
    await pass(clock, 2 * hour, minute);
    expect(events).toEqual([]);
    expect(reminders.list().open[0]?.ringsAt).toBe(Date.parse("2026-11-23T07:30Z"));
  });
});

describe("spoken commands", () => {
  test("put off what rings, cancel by what it is about, and list", async () => {
    const { clock, open } = openReminders();
    const reminders = open();
    reminders.start();
    expect(reminders.carryOut({ kind: "list" }, zone).said).toBe("You have no reminders.");
    expect(reminders.carryOut({ kind: "snooze", until: null }, zone).said).toContain("No reminder is ringing");
    add(reminders, "call the dentist about Tuesday", noon + minute);
    add(reminders, "call mum", noon + day);
    await pass(clock, 2 * minute);
    expect(reminders.carryOut({ kind: "snooze", until: null }, zone).said).toBe(
      "I'll remind you again today at 12:12: call the dentist about Tuesday.",
    );
    expect(reminders.carryOut({ kind: "list" }, zone).said).toBe(
      "You have 2 reminders:\n\n- today at 12:12: call the dentist about Tuesday\n- tomorrow, Sunday 22 November, at 12:00: call mum",
    );
    expect(reminders.carryOut({ kind: "cancel", about: "the plumber", all: false }, zone).said).toContain(
      "no reminder about",
    );
    expect(reminders.carryOut({ kind: "cancel", about: "call", all: false }, zone).said).toContain(
      "Which one do you mean",
    );
    expect(reminders.carryOut({ kind: "cancel", about: "dentists", all: false }, zone).said).toBe(
      'I cancelled the reminder "call the dentist about Tuesday".',
    );
    expect(states(reminders)).toEqual(["call mum waiting"]);
  });

  test("are stored with the message and the task that they come from", () => {
    const { db, vault, open } = openReminders();
    const reminders = open();
    const at = { createdAt: 1, updatedAt: 1 };
    vault.messages.createConversation({ id: "c", title: "t", origin: "chat", ...at });
    vault.messages.insert(message("m", "Remind me tomorrow to call mum."));
    const { said } = reminders.carryOut(
      { kind: "add", what: "call mum", at: noon + day, recurrence: null, zone, assumed: [] },
      zone,
      { messageId: "m", taskId: "t-1" },
    );
    expect(said).toBe("I'll remind you tomorrow, Sunday 22 November, at 12:00: call mum.");
    expect(allRows(db)).toMatchObject([{ message_id: "m", task_id: "t-1", text: "call mum" }]);
  });
});

const message = (id: string, text: string) =>
  ({
    id,
    conversationId: "c",
    parentId: null,
    role: "user",
    speaker: null,
    text,
    status: "complete",
    createdAt: 1,
    zone,
    model: null,
    failure: null,
  }) as const;

describe("erasing", () => {
  const secret = "quombelflax";

  test("a removed reminder can be brought back for a while, and then no byte of it is left in database, log or backup", async () => {
    vi.useRealTimers();
    const { folder, vault, db, clock, open } = openReminders();
    const reminders = open();
    reminders.start();
    for (let i = 0; i < 200; i++) add(reminders, `ordinary ${i}`, noon + hour + i);
    const id = add(reminders, `fetch the ${secret}`, noon + hour);
    await makeBackup(db, folder, noon);
    expect(filesContaining(folder, secret).length).toBeGreaterThan(1);
    reminders.remove(id);
    expect(reminders.list().open.some((reminder) => reminder.id === id)).toBe(false);
    expect(reminders.restore(id)).toMatchObject({ state: "waiting", text: `fetch the ${secret}` });
    const { until } = reminders.remove(id);
    clock.now = until;
    reminders.look();
    expect(() => reminders.restore(id)).toThrow(expect.objectContaining({ code: "NOT_UNDOABLE" }));
    eraseDue(vault.store, clock.now);
    vault.store.erase.check.close();
    expect(filesContaining(folder, secret)).toEqual([]);
    expect(reminders.list().open).toHaveLength(200);
    reminders.close();
  });

  test("what is removed when Ebb ends is gone with its end", () => {
    const { folder, vault, open } = openReminders();
    const reminders = open();
    reminders.start();
    const id = add(reminders, `fetch the ${secret}`, noon + hour);
    reminders.remove(id);
    reminders.close();
    eraseDue(vault.store, Number.MAX_SAFE_INTEGER);
    expect(filesContaining(folder, secret)).toEqual([]);
  });

  test("to forget what was said about something reaches the reminders about it, spoken or written", () => {
    const { folder, vault, open } = openReminders();
    const reminders = open();
    vault.messages.createConversation({ id: "c", title: "t", origin: "chat", createdAt: 1, updatedAt: 1 });
    vault.messages.insert(message("m", `Remind me tomorrow at nine to bring the ${secret} to Bob.`));
    const command = { kind: "add", at: noon + day, recurrence: null, zone, assumed: [] } as const;
    reminders.add({ ...command, what: `bring the ${secret} to Bob` }, { messageId: "m" });
    reminders.add({ ...command, what: `polish the ${secret}` });
    reminders.add({ ...command, what: "call Bob" });
    vault.write(() => forgetAbout(vault.store, { about: `the ${secret}`, now: noon }));
    eraseDue(vault.store, noon);
    expect(reminders.list().open.map(({ text }) => text)).toEqual(["call Bob"]);
    expect(filesContaining(folder, secret)).toEqual([]);
  });

  test("a deleted conversation takes the reminders along that were asked for in it", () => {
    const { folder, vault, open } = openReminders();
    const reminders = open();
    vault.messages.createConversation({ id: "c", title: "t", origin: "chat", createdAt: 1, updatedAt: 1 });
    vault.messages.insert(message("m", `Remind me tomorrow to bring the ${secret}.`));
    const command = { kind: "add", at: noon + day, recurrence: null, zone, assumed: [] } as const;
    reminders.add({ ...command, what: `bring the ${secret}` }, { messageId: "m" });
    reminders.add({ ...command, what: "call Bob" });
    vault.store.erase.conversation("c", noon);
    expect(reminders.list().open.map(({ text }) => text)).toEqual(["call Bob"]);
    expect(filesContaining(folder, secret)).toEqual([]);
  });
});

test("what an import brings late does not ring; what comes round goes on with its next time", () => {
  const { db, vault, clock, open } = openReminders();
  vault.write(() => {
    vault.store.chatImports.begin("import", noon);
    const row = {
      taskId: null,
      messageId: null,
      zone,
      snoozedUntil: null,
      dueAt: null,
      firedAt: null,
      endedAt: null,
      createdAt: 1,
    };
    const bring = (id: string, rest: object) =>
      vault.store.portable.addReminder(
        { ...row, id, text: id, recurrence: null, nextAt: null, state: "waiting", ...rest },
        noon,
        "import",
      );
    for (let i = 0; i < 20; i++) bring(`old ${i}`, { nextAt: noon - day * (i + 1) });
    bring("rang", { state: "ringing", dueAt: noon - day, firedAt: noon - day });
    bring("pills", { nextAt: noon - 5 * day, recurrence: daily(8, 30) });
    bring("to come", { nextAt: noon + hour });
  });
  const reminders = open();
  reminders.start();
  expect(reminders.list().open).toEqual([]);
  vault.write(() => vault.store.chatImports.setState("import", "done"));
  clock.now += minute;
  reminders.look();
  expect(states(reminders).filter((state) => state.includes("ringing"))).toEqual([]);
  expect(states(reminders).filter((state) => state.includes("missed"))).toHaveLength(21);
  expect(reminders.list().open.find(({ text }) => text === "pills")?.ringsAt).toBe(Date.parse("2026-11-22T07:30Z"));
  clock.now = noon + hour;
  reminders.look();
  expect(states(reminders)[0]).toBe("to come ringing");
  // Taken back, the import leaves nothing.
  vault.write(() => vault.store.chatImports.finishRemoval("import"));
  expect(allRows(db)).toEqual([]);
});

test("ten thousand reminders are looked through in no time", () => {
  vi.useRealTimers();
  const { vault, clock, open } = openReminders();
  vault.write(() => {
    for (let i = 0; i < 10_000; i++) {
      const fresh = {
        id: `r${i}`,
        text: `thing ${i}`,
        taskId: null,
        messageId: null,
        recurrence: null,
        zone,
        createdAt: 1,
      };
      vault.store.reminders.insert({ ...fresh, nextAt: noon + hour + i * minute });
    }
  });
  const reminders = open();
  reminders.start();
  const began = performance.now();
  for (let i = 0; i < 100; i++) reminders.look();
  const each = (performance.now() - began) / 100;
  console.log(`a look at 10,000 reminders takes ${each.toFixed(3)} ms`);
  expect(each).toBeLessThan(5);
  clock.now = noon + 2 * hour;
  reminders.look();
  expect(states(reminders).filter((state) => state.includes("ringing"))).toHaveLength(61);
  reminders.close();
});
