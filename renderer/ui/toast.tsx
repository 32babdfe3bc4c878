import { Toast } from "@base-ui/react/toast";
import { X } from "lucide-react";
import type { ReactNode } from "react";
import { type ShownFailure, toFailure } from "../client/failure.ts";
import { buttonClass } from "./button.tsx";

const manager = Toast.createToastManager();

interface Note {
  title: string;
  detail?: string;
  /** One that stands takes the place of another of the same subject. */
  subject?: string;
  /** ms until it goes by itself. */
  timeout?: number;
  action?: { label: string; run: () => Promise<unknown> };
}

/** Says that something was done, with an undo where there is one. */
export function toast({ title, detail, subject, timeout = 6_000, action }: Note): void {
  const id = manager.add({
    ...(subject && { id: subject }),
    title,
    timeout,
    description: detail,
    actionProps: action && {
      children: action.label,
      onClick: () => {
        manager.close(id);
        action.run().catch(toastFailure);
      },
    },
  });
}

/** Says what failed and what to do, for actions that have no place of their own to say it. */
export function toastFailure(error: unknown): void {
  const failure: ShownFailure = toFailure(error);
  manager.add({
    title: failure.message,
    description: failure.remedy,
    type: "failure",
    timeout: 12_000,
    priority: "high",
  });
}

function List() {
  const { toasts } = Toast.useToastManager();
  return toasts.map((item) => (
    <Toast.Root
      key={item.id}
      toast={item}
      swipeDirection={["down", "right"]}
      className={`rounded-xl border bg-raised shadow-lift data-limited:hidden transition-[opacity,translate] duration-200 data-ending-style:opacity-0 data-starting-style:translate-y-2 data-starting-style:opacity-0 ${item.type === "failure" ? "border-danger" : "border-line"}`}
    >
      <Toast.Content className="flex items-center gap-2 py-2 pr-2 pl-4">
        <div className="min-w-0 flex-1 py-1">
          <Toast.Title className="text-sm font-medium" />
          <Toast.Description className="text-sm text-muted" />
        </div>
        {item.actionProps && <Toast.Action className={buttonClass({ look: "accent", size: "small" })} />}
        <Toast.Close
          aria-label="Dismiss"
          className="inline-flex size-7 items-center justify-center rounded-lg text-muted hover:bg-hover hover:text-ink"
        >
          <X className="size-4" aria-hidden />
        </Toast.Close>
      </Toast.Content>
    </Toast.Root>
  ));
}

export function ToastProvider({ children }: { children: ReactNode }) {
  return (
    <Toast.Provider toastManager={manager} limit={3}>
      {children}
      <Toast.Portal>
        <Toast.Viewport className="fixed right-4 bottom-24 z-60 flex w-[22rem] max-w-[calc(100vw-2rem)] flex-col gap-2">
          <List />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  );
}
