import type { Db } from "./connection.ts";
import { nearestSearch } from "./nearest.ts";
import { erasedMark } from "./redact.ts";
import { encodeVector } from "./vector-codes.ts";
import { vectorKinds as kinds, type VectorIndexes, type VectorKind } from "./vector-index.ts";

export type { QueryVector } from "./nearest.ts";
export type { VectorKind } from "./vector-index.ts";

/** An embedder with vectors in the database; `folder` is null for the one that comes with Ebb. */
export type StoredEmbedder = {
  key: number;
  id: string;
  folder: string | null;
  dim: number;
  scanDim: number;
  role: "serving" | "coming" | "leaving";
};

/** A text to embed, as it stands now. */
export type DueText = { kind: VectorKind; seq: number; text: string };

/** A due text and its vector. */
export type Embedded = DueText & { vector: Float32Array };

export type VectorRepository = ReturnType<typeof vectorRepository>;

const embedderColumns = "key, id, folder, dim, scan_dim AS scanDim, role";
/** What is embedded of a message: who said it belongs to what was said. */
const messageText = `CASE WHEN speaker IS NULL OR text = '${erasedMark}' THEN text ELSE speaker || ': ' || text END`;

/** Embedders, the vectors that they made, what they have still to embed, and search by vector. */
export function vectorRepository(db: Db, indexes: VectorIndexes) {
  const search = nearestSearch(db, indexes);
  const list = db.prepare<[], StoredEmbedder>(`SELECT ${embedderColumns} FROM embedder ORDER BY key`);
  const insert = db.prepare<object, StoredEmbedder>(
    `INSERT INTO embedder (id, folder, dim, scan_dim, role) VALUES (@id, @folder, @dim, @scanDim, @role)
     RETURNING ${embedderColumns}`,
  );
  const setRole = db.prepare("UPDATE embedder SET role = ? WHERE key = ?");
  const leave = db.prepare("UPDATE embedder SET role = 'leaving' WHERE role = ?");
  const move = db.prepare("UPDATE embedder SET folder = ? WHERE key = ?");
  const leaving = db.prepare<[], number>("SELECT key FROM embedder WHERE role = 'leaving' ORDER BY key").pluck();
  const dropEmbedder = db.prepare("DELETE FROM embedder WHERE key = ?");
  const due = { message: dueOf(db, "message"), memory: dueOf(db, "memory") };

  return {
    nearest: search.nearest,
    cosines: search.cosines,
    read: search.read,
    unindexed: search.unindexed,
    indexes,
    /** All that have vectors here, oldest first. */
    embedders: (): StoredEmbedder[] => list.all(),
    /** Adds one; whichever had that role is leaving from now on. */
    add(embedder: Omit<StoredEmbedder, "key" | "role">, role: "serving" | "coming"): StoredEmbedder {
      return db.transaction(() => {
        leave.run(role);
        return insert.get({ ...embedder, role }) as StoredEmbedder;
      })();
    },
    /** Recall uses this one from now on; the one before is leaving. */
    serve(key: number): void {
      db.transaction(() => {
        leave.run("serving");
        setRole.run("serving", key);
      })();
    },
    retire: (key: number): void => void setRole.run("leaving", key),
    /** The embedder's files lie elsewhere now. */
    move: (key: number, folder: string | null): void => void move.run(folder, key),
    /** Removes at most `limit` vectors of embedders that are leaving, and at last the embedders; false once none is left. */
    clear(limit: number): boolean {
      return db.transaction(() => {
        const key = leaving.get();
        if (key === undefined) return false;
        let room = limit;
        for (const kind of kinds) room -= due[kind].dropVectors.run({ key, limit: room }).changes;
        if (room > 0) dropEmbedder.run(key);
        return true;
      })();
    },
    /** Texts that the embedder has still to embed, memories first: at most `limit`, and with at most about `chars` characters. */
    due(key: number, limit: number, chars: number): DueText[] {
      const found: DueText[] = [];
      let room = chars;
      for (const kind of kinds) {
        for (const read of [due[kind].changed, due[kind].next]) {
          for (const row of read.iterate({ key, limit: limit - found.length })) {
            if (room <= 0) return found;
            found.push({ kind, ...row });
            room -= row.text.length;
          }
          if (found.length >= limit) return found;
        }
      }
      return found;
    },
    /**
     * Stores the vectors of texts that `due` gave, as far as these still stand so; a text that has changed meanwhile stays
     * due, one that is gone or erased gets none.
     */
    store(key: number, embedded: readonly Embedded[]): void {
      const written = db.transaction(() =>
        kinds.flatMap((kind) => {
          const batch = embedded.filter((each) => each.kind === kind);
          const kept = batch.flatMap((each) => {
            const { seq } = each;
            const now = due[kind].text.get(seq);
            if (now !== undefined && now !== each.text) {
              due[kind].again.run({ key, seq });
              return [];
            }
            due[kind].done.run({ key, seq });
            const data = now === undefined || now === erasedMark ? null : encodeVector(each.vector);
            if (data === null) return [];
            due[kind].put.run({ key, seq, data });
            return [{ kind, seq, data }];
          });
          due[kind].pass.run({ key, upTo: batch.reduce((last, { seq }) => Math.max(last, seq), 0) });
          return kept;
        }),
      )();
      for (const { kind, seq, data } of written) search.written(kind, key, seq, data);
    },
    /** How far the embedder has come, in rows of both tables; all of them once nothing is due. */
    progress(key: number): { done: number; total: number } {
      let done = 0;
      let total = 0;
      for (const kind of kinds) {
        const state = due[kind].progress.get({ key });
        if (!state) continue;
        total += state.newest;
        done += Math.max(0, Math.min(state.cursor, state.newest) - state.changed);
      }
      return { done, total };
    },
  };
}

function dueOf(db: Db, kind: VectorKind) {
  const text = kind === "message" ? messageText : "text";
  const wanted = kind === "message" ? "t.role <> 'assistant'" : "1";
  const cursor = `(SELECT ${kind}_cursor FROM embedder WHERE key = @key)`;
  return {
    changed: db.prepare<{ key: number; limit: number }, { seq: number; text: string }>(
      `SELECT d.seq, coalesce((SELECT ${text} FROM ${kind} t WHERE t.seq = d.seq), '') AS text FROM vector_due d
       WHERE d.model = @key AND d.kind = '${kind}' ORDER BY d.seq LIMIT @limit`,
    ),
    next: db.prepare<{ key: number; limit: number }, { seq: number; text: string }>(
      `SELECT t.seq, ${text} AS text FROM ${kind} t WHERE t.seq > ${cursor} AND ${wanted} ORDER BY t.seq LIMIT @limit`,
    ),
    text: db.prepare<[number], string>(`SELECT ${text} FROM ${kind} t WHERE t.seq = ? AND ${wanted}`).pluck(),
    again: db.prepare(`INSERT OR IGNORE INTO vector_due (model, kind, seq) VALUES (@key, '${kind}', @seq)`),
    done: db.prepare(`DELETE FROM vector_due WHERE model = @key AND kind = '${kind}' AND seq = @seq`),
    put: db.prepare(
      `INSERT INTO ${kind}_vector (model, seq, data) VALUES (@key, @seq, @data)
       ON CONFLICT (model, seq) DO UPDATE SET data = excluded.data`,
    ),
    // Past what needs no vector, too. Never back: what is queued lies before the cursor.
    pass: db.prepare(
      `UPDATE embedder SET ${kind}_cursor = max(${kind}_cursor, @upTo, coalesce(
         (SELECT min(t.seq) - 1 FROM ${kind} t WHERE t.seq > max(${kind}_cursor, @upTo) AND ${wanted}),
         (SELECT max(t.seq) FROM ${kind} t), 0))
       WHERE key = @key`,
    ),
    progress: db.prepare<{ key: number }, { cursor: number; newest: number; changed: number }>(
      `SELECT ${kind}_cursor AS cursor, coalesce((SELECT max(seq) FROM ${kind}), 0) AS newest,
         (SELECT count(*) FROM vector_due d WHERE d.model = @key AND d.kind = '${kind}') AS changed
       FROM embedder WHERE key = @key`,
    ),
    dropVectors: db.prepare(
      `DELETE FROM ${kind}_vector WHERE model = @key
       AND seq IN (SELECT seq FROM ${kind}_vector WHERE model = @key LIMIT @limit)`,
    ),
  };
}
