import type { QuestionAnswer } from "../contract/index.ts";
import type { Db } from "./connection.ts";

/** A question about a memory. `memoryId` is null once the memory is erased, `answer` until it is answered. */
export type QuestionRow = { memoryId: string | null; askedAt: number; answer: QuestionAnswer | null };

export type QuestionRepository = ReturnType<typeof questionRepository>;

/** Which memories the user was asked about, and what they said. Times in ms since 1970 (UTC). */
export function questionRepository(db: Db) {
  const near = db.prepare<[number, number], QuestionRow>(
    `SELECT memory_id AS memoryId, asked_at AS askedAt, answer FROM question
     WHERE asked_at BETWEEN ? AND ? ORDER BY seq DESC`,
  );
  const insert = db.prepare("INSERT INTO question (memory_id, asked_at) VALUES (?, ?)");
  const answer = db.prepare("UPDATE question SET answer = ? WHERE memory_id = ? AND answer IS NULL");
  return {
    /** Asked less than `span` before or after `now`, newest first: a clock that was set back must not hide what was asked. */
    near: (now: number, span: number): QuestionRow[] => near.all(now - span + 1, now + span - 1),
    ask(memoryId: string, at: number): void {
      insert.run(memoryId, at);
    },
    /** Notes the answer; false where no question about the memory was open. */
    answer: (memoryId: string, given: QuestionAnswer): boolean => answer.run(given, memoryId).changes > 0,
  };
}
