import type { Failure } from "../../contract/errors.ts";
import type { Told } from "./transfer.ts";

/** A download, or a copy, as it is kept across starts. */
export type Entry = {
  id: string;
  kind: "download" | "copy";
  /** An address, or a path. */
  source: string;
  name: string;
  /** The file's name in the models folder. */
  file: string;
  entryId: string | null;
  sha256: string | null;
  /** The length that the catalog promises. */
  bytes: number | null;
  state: "queued" | "running" | "paused" | "failed";
  failure: Failure | null;
  etag: string | null;
  totalBytes: number | null;
  statedSha256: string | null;
  useIt: boolean;
  finishedAs: string | null;
};

export type NewEntry = Omit<
  Entry,
  "id" | "file" | "state" | "failure" | "etag" | "totalBytes" | "statedSha256" | "finishedAs"
> & { wantedFile: string };

/** Where downloads are kept, each change in a transaction of its own. */
export type Journal = {
  all(): Entry[];
  get(id: string): Entry | null;
  add(entry: Omit<Entry, "state" | "failure" | "etag" | "totalBytes" | "statedSha256" | "finishedAs">): void;
  setState(id: string, state: Entry["state"], failure?: Failure | null): void;
  setSource(id: string, told: Told): void;
  setFinishedAs(id: string, path: string | null): void;
  drop(id: string): void;
  pauseAll(): void;
  /** The file is in its place: notes it and drops the entry, in one transaction. */
  finish(entry: Entry, path: string, sha256: string | null): void;
};
