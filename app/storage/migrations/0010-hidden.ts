import type { Migration } from "./index.ts";

/** Conversations that an import is still writing: no list, search or recall shows them until it is done. */
export const hidden: Migration = {
  version: 10,
  name: "hidden",
  sql: `
    -- the import that is still bringing it in
    ALTER TABLE conversation ADD COLUMN hidden_by TEXT;
    DROP INDEX conversation_updated;
    CREATE INDEX conversation_updated ON conversation (updated_at DESC, seq DESC) WHERE hidden_by IS NULL;
    CREATE INDEX conversation_hidden ON conversation (hidden_by, id) WHERE hidden_by IS NOT NULL;
    -- memories that a change is taking away, or has yet to bring
    CREATE INDEX memory_deleted ON memory (deleted_by) WHERE deleted_by IS NOT NULL;
  `,
};
