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
      if (query) {
        const found = store.search.conversations(query, { limit: input.limit, offset: input.offset });
        return { ...found, items: found.items.map(kept) };
      }
      const items = messages.conversations(input.limit, input.offset).map((row) => kept({ ...row, excerpt: null }));
      return { items, total: messages.conversationCount() };
    }),
    get: api.get.handler(({ input }) => {
      const passing = engine.session.incognito.conversation(input.id);
      return {
        conversation: passing ? { ...passing, incognito: true } : conversation(engine, input.id),
        messages: engine.assistantOf(input.id).transcript(input.id),
      };
    }),
    beginIncognito: api.beginIncognito.handler(() => ({ ...engine.session.incognito.begin(), incognito: true })),
    hold: api.hold.handler(({ input, signal }) => engine.session.incognito.hold(input.id, signal)),
    rename: api.rename.handler(({ input }) => {
      const { vault } = engine.session;
      vault.write(() => vault.messages.rename(input.id, input.title));
      engine.publish({ type: "conversations" });
      return conversation(engine, input.id);
    }),
    delete: api.delete.handler(async ({ input }) => {
      const { vault, assistant, incognito } = engine.session;
      const messages = incognito.of(input.id)?.transcript(input.id).length ?? 0;
      if (await incognito.end(input.id)) return { messages, memories: 0 };
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

/** As the window sees a conversation of the database. */
function kept<Row extends object>(row: Row): Row & { incognito: false } {
  return { ...row, incognito: false };
}

function conversation(engine: Engine, id: string) {
  const found = engine.session.vault.messages.conversation(id);
  if (found) return kept(found);
  throw new EbbError("NOT_FOUND", "That conversation does not exist any more.", "Choose another one from the list.");
}
