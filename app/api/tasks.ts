import type { implement } from "@orpc/server";
import { changeView } from "../assistant/tasks/cards.ts";
import { goalViews, historyOf, outlineOf, questionViews } from "../assistant/tasks/views.ts";
import type { contract } from "../contract/index.ts";
import type { Engine } from "../engine.ts";
import type { Stored } from "../tasks/store.ts";

type TasksApi = ReturnType<typeof implement<typeof contract>>["tasks"];

/** The handlers of `tasks`. */
export function taskHandlers(api: TasksApi, engine: Engine) {
  const acted = ({ changeId, refusals }: Stored) => ({
    change: changeId === null ? null : changeView(engine.session.vault.taskCards.card(changeId)),
    refused: refusals[0]?.message ?? null,
  });
  return {
    goals: api.goals.handler(({ input }) => goalViews(engine.session.vault.tasks, input)),
    outline: api.outline.handler(({ input }) => ({
      rows: outlineOf(engine.session.vault.tasks, input.id, input.gone),
    })),
    history: api.history.handler(({ input }) => {
      const { tasks, messages } = engine.session.vault;
      return historyOf(tasks, input.id, (messageId) => messages.message(messageId)?.conversationId ?? null);
    }),
    add: api.add.handler(({ input }) => acted(engine.session.taskKeeper.add(input.words, input.zone))),
    act: api.act.handler(({ input }) => acted(engine.session.taskKeeper.act(input))),
    undo: api.undo.handler(({ input }) => {
      engine.session.taskKeeper.undo(input.changeId);
      return { undone: true };
    }),
    questions: api.questions.handler(() => ({ items: questionViews(engine.session.vault.tasks) })),
  };
}
