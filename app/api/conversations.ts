import type { implement } from "@orpc/server";
import { EbbError } from "../contract/errors.ts";
import type { contract } from "../contract/index.ts";
import type { Engine } from "../engine.ts";

type Implementer = ReturnType<typeof implement<typeof contract>>["conversations"];

/** What the list of conversations and an open one ask for. */
export function conversationHandlers(api: Implementer, engine: Engine) {
  return {
    list: api.list.handler(({ input }) => {
      const { messages, store } = engine.session.vault;
      const query = input.query?.trim();
      if (query) return store.search.conversations(query, { limit: input.limit, offset: input.offset });
      const items = messages.conversations(input.limit, input.offset).map((row) => ({ ...row, excerpt: null }));
      return { items, total: messages.conversationCount() };
    }),
    get: api.get.handler(({ input }) => {
      const { assistant } = engine.session;
      return { conversation: conversation(engine, input.id), messages: assistant.transcript(input.id) };
    }),
    rename: api.rename.handler(({ input }) => {
      const { vault } = engine.session;
      vault.write(() => vault.messages.rename(input.id, input.title));
      engine.publish({ type: "conversations" });
      return conversation(engine, input.id);
    }),
    delete: api.delete.handler(async ({ input }) => {
      const { vault, assistant } = engine.session;
      conversation(engine, input.id);
      vault.requireWritable();
      await assistant.replies.stopIn(input.id);
      const erased = vault.store.erase.conversation(input.id, engine.clock());
      assistant.afterErasing();
      engine.publish({ type: "conversations" });
      engine.publish({ type: "memories" });
      return erased;
    }),
  };
}

function conversation(engine: Engine, id: string) {
  const found = engine.session.vault.messages.conversation(id);
  if (found) return found;
  throw new EbbError("NOT_FOUND", "That conversation does not exist any more.", "Choose another one from the list.");
}
