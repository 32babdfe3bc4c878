import { rmSync } from "node:fs";
import { z } from "zod";
import { connect } from "./connection.ts";
import { blankEntries, completeIndexFile, emptyGraph, isWhole, readHead } from "./index-file.ts";
import { decodeVector } from "./vector-codes.ts";

/** Something to do for the search by vector that takes long, in a thread of its own. */
export const indexTask = z.discriminatedUnion("work", [
  /** Read a file to its end, to see whether it is whole. */
  z.object({ work: z.literal("check"), path: z.string() }),
  /** Build a file at `draft` of the rows up to `upTo`. */
  z.object({
    work: z.literal("build"),
    database: z.string(),
    draft: z.string(),
    /** Of the row in `vector_index`. */
    key: z.number().int(),
    name: z.string(),
    model: z.number().int(),
    kind: z.enum(["message", "memory"]),
    dim: z.number().int(),
    upTo: z.number().int(),
  }),
]);
export type IndexTask = z.infer<typeof indexTask>;
export type BuildTask = Extract<IndexTask, { work: "build" }>;

/** The vectors in the file that was checked or built; 0 where there is no whole file. */
export const indexResult = z.object({ count: z.number().int().nonnegative() });
export type IndexResult = z.infer<typeof indexResult>;

/** Vectors that are read, and added, at once: some 0.1 s, after which a checkpoint gets its turn. */
const atOnce = 256;

/** Does the task. @throws what SQLite, the file system or usearch throws; nothing is left of a build then */
export function workOnIndex(task: IndexTask): IndexResult {
  if (task.work === "build") return { count: build(task) };
  return { count: isWhole(task.path) ? (readHead(task.path)?.count ?? 0) : 0 };
}

function build({ database, draft, key, name, model, kind, dim, upTo }: BuildTask): number {
  const graph = emptyGraph(dim);
  if (!graph) return 0;
  const db = connect(database, { readonly: true });
  try {
    const read = db.prepare<[number, number, number], { seq: number; data: Buffer }>(
      `SELECT seq, data FROM ${kind}_vector WHERE model = ? AND seq > ? AND seq <= ? ORDER BY seq LIMIT ${atOnce}`,
    );
    const seqs: number[] = [];
    // All rows of a read are fetched before they are added, so that no transaction stays open meanwhile.
    for (let rows = read.all(model, 0, upTo); rows.length > 0; rows = read.all(model, rows.at(-1)?.seq ?? upTo, upTo)) {
      const fitting = rows
        .map(({ seq, data }) => ({ seq, codes: decodeVector(data).codes }))
        .filter(({ codes }) => codes.length === dim);
      const vectors = new Int8Array(fitting.length * dim);
      fitting.forEach(({ codes }, at) => {
        vectors.set(codes, at * dim);
      });
      graph.add(
        BigUint64Array.from(fitting, ({ seq }) => BigInt(seq)),
        vectors,
        1,
      );
      for (const { seq } of fitting) seqs.push(seq);
    }
    if (seqs.length === 0) return 0;
    try {
      graph.save(draft);
      completeIndexFile(draft, { name, dim, upTo }, Float64Array.from(seqs));
      // What has been erased since it was read. What is erased from now on deletes the draft.
      const stale = db.prepare<[number], number>("SELECT seq FROM vector_stale WHERE file = ? ORDER BY seq").pluck();
      blankEntries(draft, stale.all(key));
    } catch (error) {
      rmSync(draft, { force: true });
      throw error;
    }
    return seqs.length;
  } finally {
    db.close();
  }
}
