import { implement } from "@orpc/server";
import { browseFolder, embedderFiles, modelFiles } from "../browse.ts";
import { contract } from "../contract/index.ts";
import type { Engine } from "../engine.ts";
import { conversationHandlers } from "./conversations.ts";
import { memoryHandlers } from "./memories.ts";
import { modelsHandlers } from "./models.ts";
import { reminderHandlers } from "./reminders.ts";
import { remoteHandlers } from "./remote.ts";
import { taskHandlers } from "./tasks.ts";
import { transferHandlers } from "./transfer.ts";

export type ApiRouter = ReturnType<typeof apiRouter>;

/** The contract's handlers over an engine. Each looks the session up anew, because storage may close and open again. */
export function apiRouter(engine: Engine) {
  const api = implement(contract);
  return api.router({
    system: {
      status: api.system.status.handler(() => engine.status),
      events: api.system.events.handler(({ signal }) => engine.events.listen(signal)),
      reopen: api.system.reopen.handler(() => engine.reopen()),
      restoreBackup: api.system.restoreBackup.handler(() => engine.restoreBackup()),
      startFresh: api.system.startFresh.handler(() => engine.startFresh()),
      settings: api.system.settings.handler(() => engine.settings),
      configure: api.system.configure.handler(({ input }) => engine.configure(input)),
    },
    conversations: conversationHandlers(api.conversations, engine),
    chat: {
      send: api.chat.send.handler(({ input }) => engine.assistantOf(input.conversationId).send(input)),
      follow: api.chat.follow.handler(({ input, signal }) =>
        engine.assistantBehind(input.replyId).replies.follow(input.replyId, input.offset, signal),
      ),
      stop: api.chat.stop.handler(({ input }) => ({
        stopped: engine.assistantBehind(input.replyId).replies.stop(input.replyId),
      })),
      recent: api.chat.recent.handler(({ input }) => ({
        questions: engine.session.assistant.recentQuestions(input.limit),
      })),
      explain: api.chat.explain.handler(({ input }) => ({
        considered: engine.assistantBehind(input.replyId).explain(input.replyId),
      })),
      retry: api.chat.retry.handler(({ input }) => engine.assistantBehind(input.replyId).retry(input.replyId)),
    },
    memories: memoryHandlers(api.memories, engine),
    transfer: transferHandlers(api.transfer, engine),
    reminders: reminderHandlers(api.reminders, engine),
    tasks: taskHandlers(api.tasks, engine),
    embedder: {
      choose: api.embedder.choose.handler(({ input }) => engine.session.embeddings.choose(input.path)),
      restoreBundled: api.embedder.restoreBundled.handler(() => engine.session.embeddings.choose(null)),
      retry: api.embedder.retry.handler(() => engine.session.embeddings.retry()),
      browse: api.embedder.browse.handler(({ input }) => browseFolder(input.folder, embedderFiles)),
    },
    models: modelsHandlers(api.models, engine),
    remote: remoteHandlers(api.remote, engine),
    model: {
      settings: api.model.settings.handler(({ input }) => engine.session.models.settingsOf(input.path)),
      configure: api.model.configure.handler(({ input }) => engine.session.models.configure(input.path, input.change)),
      state: api.model.state.handler(() => engine.session.models.state),
      choose: api.model.choose.handler(({ input }) => engine.session.modelFiles.use(input.path)),
      reload: api.model.reload.handler(() => engine.session.models.reload()),
      clear: api.model.clear.handler(() => engine.session.models.clear()),
      browse: api.model.browse.handler(({ input }) => browseFolder(input.folder, modelFiles)),
    },
  });
}
