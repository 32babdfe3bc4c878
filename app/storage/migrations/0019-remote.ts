import type { Migration } from "./index.ts";

/** Which other computer wrote a reply, and requests that go to one. */
export const remote: Migration = {
  version: 19,
  name: "remote",
  sql: `
    ALTER TABLE message ADD COLUMN remote TEXT;

    CREATE TABLE outbound_request_19 (
      seq   INTEGER PRIMARY KEY,
      at    INTEGER NOT NULL,
      host  TEXT NOT NULL,
      why   TEXT NOT NULL CHECK (why IN ('model-download', 'remote-list', 'remote-reply', 'remote-learning')),
      bytes INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    INSERT INTO outbound_request_19 (seq, at, host, why, bytes) SELECT seq, at, host, why, bytes FROM outbound_request;
    DROP TABLE outbound_request;
    ALTER TABLE outbound_request_19 RENAME TO outbound_request;
  `,
};
