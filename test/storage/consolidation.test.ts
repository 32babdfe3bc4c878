import { fork } from "node:child_process";
import { randomInt } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import { lastTidying, undoTidying } from "../../app/memory/consolidate/consolidate.ts";
import { firstReview, replay } from "../../app/memory/forgetting.ts";
import { openMemoryStore } from "../../app/memory/store.ts";
import { makeBackup } from "../../app/storage/backup.ts";
import { connect, type Db } from "../../app/storage/connection.ts";
import { layout } from "../../app/storage/folder.ts";
import type { NewMemory } from "../../app/storage/memories.ts";
import { openPassingVault } from "../../app/vault.ts";
import { filesContaining, openTestDatabase, openTestMemory, type TestDatabase } from "../fixtures/database.ts";
import { changeOf, memoryOf } from "../fixtures/memory.ts";
import { rowsOf, tidy } from "../fixtures/tidy.ts";

const day = 86_400_000;
const now = Date.UTC(2026, 6, 1);

function learn(
  { store, addMessage }: TestDatabase,
  id: string,
  text: string,
  given: Partial<NewMemory> = {},
  talk = id,
): string {
  const message = addMessage({ text, at: given.createdAt ?? 0, conversationId: `talk-${talk}` });
  store.memories.insert(memoryOf(text, { id, ...given }), changeOf({ changeId: `learn-${id}`, messageId: message }));
  store.memories.addEvidence(id, message, text);
  return message;
}

describe("erasing", () => {
  test("takes what was tidied up along: merges, words, links, observations, episodes and titles, in every file", async () => {
    const database = openTestDatabase();
    const { store, db, folder } = database;
    const value = "velociraptor sculptures";
    for (const [place, text] of [
      "I carve velociraptor sculptures.",
      "I really carve velociraptor sculptures!",
      "My velociraptor sculptures stand outside.",
      "I sold velociraptor sculptures online.",
      "I paint velociraptor sculptures green.",
    ].entries()) {
      learn(database, `m${place}`, text, { value, predicate: `p${Math.max(1, place)}`, createdAt: place * 40 * day });
    }
    const opening = database.addMessage({ text: "Hi!", conversationId: "greeted", title: "Hi!" });
    database.addMessage({
      text: "My velociraptor sculptures need varnish today",
      conversationId: "greeted",
      parentId: opening,
    });
    tidy(store, now);
    const count = (table: string) => db.prepare(`SELECT count(*) FROM ${table}`).pluck().get();
    for (const table of ["merge", "memory_link", "observation_support", "episode", "memory_word"]) {
      expect(count(table), table).toBeGreaterThan(0);
    }
    expect(db.prepare("SELECT made_title FROM conversation WHERE id = 'greeted'").pluck().get()).toContain(
      "velociraptor",
    );
    expect(store.memories.all().some(({ kind }) => kind === "observation")).toBe(true);
    await makeBackup(db, folder, now);
    expect(filesContaining(folder, "velociraptor").length).toBeGreaterThan(1);

    const standing = store.memories.all().filter(({ kind }) => kind !== "observation");
    const passages = [
      {
        messageId: db
          .prepare("SELECT id FROM message WHERE conversation_id = 'greeted' AND text LIKE 'My%'")
          .pluck()
          .get() as string,
        quote: "My velociraptor sculptures need varnish today",
      },
    ];
    store.erase.memories(
      standing.map(({ id }) => id),
      { sources: true, at: now, passages },
    );

    expect(filesContaining(folder, "velociraptor")).toEqual([]);
    for (const table of [
      "memory",
      "merge",
      "memory_link",
      "observation_support",
      "memory_word",
      "memory_key",
      "merged_evidence",
    ]) {
      expect(count(table), table).toBe(0);
    }
    expect(db.pragma("foreign_key_check")).toEqual([]);
    tidy(store, now);
    expect(filesContaining(folder, "velociraptor")).toEqual([]);
    expect(db.prepare("SELECT title, made_title FROM conversation WHERE id = 'greeted'").get()).toEqual({
      title: "Hi!",
      made_title: null,
    });
  });

  test("an episode goes with words in it, and is told anew from the others", () => {
    const database = openTestDatabase();
    const { store, folder } = database;
    const secret = learn(database, "m", "My locker code is forty two zebra.", { value: "forty two zebra" }, "chat");
    database.addMessage({ text: "I also want to repaint the hallway in green", conversationId: "talk-chat" });
    tidy(store, now);
    expect(store.episodes.of("talk-chat")[0]?.summary).toContain("zebra");
    store.erase.memories(["m"], { sources: true, at: now });
    expect(store.episodes.of("talk-chat")).toEqual([]);
    tidy(store, now);
    expect(store.episodes.of("talk-chat")[0]?.summary).toContain("hallway");
    expect(filesContaining(folder, "zebra")).toEqual([]);
    expect(secret).toBeTruthy();
  });

  test("a conversation takes its episodes and what only it supports", () => {
    const database = openTestDatabase();
    const { store, db } = database;
    for (const [place, text] of ["I knit socks", "My socks are woollen", "I darn socks"].entries()) {
      learn(database, `m${place}`, text, { value: "socks", createdAt: place * day });
    }
    tidy(store, now);
    for (const place of [0, 1]) store.erase.conversation(`talk-m${place}`, now);
    expect(store.memories.all().map(({ id }) => id)).toEqual(["m2"]);
    expect(db.pragma("foreign_key_check")).toEqual([]);
    expect(db.prepare("SELECT count(*) FROM memory_fts_docsize").pluck().get()).toBe(1);
    tidy(store, now);
  });
});

const texts = [
  "I like tea",
  "I love tea",
  "I like green tea",
  "I like tea!",
  "I don't like tea",
  "I play chess",
  "I play chess a lot",
  "Chess is fun",
  "My chess set",
];
const lives = fc.array(
  fc.record({
    text: fc.nat(texts.length - 1),
    at: fc.nat(60),
    talk: fc.nat(5),
    predicate: fc.constantFrom("likes", "note", "plays"),
    trust: fc.constantFrom("user", "confirmed", "inferred"),
    status: fc.constantFrom("active", "active", "active", "active", "conflict", "archived"),
    how: fc.constantFrom("stated", "remember", "aside"),
  }),
  { maxLength: 14 },
);
type Life = typeof lives extends fc.Arbitrary<infer T> ? T : never;

function live(
  database: Pick<TestDatabase, "store" | "addMessage">,
  life: Life,
  after: (place: number) => void = () => {},
): void {
  const { store, addMessage } = database;
  for (const [place, { text, at, talk, how, ...given }] of life.entries()) {
    const [said = "", id, createdAt] = [texts[text], `m${String(place).padStart(2, "0")}`, at * day + place];
    const message = addMessage({ id: `g${id}`, text: said, at: createdAt, conversationId: `talk-${talk}` });
    const state = firstReview(how, createdAt);
    store.memories.insert(
      memoryOf(said, { id, value: said.replace(/^I \w+ /, ""), ...given, ...state, createdAt }),
      changeOf({ changeId: `c${id}`, at: createdAt, messageId: message }),
    );
    store.memories.addReview({ memoryId: id, at: createdAt, grade: "good", reason: "x", ...state });
    store.memories.replaceReviews(id, [
      {
        memoryId: id,
        at: createdAt,
        grade: how === "remember" ? "easy" : how === "stated" ? "good" : "hard",
        reason: "x",
        ...state,
      },
    ]);
    store.memories.addEvidence(id, message, said);
    after(place);
  }
}

/** What is known in the end, whichever way Ebb came to it. */
const known = ({ db, store }: Pick<TestDatabase, "db" | "store">) => ({
  memories: db
    .prepare(
      `SELECT id, text, status, trust, iif(status = 'superseded', 0, created_at) AS created,
         iif(status = 'superseded', 0, stability) AS stability, pinned
       FROM memory WHERE kind <> 'observation' ORDER BY id`,
    )
    .all(),
  evidence: db
    .prepare(
      `SELECT e.memory_id, e.message_id, e.quote FROM evidence e JOIN memory m ON m.id = e.memory_id
       WHERE m.status <> 'superseded' ORDER BY 1, 2, 3`,
    )
    .all(),
  links: db.prepare("SELECT memory_id, other_id, kind, weight FROM memory_link ORDER BY 1, 2").all(),
  observations: store.memories
    .all(["active"])
    .filter(({ kind }) => kind === "observation")
    .map(({ id, text }): [string, string[]] => [text, store.consolidation.supportsOf(id)])
    .sort(([one], [other]) => (one < other ? -1 : 1)),
});

describe("tidying up", () => {
  test("changes nothing the second time, whatever it finds", () => {
    fc.assert(
      fc.property(lives, (life) => {
        const database = openTestMemory();
        live(database, life);
        tidy(database.store, now);
        const before = rowsOf(database.db);
        tidy(database.store, now);
        expect(rowsOf(database.db)).toEqual(before);
        // Not even where all of it is looked at again.
        database.db.exec("INSERT OR IGNORE INTO memory_due (memory_seq) SELECT seq FROM memory");
        tidy(database.store, now);
        expect(rowsOf(database.db)).toEqual(before);
        for (const { id, stability, difficulty } of database.store.memories.all(["active", "superseded"])) {
          expect(replay(database.store.memories.reviewsOf(id)).at(-1), id).toMatchObject({ stability, difficulty });
        }
      }),
      { numRuns: 40 },
    );
  });

  test("comes to the same in whatever order it looks, and however often between", () => {
    fc.assert(
      fc.property(
        lives,
        fc.array(fc.nat(), { minLength: 14, maxLength: 14 }),
        fc.array(fc.boolean(), { minLength: 14, maxLength: 14 }),
        (life, order, tidies) => {
          const [once, shuffled, often] = [openTestMemory(), openTestMemory(), openTestMemory()];
          live(once, life);
          tidy(once.store, now);
          live(shuffled, life);
          for (const [place, rank] of order.entries()) {
            shuffled.db.prepare("UPDATE memory_due SET not_before = ? WHERE memory_seq = ?").run(rank % now, place + 1);
          }
          tidy(shuffled.store, now);
          live(often, life, (place) => {
            if (tidies[place]) tidy(often.store, now);
          });
          tidy(often.store, now);
          expect(known(shuffled)).toEqual(known(once));
          expect(known(often)).toEqual(known(once));
        },
      ),
      { numRuns: 40 },
    );
  });

  test("taken back as a whole leaves every memory as it was", () => {
    fc.assert(
      fc.property(lives, (life) => {
        const database = openTestMemory();
        const { store, db } = database;
        live(database, life);
        const own = "(SELECT id FROM memory WHERE kind <> 'observation')";
        const state = () => ({
          memories: db
            .prepare(
              `SELECT id, kind, text, status, trust, confidence, importance, stability, difficulty, last_review_at, use_count,
                 created_at FROM memory WHERE id IN ${own} ORDER BY id`,
            )
            .all(),
          evidence: db.prepare("SELECT memory_id, message_id, quote FROM evidence ORDER BY 1, 2, 3").all(),
          reviews: db
            .prepare(`SELECT memory_id, at, grade, stability FROM review_log WHERE memory_id IN ${own} ORDER BY 1, 2`)
            .all(),
        });
        const before = state();
        tidy(store, now);
        const run = lastTidying(store);
        if (run) expect(undoTidying(store, run.id, now).kept).toBe(0);
        expect(state()).toEqual(before);
        expect(store.memories.all().filter(({ kind }) => kind === "observation")).toEqual([]);
        tidy(store, now);
        expect(state()).toEqual(before);
      }),
      { numRuns: 40 },
    );
  });

  test("runs in a vault that is in memory alone", () => {
    const { vault, discard } = openPassingVault();
    tidy(vault.store, now);
    discard();
  });
});

test("killed at any moment, it leaves a sound store, goes on, and ends as if nothing had happened", async () => {
  const entry = join(import.meta.dirname, "../fixtures/tidying-process.ts");
  const [folder, other] = [0, 1].map(() => mkdtempSync(join(tmpdir(), "ebb-tidying-"))) as [string, string];
  onTestFinished(() => {
    for (const path of [folder, other]) rmSync(path, { recursive: true, force: true, maxRetries: 3 });
  });
  const run = (path: string, killAfter: number | null): Promise<boolean> => {
    const child = fork(entry, [path], { execArgv: [] });
    let whole = false;
    child.on("message", (event) => {
      if (event === "tidied") whole = true;
      else if (killAfter !== null) setTimeout(() => child.kill("SIGKILL"), killAfter);
    });
    return new Promise((resolve) => child.once("exit", () => resolve(whole)));
  };
  const opened = <T>(path: string, look: (db: Db) => T): T => {
    const db = connect(layout(path).database);
    try {
      return look(db);
    } finally {
      db.close();
    }
  };
  let cut = 0;
  for (let round = 0; round < 8; round++) {
    // Short, so that on a fast machine too there is something left to be cut.
    if (!(await run(folder, randomInt(30)))) cut++;
    opened(folder, (db) => {
      expect(db.pragma("quick_check", { simple: true })).toBe("ok");
      expect(db.pragma("foreign_key_check")).toEqual([]);
      // Half a merge would be a loser without a winner that stands.
      expect(
        db
          .prepare("SELECT count(*) FROM memory WHERE status = 'superseded' AND id NOT IN (SELECT loser_id FROM merge)")
          .pluck()
          .get(),
      ).toBe(0);
    });
  }
  expect(cut).toBeGreaterThan(2);
  expect(await run(folder, null)).toBe(true);
  expect(await run(other, null)).toBe(true);
  const end = (path: string) => opened(path, (db) => known({ db, store: openMemoryStore(db, path, () => "") }));
  expect(end(folder)).toEqual(end(other));
  expect(opened(folder, (db) => db.prepare("SELECT count(*) FROM merge").pluck().get())).toBeGreaterThan(30);
}, 120_000);
