import type { implement } from "@orpc/server";
import type { contract } from "../contract/index.ts";
import type { Engine } from "../engine.ts";
import { lastTidying, undoTidying } from "../memory/consolidate/consolidate.ts";
import {
  addMemory,
  deleteMemories,
  editMemory,
  getMemory,
  listMemories,
  pinMemory,
  resolveConflict,
  restoreMemory,
} from "../memory/library.ts";
import { judgePreference, listPreferences } from "../memory/preferences/preferences.ts";
import { answerQuestion, question } from "../memory/question.ts";
import { exportMemories, importMemories } from "../memory/transfer.ts";
import { undo } from "../memory/undo.ts";
import type { Vault } from "../vault.ts";

type Implementer = ReturnType<typeof implement<typeof contract>>["memories"];

/** What the memory panel asks for. */
export function memoryHandlers(api: Implementer, engine: Engine) {
  /** Changes memories and tells the windows. The profile may have changed, so prompts are composed anew. */
  const changing = <T>(work: (vault: Vault, now: number) => T): T => {
    const { vault, assistant } = engine.session;
    vault.requireWritable();
    const result = work(vault, engine.clock());
    assistant.forgetPrompts();
    engine.publish({ type: "memories" });
    return result;
  };
  return {
    list: api.list.handler(({ input }) => listMemories(engine.session.vault.store, input, engine.clock())),
    get: api.get.handler(({ input }) => getMemory(engine.session.vault.store, input.id, engine.clock())),
    add: api.add.handler(({ input }) => changing(({ store }, now) => addMemory(store, input, now))),
    edit: api.edit.handler(({ input }) => changing(({ store }, now) => editMemory(store, input, now))),
    pin: api.pin.handler(({ input }) => changing(({ store }, now) => pinMemory(store, input, now))),
    restore: api.restore.handler(({ input }) => changing(({ store }, now) => restoreMemory(store, input.id, now))),
    question: api.question.handler(() => {
      const { vault } = engine.session;
      // Nothing is asked that could not be answered.
      if (vault.readOnly) return { memory: null, rivals: [] };
      return vault.write(() => question(vault.store, engine.clock()));
    }),
    answerQuestion: api.answerQuestion.handler(({ input }) =>
      changing(({ store }, now) => answerQuestion(store, input, now)),
    ),
    resolve: api.resolve.handler(({ input }) => changing(({ store }, now) => resolveConflict(store, input, now))),
    preferences: api.preferences.handler(() => ({
      items: listPreferences(engine.session.vault.store, engine.clock()),
    })),
    judgePreference: api.judgePreference.handler(({ input }) =>
      changing(({ store }, now) => judgePreference(store, input, now)),
    ),
    delete: api.delete.handler(({ input }) => changing(({ store }, now) => deleteMemories(store, input, now))),
    undo: api.undo.handler(async ({ input }) => {
      if (await engine.session.imports.undo(input.changeId)) return { ids: [] };
      return changing(({ store }, now) => ({ ids: undo(store, input.changeId, now) }));
    }),
    tidied: api.tidied.handler(() => ({ last: lastTidying(engine.session.vault.store) })),
    undoTidying: api.undoTidying.handler(({ input }) =>
      changing(({ store }, now) => undoTidying(store, input.id, now)),
    ),
    export: api.export.handler(({ input }) => exportMemories(engine.session.vault.store, input.format, engine.clock())),
    import: api.import.handler(({ input }) => changing(({ store }, now) => importMemories(store, input.json, now))),
  };
}
