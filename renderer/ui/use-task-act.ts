import { useCallback } from "react";
import type { Api, TaskAction, TaskChange } from "../../app/contract/index.ts";
import { useApi } from "../client/context.tsx";
import { toast, toastFailure } from "./toast.tsx";

/** Only what was done last is offered to be undone: the rest is in the history of each task. */
const subject = "tasks";

/** Says what was done to tasks, with an undo. */
export function tellTaskChange(api: Api, { changeId }: TaskChange, said: string): void {
  toast({ subject, title: said, action: { label: "Undo", run: () => api.tasks.undo({ changeId }) } });
}

/** Does one thing to a task and says so, with an undo; resolves once that is done, or refused. */
export function useTaskAct(): (action: TaskAction, said: string) => Promise<void> {
  const api = useApi();
  return useCallback(
    async (action, said) => {
      try {
        const { change, refused } = await api.tasks.act(action);
        if (refused !== null) toast({ subject, title: "That was not possible.", detail: refused, timeout: 12_000 });
        else if (change) tellTaskChange(api, change, said);
      } catch (error) {
        toastFailure(error);
      }
    },
    [api],
  );
}
