import type { Api } from "../../app/contract/index.ts";
import { toast, toastFailure } from "./toast.tsx";

/** Answers a reminder; one that is over by that can be brought back. */
export async function answerReminder(api: Api, id: string): Promise<void> {
  try {
    const { state } = await api.reminders.done({ id });
    if (state !== "done") return;
    toast({ title: "Done.", action: { label: "Undo", run: () => api.reminders.restore({ id }) } });
  } catch (error) {
    toastFailure(error);
  }
}
