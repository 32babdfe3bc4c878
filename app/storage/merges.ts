import type { Db } from "./connection.ts";
import type { ReviewEntry } from "./reviews.ts";

/** That the winner says what the loser said. */
export type Merge = { loserId: string; winnerId: string; changeId: string; undone: boolean };

/** What a merge took over of the reviews: the winner's own before, and how many of the loser's it has in their place. */
export type TakenReviews = { winnerId: string; own: ReviewEntry[]; taken: number };

export type MergeRepository = ReturnType<typeof mergeRepository>;

/** Which memories were brought together, so that they can be taken apart again. */
export function mergeRepository(db: Db) {
  const add = db.prepare(`INSERT INTO merge (loser_id, winner_id, change_id, reviews, taken)
    VALUES (@loserId, @winnerId, @changeId, @reviews, @taken)
    ON CONFLICT (loser_id, winner_id) DO UPDATE
      SET change_id = excluded.change_id, reviews = excluded.reviews, taken = excluded.taken, undone = 0`);
  const columns = "loser_id AS loserId, winner_id AS winnerId, change_id AS changeId, undone";
  const of = db.prepare<{ id: string }, Omit<Merge, "undone"> & { undone: 0 | 1 }>(
    `SELECT ${columns} FROM merge WHERE loser_id = @id UNION SELECT ${columns} FROM merge WHERE winner_id = @id`,
  );
  const holder = db.prepare<[string], string>("SELECT winner_id FROM merge WHERE loser_id = ? AND undone = 0").pluck();
  const losers = db
    .prepare<[string], string>(
      `WITH RECURSIVE group_of (id) AS (
         SELECT value FROM json_each(?)
         UNION SELECT g.loser_id FROM merge g JOIN group_of ON g.winner_id = group_of.id WHERE g.undone = 0
       )
       SELECT id FROM group_of`,
    )
    .pluck();
  const takeEvidence = db.prepare(
    `INSERT OR IGNORE INTO evidence (memory_id, message_id, quote)
     SELECT @winnerId, message_id, quote FROM evidence WHERE memory_id = @loserId AND NOT EXISTS (
       SELECT 1 FROM evidence own WHERE own.memory_id = @winnerId AND own.message_id = evidence.message_id
         AND own.quote = evidence.quote)
     ORDER BY seq RETURNING seq`,
  );
  const noteEvidence = db.prepare("INSERT INTO merged_evidence (evidence_seq, change_id) VALUES (?, ?)");
  const dropEvidence = db.prepare(
    "DELETE FROM evidence WHERE seq IN (SELECT evidence_seq FROM merged_evidence WHERE change_id = ?)",
  );
  const reviewsOf = db.prepare<[string], { winnerId: string; reviews: string; taken: number }>(
    "SELECT winner_id AS winnerId, reviews, taken FROM merge WHERE change_id = ? AND reviews IS NOT NULL AND undone = 0",
  );
  const pairsOf = db.prepare<[string], { loserId: string; winnerId: string }>(
    "SELECT loser_id AS loserId, winner_id AS winnerId FROM merge WHERE change_id = ? AND undone = 0",
  );
  const keepApart = db.prepare(
    "INSERT OR IGNORE INTO merge (loser_id, winner_id, change_id, taken, undone) VALUES (?, ?, ?, 0, 1)",
  );
  const setUndone = db.prepare("UPDATE merge SET undone = 1 WHERE change_id = ?");

  return {
    /** Notes a merge; `taken` where the winner has the loser's reviews in place of its own now. */
    add(merge: Omit<Merge, "undone">, taken: { own: readonly ReviewEntry[]; count: number } | null): void {
      add.run({ ...merge, reviews: taken && JSON.stringify(taken.own), taken: taken?.count ?? 0 });
    },
    /** All merges that the memory was part of, those taken apart included. */
    of: (memoryId: string): Merge[] => of.all({ id: memoryId }).map((row) => ({ ...row, undone: row.undone === 1 })),
    /** Who says what the memory said, or undefined where it speaks for itself. */
    holderOf: (memoryId: string): string | undefined => holder.get(memoryId),
    /** The memories and all that were merged into them. */
    withLosers: (ids: readonly string[]): string[] => losers.all(JSON.stringify(ids)),
    /** Adds what the loser rests on to what the winner rests on. */
    takeEvidence(loserId: string, winnerId: string, changeId: string): void {
      for (const { seq } of takeEvidence.all({ loserId, winnerId }) as { seq: number }[])
        noteEvidence.run(seq, changeId);
    },
    /**
     * Takes back what `takeEvidence` did, and marks the merge as undone: nothing of the one side is brought together with anything of the
     * other again. Returns what it had taken of reviews.
     */
    takeBack(changeId: string): TakenReviews[] {
      const taken = reviewsOf.all(changeId).map(({ winnerId, reviews, taken: count }) => ({
        winnerId,
        own: JSON.parse(reviews) as ReviewEntry[],
        taken: count,
      }));
      const pairs = pairsOf.all(changeId);
      dropEvidence.run(changeId);
      setUndone.run(changeId);
      for (const { loserId, winnerId } of pairs) {
        const others = losers.all(JSON.stringify([winnerId]));
        for (const one of losers.all(JSON.stringify([loserId]))) {
          for (const other of others) keepApart.run(one, other, changeId);
        }
      }
      return taken;
    },
  };
}
