import type { Failure } from "../contract/errors.ts";
import type { Db } from "./connection.ts";

export type DownloadState = "queued" | "running" | "paused" | "failed";

/** A download, or a copy, that is not done yet. */
export type DownloadRow = {
  id: string;
  kind: "download" | "copy";
  source: string;
  name: string;
  file: string;
  entryId: string | null;
  sha256: string | null;
  bytes: number | null;
  state: DownloadState;
  failure: Failure | null;
  etag: string | null;
  totalBytes: number | null;
  statedSha256: string | null;
  useIt: boolean;
  finishedAs: string | null;
};

export type NewDownload = Pick<
  DownloadRow,
  "id" | "kind" | "source" | "name" | "file" | "entryId" | "sha256" | "bytes" | "useIt"
>;

type Stored = Omit<DownloadRow, "failure" | "useIt"> & { failure: string | null; useIt: number };

export type DownloadRepository = ReturnType<typeof downloadRepository>;

/** Downloads and copies that are under way, in the order in which they are done. */
export function downloadRepository(db: Db) {
  const columns = `id, kind, source, name, file, entry_id AS entryId, sha256, bytes, state, failure, etag,
    total_bytes AS totalBytes, stated_sha256 AS statedSha256, use_it AS useIt, finished_as AS finishedAs`;
  const all = db.prepare<[], Stored>(`SELECT ${columns} FROM download ORDER BY seq`);
  const one = db.prepare<[string], Stored>(`SELECT ${columns} FROM download WHERE id = ?`);
  const add =
    db.prepare(`INSERT INTO download (id, kind, source, name, file, entry_id, sha256, bytes, state, use_it, created_at)
    VALUES (@id, @kind, @source, @name, @file, @entryId, @sha256, @bytes, 'queued', @useIt, @at)`);
  const state = db.prepare("UPDATE download SET state = ?, failure = ? WHERE id = ?");
  const source = db.prepare("UPDATE download SET etag = ?, total_bytes = ?, stated_sha256 = ? WHERE id = ?");
  const finished = db.prepare("UPDATE download SET finished_as = ? WHERE id = ?");
  const drop = db.prepare("DELETE FROM download WHERE id = ?");
  const interrupt = db.prepare("UPDATE download SET state = 'paused' WHERE state IN ('running', 'queued')");
  const read = (row: Stored): DownloadRow => ({
    ...row,
    failure: row.failure === null ? null : (JSON.parse(row.failure) as Failure),
    useIt: row.useIt === 1,
  });
  return {
    all: (): DownloadRow[] => all.all().map(read),
    get(id: string): DownloadRow | null {
      const row = one.get(id);
      return row ? read(row) : null;
    },
    /** `at` in ms. */
    add(download: NewDownload, at: number): void {
      add.run({ ...download, useIt: download.useIt ? 1 : 0, at });
    },
    setState(id: string, next: DownloadState, failure: Failure | null = null): void {
      state.run(next, failure === null ? null : JSON.stringify(failure), id);
    },
    /** What the server says of the file whose part is being written. */
    setSource(id: string, told: Pick<DownloadRow, "etag" | "totalBytes" | "statedSha256">): void {
      source.run(told.etag, told.totalBytes, told.statedSha256, id);
    },
    /** The path that the part is about to get. */
    setFinishedAs(id: string, path: string | null): void {
      finished.run(path, id);
    },
    drop(id: string): void {
      drop.run(id);
    },
    /** Nothing is asked for by itself: what a crash or the end of Ebb cut short waits for the user. */
    pauseAll(): void {
      interrupt.run();
    },
  };
}
