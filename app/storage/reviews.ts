import type { Db } from "./connection.ts";

export type ReviewGrade = "again" | "hard" | "good" | "easy";

/** One change of a memory's forgetting state: `stability` in days and `difficulty` are those after it. */
export type ReviewEntry = {
  memoryId: string;
  /** Milliseconds since 1970 (UTC). */
  at: number;
  grade: ReviewGrade;
  /** Why, in a word or two: "stated", "restated", "used in a reply". */
  reason: string;
  stability: number;
  difficulty: number;
};

/** The log from which every forgetting state can be replayed. */
export function reviewRepository(db: Db) {
  const insert = db.prepare(`INSERT INTO review_log (memory_id, at, grade, reason, stability, difficulty)
    VALUES (@memoryId, @at, @grade, @reason, @stability, @difficulty)`);
  const apply = db.prepare(`UPDATE memory
    SET stability = @stability, difficulty = @difficulty, last_review_at = @at WHERE id = @memoryId`);
  const clear = db.prepare("DELETE FROM review_log WHERE memory_id = ?");
  const ofMemory = db.prepare<[string], ReviewEntry>(
    `SELECT memory_id AS memoryId, at, grade, reason, stability, difficulty FROM review_log
     WHERE memory_id = ? ORDER BY seq`,
  );

  return {
    /** Only writes the log: for the first review, whose state the new memory already carries. */
    addReview(entry: ReviewEntry): void {
      insert.run(entry);
    },
    /** Writes the log and gives the memory its new forgetting state; its version and history stay as they are. */
    applyReview: db.transaction((entry: ReviewEntry): void => {
      apply.run(entry);
      insert.run(entry);
    }),
    /** Oldest first. */
    reviewsOf: (memoryId: string): ReviewEntry[] => ofMemory.all(memoryId),
    /** Puts a log in the place of the memory's own, as after one of its reviews was taken back. */
    replaceReviews: db.transaction((memoryId: string, log: readonly ReviewEntry[]): void => {
      clear.run(memoryId);
      for (const entry of log) insert.run(entry);
    }),
  };
}
