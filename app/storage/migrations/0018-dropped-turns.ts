import type { Migration } from "./index.ts";

/** How many turns at the beginning of its conversation a reply was told in short only. */
export const droppedTurns: Migration = {
  version: 18,
  name: "dropped-turns",
  sql: "ALTER TABLE message ADD COLUMN dropped_turns INTEGER NOT NULL DEFAULT 0",
};
