import type { Recurrence } from "../contract/reminders.ts";
import type { Db } from "./connection.ts";

/** A reminder as it is stored. Times are ms since 1970 (UTC). */
export type ReminderRow = {
  id: string;
  text: string;
  taskId: string | null;
  messageId: string | null;
  /** Null for one that rings once. */
  recurrence: Recurrence | null;
  zone: string;
  nextAt: number | null;
  snoozedUntil: number | null;
  dueAt: number | null;
  firedAt: number | null;
  state: "waiting" | "ringing" | "done" | "cancelled";
  createdAt: number;
  endedAt: number | null;
  /** When it came into this database. */
  arrivedAt: number;
  /** When it is due next, snoozing included. */
  ringsAt: number | null;
};

export type NewReminder = Pick<
  ReminderRow,
  "id" | "text" | "taskId" | "messageId" | "recurrence" | "zone" | "nextAt" | "createdAt"
>;

export type ReminderChange = Partial<
  Pick<
    ReminderRow,
    "text" | "recurrence" | "zone" | "nextAt" | "snoozedUntil" | "dueAt" | "firedAt" | "state" | "endedAt"
  >
>;

type Stored = Omit<ReminderRow, "recurrence"> & { recurrence: string | null };

const columns = `r.id, r.text, r.task_id AS taskId, r.message_id AS messageId, r.recurrence, r.zone, r.next_at AS nextAt,
  r.snoozed_until AS snoozedUntil, r.due_at AS dueAt, r.fired_at AS firedAt, r.state, r.created_at AS createdAt,
  r.ended_at AS endedAt, r.arrived_at AS arrivedAt, r.rings_at AS ringsAt`;

/** What is being removed, or was brought by an import that is not done, is out of sight. */
const inSight = `r.erase_at IS NULL
  AND (r.import_id IS NULL OR r.import_id NOT IN (SELECT id FROM import WHERE state <> 'done'))`;

/** Far above what anybody has open. */
const mostOpen = 2_000;

export type ReminderRepository = ReturnType<typeof reminderRepository>;

export function reminderRepository(db: Db) {
  const insert = db.prepare(`INSERT INTO reminder
    (id, text, task_id, message_id, recurrence, zone, next_at, state, created_at, arrived_at)
    VALUES (@id, @text, @taskId, @messageId, @recurrence, @zone, @nextAt, 'waiting', @createdAt, @createdAt)`);
  const get = db.prepare<[string], Stored>(`SELECT ${columns} FROM reminder r WHERE r.id = ? AND ${inSight}`);
  const open = db.prepare<[], Stored>(
    `SELECT ${columns} FROM reminder r WHERE r.state IN ('waiting', 'ringing') AND ${inSight}
     ORDER BY r.state = 'waiting', coalesce(r.rings_at, r.fired_at), r.seq LIMIT ${mostOpen}`,
  );
  const done = db.prepare<[number, number], Stored>(
    `SELECT ${columns} FROM reminder r WHERE r.state = 'done' AND r.ended_at >= ? AND ${inSight}
     ORDER BY r.ended_at DESC, r.seq DESC LIMIT ?`,
  );
  // One that rings once and was due before it came into this database is missed, and stays so.
  const due = db.prepare<{ now: number }, Stored>(
    `SELECT ${columns} FROM reminder r WHERE r.rings_at <= @now AND (r.rings_at >= r.arrived_at OR r.recurrence IS NOT NULL)
       AND ${inSight} ORDER BY r.rings_at, r.seq`,
  );
  const nextAt = db
    .prepare<[number], number | null>(
      `SELECT min(r.rings_at) FROM reminder r WHERE r.rings_at > ? AND r.erase_at IS NULL`,
    )
    .pluck();
  const nextErasure = db
    .prepare<[], number | null>("SELECT min(erase_at) FROM reminder WHERE erase_at IS NOT NULL")
    .pluck();
  const recurring = db.prepare<[], Stored>(
    `SELECT ${columns} FROM reminder r WHERE r.state IN ('waiting', 'ringing') AND ${inSight}
       AND (r.recurrence IS NOT NULL OR r.snoozed_until IS NOT NULL)`,
  );
  const update =
    db.prepare(`UPDATE reminder SET text = @text, recurrence = @recurrence, zone = @zone, next_at = @nextAt,
      snoozed_until = @snoozedUntil, due_at = @dueAt, fired_at = @firedAt, state = @state, ended_at = @endedAt
    WHERE id = @id`);
  const remove = db.prepare(
    `UPDATE reminder SET state_before = state, state = 'cancelled', erase_at = @eraseAt WHERE id = @id AND erase_at IS NULL`,
  );
  const restore = db.prepare(
    `UPDATE reminder SET state = state_before, state_before = NULL, erase_at = NULL WHERE id = ? AND erase_at > ?`,
  );
  const erasable = db.prepare<[number], string>("SELECT id FROM reminder WHERE erase_at <= ?").pluck();

  const texts = db.prepare<[], { id: string; text: string }>("SELECT id, text FROM reminder");

  const row = (id: string): ReminderRow | undefined => {
    const stored = get.get(id);
    return stored && fromStored(stored);
  };
  return {
    insert(reminder: NewReminder): void {
      insert.run({ ...reminder, recurrence: toJson(reminder.recurrence) });
    },
    /** Undefined for one that is being removed, too. */
    get: row,
    /** Those that ring first, then by when they do. */
    open: (): ReminderRow[] => open.all().map(fromStored),
    /** Those answered for good since then (ms), latest first. */
    doneSince: (since: number, limit: number): ReminderRow[] => done.all(since, limit).map(fromStored),
    /** What is due at `now` (ms), the longest due first; of what was due before it came here, only what comes round. */
    due: (now: number): ReminderRow[] => due.all({ now }).map(fromStored),
    /** When something is to be done after `now` (ms), or null. */
    nextAfter(now: number): number | null {
      const times = [nextAt.get(now) ?? null, nextErasure.get() ?? null].filter((at) => at !== null);
      return times.length === 0 ? null : Math.min(...times);
    },
    /** Open ones whose next time follows from a rule or from snoozing. */
    recurring: (): ReminderRow[] => recurring.all().map(fromStored),
    /** Changes a reminder in sight and returns it. Nothing happens for any other id. */
    update(id: string, change: ReminderChange): ReminderRow | undefined {
      const before = row(id);
      if (!before) return undefined;
      const { text, recurrence, zone, nextAt, snoozedUntil, dueAt, firedAt, state, endedAt } = { ...before, ...change };
      const told = {
        id,
        text,
        recurrence: toJson(recurrence),
        zone,
        nextAt,
        snoozedUntil,
        dueAt,
        firedAt,
        state,
        endedAt,
      };
      update.run(told);
      return row(id);
    },
    /** Takes it out of sight until it is erased at `eraseAt` (ms). False where it was not in sight. */
    remove: (id: string, eraseAt: number): boolean => remove.run({ id, eraseAt }).changes === 1,
    /** Takes back `remove`; false where it is too late at `now` (ms). */
    restore: (id: string, now: number): boolean => restore.run(id, now).changes === 1,
    /** What all of them say, those out of sight included. */
    texts: (): { id: string; text: string }[] => texts.all(),
    /** Those that are to be erased at `now` (ms). */
    erasable: (now: number): string[] => erasable.all(now),
  };
}

/** A reminder as it is taken elsewhere. */
export type PortableReminder = Omit<ReminderRow, "arrivedAt" | "ringsAt">;

/** Reading reminders in pages of that size, and adding some from elsewhere. */
export function portableReminders(db: Db, page: number) {
  const read = db.prepare<[number, number], Stored & { seq: number }>(
    `SELECT r.seq, ${columns} FROM reminder r WHERE r.seq > ? AND r.seq <= ? AND ${inSight} ORDER BY r.seq LIMIT ${page}`,
  );
  const add = db.prepare(`INSERT OR IGNORE INTO reminder
    (id, text, task_id, message_id, recurrence, zone, next_at, snoozed_until, due_at, fired_at, state, created_at, ended_at,
      arrived_at, import_id)
    VALUES (@id, @text, @taskId, @messageId, @recurrence, @zone, @nextAt, @snoozedUntil, @dueAt, @firedAt, @state, @createdAt,
      @endedAt, @arrivedAt, @importId)`);
  return {
    read: (after: number, upTo: number): (PortableReminder & { seq: number })[] =>
      read.all(after, upTo).map(({ arrivedAt: _, ringsAt: __, recurrence, ...row }) => ({
        ...row,
        recurrence: recurrence === null ? null : (JSON.parse(recurrence) as Recurrence),
      })),
    add: (row: PortableReminder, arrivedAt: number, importId: string): boolean =>
      add.run({ ...row, recurrence: toJson(row.recurrence), arrivedAt, importId }).changes === 1,
  };
}

function fromStored({ recurrence, ...rest }: Stored): ReminderRow {
  return { ...rest, recurrence: recurrence === null ? null : (JSON.parse(recurrence) as Recurrence) };
}

function toJson(recurrence: Recurrence | null): string | null {
  return recurrence && JSON.stringify(recurrence);
}
