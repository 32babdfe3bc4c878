import { EbbError } from "./contract/errors.ts";
import type { SystemEvent } from "./contract/index.ts";
import { limits } from "./contract/limits.ts";
import type { Reminder, Schedule, SnoozeFor } from "./contract/reminders.ts";
import { distinctiveWords } from "./memory/recall/query.ts";
import type { ReminderChange, ReminderRow } from "./storage/reminders.ts";
import { answer, corrected, firstOf, reopened, ring, snoozeEnd } from "./tasks/reminders/next.ts";
import { type ReminderCommand, readReminderWords } from "./tasks/reminders/read.ts";
import { clockWords, confirmation, dayWords, listed, question, rhythmWords, sentence } from "./tasks/reminders/say.ts";
import { reminderView } from "./tasks/reminders/view.ts";
import type { Vault } from "./vault.ts";

export type ReminderPorts = {
  vault: Vault;
  /** Milliseconds since 1970 UTC. It may be set forwards and back, and the machine may sleep. */
  clock: () => number;
  publish: (event: SystemEvent) => void;
};

/** Where a reminder comes from: the message that asked for it, and the task that it belongs to. */
export type ReminderOrigin = { messageId?: string | null; taskId?: string | null };

/** What came of a command: a sentence for the user, and the reminders that it is about. */
export type CarriedOut = { said: string; reminders: Reminder[] };

/** At least this often (ms) the clock is looked at: timers stand still while the machine sleeps, and know of no clock that is set. */
const longestWait = 30_000;
/** The clock was set, or the machine slept, where it says more than this (ms) beside what is expected. */
const jump = 5_000;
/** A removal can be undone for so long; ms. */
const undoFor = 15_000;
/** What was done within this time (ms) is listed, at most so many. */
const lately = 7 * 86_400_000;
const listedDone = 50;
/** Reminders named in one sentence. */
const named = 10;

/**
 * Reminders of one open vault: adds and changes them, and has them ring at their time, or as soon as Ebb runs again. What rings stays
 * so until it is answered, whatever ends Ebb in between.
 */
export class Reminders {
  readonly #ports: ReminderPorts;
  #timer: NodeJS.Timeout | undefined;
  #running = false;
  /** What the clock said last, and when that was by a clock that nobody sets. */
  #seen: { at: number; steady: number } | null = null;

  constructor(ports: ReminderPorts) {
    this.#ports = ports;
  }

  /** Begins to ring. Only where the vault can be written. */
  start(): void {
    this.#running = true;
    this.look();
  }

  /** Ends it, and makes removals final. */
  close(): void {
    this.#running = false;
    clearTimeout(this.#timer);
    this.#seen = null;
    if (this.#ports.vault.readOnly) return;
    try {
      this.#erase(Number.MAX_SAFE_INTEGER);
    } catch {
      // A full disk; made good at the next start.
    }
  }

  /** Rings what is due, as one transaction, and sets the timer anew. Called by that, and whenever something may have changed. */
  look(): void {
    if (!this.#running) return;
    const now = this.#ports.clock();
    try {
      if (this.#hasJumped(now)) this.#correct(now);
      this.#ring(now);
      this.#erase(now);
    } catch {
      // A full disk: all that was due still is.
    }
    const next = this.#ports.vault.store.reminders.nextAfter(now);
    clearTimeout(this.#timer);
    const wait = next === null ? longestWait : Math.min(Math.max(next - now, 0), longestWait);
    this.#timer = setTimeout(() => this.look(), wait).unref();
  }

  /** All that are open, those that ring first, and those done lately. */
  list(): { open: Reminder[]; done: Reminder[] } {
    const { reminders } = this.#ports.vault.store;
    const open = reminders.open().map(reminderView);
    const rank = { ringing: 0, missed: 1, waiting: 2, done: 3 };
    const done = reminders.doneSince(this.#ports.clock() - lately, listedDone).map(reminderView);
    return { open: open.sort((a, b) => rank[a.state] - rank[b.state]), done };
  }

  /** Stores what was read, and says what was understood. */
  add(command: Extract<ReminderCommand, { kind: "add" }>, origin: ReminderOrigin = {}): CarriedOut {
    const { vault, clock } = this.#ports;
    const { what, at, recurrence, zone } = command;
    const now = clock();
    requireZone(zone);
    const id = vault.newId();
    const { messageId = null, taskId = null } = origin;
    const text = what.slice(0, limits.reminderChars).toWellFormed();
    vault.write(() =>
      vault.store.reminders.insert({ id, text, taskId, messageId, recurrence, zone, nextAt: at, createdAt: now }),
    );
    this.#changed();
    return { said: confirmation(command, now), reminders: [this.#view(id)] };
  }

  /** Reads a reminder out of plain words and stores it, or asks for what is missing. */
  addWords(words: string, zone: string): CarriedOut {
    requireZone(zone);
    const command = readReminderWords(words, { now: this.#ports.clock(), zone });
    return command.kind === "add" ? this.add(command) : this.carryOut(command, zone);
  }

  /** Does what a command says, as `readReminder` has read it. */
  carryOut(command: ReminderCommand, zone: string, origin: ReminderOrigin = {}): CarriedOut {
    switch (command.kind) {
      case "add":
        return this.add(command, origin);
      case "ask":
        return { said: question(command), reminders: [] };
      case "snooze":
        return this.#snoozeRinging(command.until, zone);
      case "cancel":
        return this.#cancel(command);
      case "list":
        return this.#tell(zone);
    }
  }

  /** @throws NOT_FOUND, INVALID_INPUT where the time has passed */
  edit(given: { id: string; text: string; schedule: Schedule; zone: string }): Reminder {
    const now = this.#ports.clock();
    const { id, text, schedule, zone } = given;
    requireZone(zone);
    const before = this.#row(id);
    const keeps = schedule.every === "once" && schedule.at === (before.nextAt ?? before.dueAt);
    if (schedule.every === "once" && schedule.at <= now && !keeps) {
      throw new EbbError("INVALID_INPUT", "That time has passed already.", "Choose a time to come.");
    }
    // The words alone may change of one that rings.
    if (keeps) return this.#update(id, { text: text.toWellFormed() });
    const next = firstOf(schedule, now, zone);
    return this.#update(id, {
      ...next,
      text: text.toWellFormed(),
      zone,
      state: "waiting",
      snoozedUntil: null,
      endedAt: null,
    });
  }

  /** @throws NOT_FOUND */
  snooze({ id, for: pause, zone }: { id: string; for: SnoozeFor; zone: string }): Reminder {
    requireZone(zone);
    return this.#putOff(id, snoozeEnd(pause, this.#ports.clock(), zone));
  }

  /** Answers it; nothing happens where that was done already. @throws NOT_FOUND */
  done(id: string): Reminder {
    const change = answer(this.#row(id), this.#ports.clock());
    return change ? this.#update(id, change) : this.#view(id);
  }

  /** @throws NOT_FOUND */
  remove(id: string): { until: number } {
    const { vault, clock } = this.#ports;
    const until = clock() + undoFor;
    if (!vault.write(() => vault.store.reminders.remove(id, until))) throw notFound();
    this.#changed();
    return { until };
  }

  /** Takes back a removal, or the answer to one that is over. @throws NOT_UNDOABLE where it is too late */
  restore(id: string): Reminder {
    const { vault, clock } = this.#ports;
    const { reminders } = vault.store;
    vault.write(() => {
      if (reminders.restore(id, clock())) return;
      const row = reminders.get(id);
      if (row?.state !== "done")
        throw new EbbError("NOT_UNDOABLE", "It is too late to take that back.", "Set it anew.");
      reminders.update(id, reopened(row));
    });
    this.#changed();
    return this.#view(id);
  }

  #snoozeRinging(until: number | null, zone: string): CarriedOut {
    const now = this.#ports.clock();
    const [ringing] = this.list()
      .open.filter(({ state }) => state === "ringing")
      .sort((a, b) => (b.firedAt ?? 0) - (a.firedAt ?? 0));
    if (!ringing) return { said: "No reminder is ringing that I could put off.", reminders: [] };
    const end = until ?? snoozeEnd("10 minutes", now, zone);
    const reminder = this.#putOff(ringing.id, end);
    const said = `I'll remind you again ${dayWords(end, now, zone)} at ${clockWords(end, zone)}: ${sentence(ringing.text)}`;
    return { said, reminders: [reminder] };
  }

  #cancel({ about, all }: Extract<ReminderCommand, { kind: "cancel" }>): CarriedOut {
    const { open } = this.list();
    if (open.length === 0) return { said: "You have no reminders.", reminders: [] };
    const chosen = all ? open : about === null ? [lastTouched(open)] : this.#about(open, about);
    const [first] = chosen;
    if (!first) return { said: `I have no reminder about ${about}.`, reminders: [] };
    const texts = listed(chosen.slice(0, named).map(({ text }) => `"${text}"`));
    if (chosen.length > 1 && !all) return { said: `Which one do you mean: ${texts}?`, reminders: chosen };
    for (const { id } of chosen) this.remove(id);
    const said =
      all && chosen.length > 1 ? `I cancelled all ${chosen.length} reminders.` : `I cancelled the reminder ${texts}.`;
    return { said, reminders: chosen };
  }

  /** Those that have all of the words, else those that have any. */
  #about(open: readonly Reminder[], about: string): Reminder[] {
    const { search } = this.#ports.vault.store;
    const words = distinctiveWords(about);
    const wanted = new Set(search.terms(words.length > 0 ? words.join(" ") : about));
    const shared = open.map((reminder) => wanted.intersection(new Set(search.terms(reminder.text))).size);
    const most = Math.max(...shared);
    return most === 0 ? [] : open.filter((_, place) => shared[place] === most);
  }

  #tell(zone: string): CarriedOut {
    const now = this.#ports.clock();
    const { open } = this.list();
    if (open.length === 0) return { said: "You have no reminders.", reminders: [] };
    const lines = open.slice(0, named).map(({ text, state, ringsAt, recurrence }) => {
      if (state === "ringing" || ringsAt === null) return `- now: ${text}`;
      const next = `${dayWords(ringsAt, now, zone)} at ${clockWords(ringsAt, zone)}`.replace(/^on /, "");
      return `- ${state === "missed" ? "missed" : recurrence ? `${rhythmWords(recurrence)}, next ${next}` : next}: ${text}`;
    });
    const more = open.length - lines.length;
    const head = open.length === 1 ? "You have one reminder:" : `You have ${open.length} reminders:`;
    return { said: [head, "", ...lines, ...(more > 0 ? [`- and ${more} more`] : [])].join("\n"), reminders: open };
  }

  #putOff(id: string, until: number): Reminder {
    return this.#update(id, { state: "waiting", snoozedUntil: until, endedAt: null });
  }

  #update(id: string, change: ReminderChange): Reminder {
    const { vault } = this.#ports;
    const row = vault.write(() => vault.store.reminders.update(id, change));
    if (!row) throw notFound();
    this.#changed();
    return reminderView(row);
  }

  #row(id: string): ReminderRow {
    const row = this.#ports.vault.store.reminders.get(id);
    if (!row) throw notFound();
    return row;
  }

  #view(id: string): Reminder {
    return reminderView(this.#row(id));
  }

  #changed(): void {
    this.#ports.publish({ type: "reminders" });
    this.look();
  }

  /** True at the first look, and where the clock says something else than the time that has passed. */
  #hasJumped(at: number): boolean {
    const before = this.#seen;
    const steady = performance.now();
    this.#seen = { at, steady };
    return before === null || Math.abs(at - before.at - (steady - before.steady)) > jump;
  }

  #correct(now: number): void {
    const { vault } = this.#ports;
    const { reminders } = vault.store;
    const wrong = reminders.recurring().flatMap((row) => {
      const change = corrected(row, now);
      return change ? [{ id: row.id, change }] : [];
    });
    if (wrong.length === 0) return;
    vault.write(() => {
      for (const { id, change } of wrong) reminders.update(id, change);
    });
    this.#ports.publish({ type: "reminders" });
  }

  #ring(now: number): void {
    const { vault, publish } = this.#ports;
    const { reminders } = vault.store;
    const due = reminders.due(now);
    if (due.length === 0) return;
    vault.write(() => {
      for (const row of due) reminders.update(row.id, ring(row, now));
    });
    publish({ type: "reminders" });
  }

  /** Erases what was removed and cannot be brought back any more at `now` (ms); backups follow with the next tidying of the house. */
  #erase(now: number): void {
    const { vault, clock } = this.#ports;
    const ids = vault.store.reminders.erasable(now);
    if (ids.length > 0) vault.write(() => vault.store.erase.reminders(ids, clock()));
  }
}

/** What "that reminder" means: the one that rang last, or else the newest. */
function lastTouched(open: readonly Reminder[]): Reminder {
  const at = ({ state, firedAt, createdAt }: Reminder): number =>
    state === "ringing" ? Number.MAX_SAFE_INTEGER / 2 + (firedAt ?? 0) : createdAt;
  return open.reduce((last, reminder) => (at(reminder) > at(last) ? reminder : last));
}

function requireZone(zone: string): void {
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
  } catch {
    throw new EbbError("INVALID_INPUT", "Ebb does not know that time zone.", "Check the time zone of this computer.");
  }
}

function notFound(): EbbError {
  return new EbbError("NOT_FOUND", "That reminder does not exist any more.", "Choose another one from the list.");
}
