import type { implement } from "@orpc/server";
import type { contract } from "../contract/index.ts";
import type { Engine } from "../engine.ts";

type Implementer = ReturnType<typeof implement<typeof contract>>["reminders"];

/** What the list of reminders, and one that rings, ask for. */
export function reminderHandlers(api: Implementer, engine: Engine) {
  return {
    list: api.list.handler(() => engine.session.reminders.list()),
    add: api.add.handler(({ input }) => {
      const { said, reminders } = engine.session.reminders.addWords(input.words, input.zone);
      return { said, reminder: reminders[0] ?? null };
    }),
    edit: api.edit.handler(({ input }) => engine.session.reminders.edit(input)),
    snooze: api.snooze.handler(({ input }) => engine.session.reminders.snooze(input)),
    done: api.done.handler(({ input }) => engine.session.reminders.done(input.id)),
    remove: api.remove.handler(({ input }) => engine.session.reminders.remove(input.id)),
    restore: api.restore.handler(({ input }) => engine.session.reminders.restore(input.id)),
  };
}
