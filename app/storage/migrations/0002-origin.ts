import type { Migration } from "./index.ts";

/** Where a conversation began: in a chat, or in the quick-ask window, whose own questions are offered there again. */
export const origin: Migration = {
  version: 2,
  name: "origin",
  sql: `
    ALTER TABLE conversation ADD COLUMN origin TEXT NOT NULL DEFAULT 'chat' CHECK (origin IN ('chat', 'quick'));
    CREATE INDEX conversation_quick ON conversation (updated_at DESC) WHERE origin = 'quick';
  `,
};
