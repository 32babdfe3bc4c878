import type { Assistant } from "./assistant/turn.ts";
import type { ErasureState } from "./contract/index.ts";
import { ErasureCheck } from "./erasure-check.ts";
import { archiveFaded, archiveLimit } from "./memory/fading.ts";
import { eraseDue, erasingDue } from "./memory/library.ts";
import { readTastes } from "./memory/preferences/read.ts";
import { listBackups, makeBackup } from "./storage/backup.ts";
import { mendFaults } from "./storage/check.ts";
import type { Db } from "./storage/connection.ts";
import { layout } from "./storage/folder.ts";
import { taskStates } from "./storage/task-row.ts";
import { Tidying } from "./tidying.ts";
import type { Vault } from "./vault.ts";

export type HousekeepingPorts = {
  db: Db;
  vault: Vault;
  assistant: Assistant;
  clock: () => number;
  /** Reads the whole database file in a thread of its own and resolves to what is wrong with it, a line each. */
  findFaults: ((path: string) => Promise<string[]>) | undefined;
  /** True while a reply is being written, wherever. */
  busy: () => boolean;
  /** True while Ebb may learn from what the user says. */
  learning: () => boolean;
  /** Nothing must have been said for so long (ms) before memory is tidied up. */
  idleMs: number;
  /** Memories were erased, faded, or were tidied up. */
  onMemories: () => void;
  onConversations: () => void;
  /** How the check of what was erased stands has changed. */
  onErasure: () => void;
  onDamaged: () => void;
};

const day = 86_400_000;
/** Deletions become final, and daily backups are made, when this ticker finds them due; ms. */
const tickEvery = 5_000;
/** Where less quiet is asked for, it looks more often; ms. */
const leastTick = 100;
/** Memories read for tastes at one tick: some 50 ms. */
const tasteSlice = 500;
/** Deletions are made final for so long at once, and at least one step; ms. */
const eraseFor = 20;
/** The database is checked page by page once the start is over; ms. */
const checkAfter = 3_000;

/** What a writable database needs while it is open: final deletions, fading, tidying up, daily backups, and one check of the file. */
export class Housekeeping {
  readonly #ports: HousekeepingPorts;
  readonly #timers: NodeJS.Timeout[];
  #backup: Promise<void> | null = null;
  /** Deletions that are becoming final, and when that goes on. */
  #erasing: Generator<number> | null = null;
  #next: NodeJS.Immediate | undefined;
  /** When (ms) all that had faded was archived last; null until it was. */
  #fadedAt: number | null = null;
  readonly #tidying: Tidying;
  readonly #erasure: ErasureCheck;
  readonly #stopListening: () => void;
  /** When (performance.now) something was last said or answered. */
  #spokenAt = performance.now();

  constructor(ports: HousekeepingPorts) {
    this.#ports = ports;
    const { vault, assistant, clock, learning, idleMs } = ports;
    this.#erasure = new ErasureCheck({
      check: vault.store.erase.check,
      folder: vault.folder,
      busy: () => assistant.replies.busy || this.#erasing !== null,
      onChange: ports.onErasure,
    });
    this.#tidying = new Tidying({
      vault,
      learning,
      clock,
      busy: () => ports.busy() || performance.now() - this.#spokenAt < idleMs,
      onMemories: () => {
        assistant.forgetPrompts();
        ports.onMemories();
      },
      onConversations: ports.onConversations,
    });
    this.#stopListening = assistant.replies.onChange(() => {
      this.#spokenAt = performance.now();
    });
    const ticker = setInterval(
      () => {
        this.#tick();
        // Not with the very first tick, which the start waits for.
        this.#fade();
        this.#readTastes();
        this.#tidying.wake();
      },
      Math.min(tickEvery, Math.max(idleMs, leastTick)),
    );
    // A check that cannot be made, as for want of memory, says nothing about the file.
    const check = setTimeout(() => void this.#check().catch(() => {}), checkAfter);
    this.#timers = [ticker.unref(), check.unref()];
    this.#tick();
  }

  /** Whether anything is left in the database file of what was erased. */
  get erasure(): ErasureState {
    return this.#erasure.state;
  }

  /** Ends it: waits for a backup in progress and makes what is deleted final. To be called once no reply is being written. */
  async stop(): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#stopListening();
    await this.#tidying.close();
    clearImmediate(this.#next);
    await this.#backup;
    // What the user has deleted must not wait for the next start.
    try {
      eraseDue(this.#ports.vault.store, Number.MAX_SAFE_INTEGER);
    } catch {
      // A full or read-only disk; tried again at the next start.
    }
    this.#erasure.stop();
  }

  #tick(): void {
    const now = this.#ports.clock();
    // A reply that is being written would bring the words back that it has read; the next tick is soon.
    this.#eraseSome(now);
    this.#backUp(now);
  }

  /** Makes deletions final, some at a time and never beside a reply, with room for everything else between. */
  #eraseSome(now: number): void {
    clearImmediate(this.#next);
    // A reply that is being written would bring the words back that it has read; the next tick is soon.
    if (this.#ports.assistant.replies.busy) return;
    try {
      this.#erasing ??= erasingDue(this.#ports.vault.store, now);
      const end = performance.now() + eraseFor;
      let erased = 0;
      let done = false;
      while (!done && performance.now() < end) {
        const step = this.#erasing.next();
        done = step.done === true;
        erased += step.value ?? 0;
      }
      if (erased > 0) {
        this.#ports.onMemories();
        // Titles may have said it too.
        this.#ports.onConversations();
      }
      if (done) {
        this.#erasing = null;
        this.#erasure.wake();
      } else this.#next = setImmediate(() => this.#eraseSome(now));
    } catch {
      // A full or read-only disk; tried again at the next tick, at quit, and at the next start.
      this.#erasing = null;
    }
  }

  /** Archives what has faded, a bounded number at a time and never beside a reply, and then rests for a day. */
  #fade(): void {
    const { vault, assistant, clock, onMemories } = this.#ports;
    const now = clock();
    const rested = this.#fadedAt === null || Math.abs(now - this.#fadedAt) >= day;
    if (!rested || assistant.replies.busy) return;
    try {
      const archived = archiveFaded(vault.store, now);
      if (archived.length < archiveLimit) this.#fadedAt = now;
      if (archived.length === 0) return;
    } catch {
      // A full or read-only disk; tried again at the next tick.
      return;
    }
    assistant.forgetPrompts();
    onMemories();
  }

  /** Reads memories that an older Ebb wrote, or read in another way, for tastes: a bounded number at a time, never beside a reply. */
  #readTastes(): void {
    const { vault, assistant, onMemories } = this.#ports;
    if (assistant.replies.busy) return;
    try {
      if (readTastes(vault.store, tasteSlice) > 0) onMemories();
    } catch {
      // A full or read-only disk; tried again at the next tick.
    }
  }

  #backUp(now: number): void {
    const { db, vault } = this.#ports;
    if (this.#backup) return;
    const newest = listBackups(vault.folder)[0];
    if ((newest && now - newest.at <= day) || isUntouched(vault)) return;
    const done = (): void => {
      this.#backup = null;
    };
    // One that cannot be written leaves the older ones alone and is tried again.
    this.#backup = makeBackup(db, vault.folder, now).then(done, done);
  }

  async #check(): Promise<void> {
    const { db, vault, findFaults, onDamaged } = this.#ports;
    if (!findFaults) return;
    const faults = await findFaults(layout(vault.folder).database);
    // Closed meanwhile: what was read is not what is open.
    if (db.open && !mendFaults(db, faults)) onDamaged();
  }
}

/** True where nothing is there that would be missed. */
function isUntouched({ messages, store, tasks }: Vault): boolean {
  return (
    messages.conversationCount() === 0 &&
    store.memories.list({ status: "all", limit: 1, offset: 0 }).total === 0 &&
    store.reminders.open().length === 0 &&
    tasks.goals(taskStates, 1, 0).total === 0
  );
}
