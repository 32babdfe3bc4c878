import type { ReactNode } from "react";
import { useConnection } from "../client/context.tsx";
import { Button } from "../ui/button.tsx";
import { Logo } from "../ui/logo.tsx";

/** A page that stands for the whole window when there is nothing else to show. */
export function FullPage({ title, children }: { title: string; children: ReactNode }) {
  return (
    <main className="flex h-full items-center justify-center overflow-y-auto p-6">
      <div className="flex w-full max-w-md flex-col gap-4">
        <Logo className="size-11" />
        <h1 className="text-xl font-semibold tracking-tight">{title}</h1>
        {children}
      </div>
    </main>
  );
}

export function Refused() {
  return (
    <FullPage title="This window belongs to an earlier start of Ebb.">
      <p className="text-muted">
        Open it again from where you started Ebb: the window that opens then, or the address printed in the terminal,
        has the key of the running one. You can close this window; nothing is lost.
      </p>
    </FullPage>
  );
}

/** Nobody has answered since this window opened, so there is nothing yet that it could show. */
export function Unanswered() {
  return (
    <FullPage title="Waiting for Ebb…">
      <p className="text-muted">
        It does not answer yet. This window goes on by itself as soon as it does; if that takes long, start Ebb again.
      </p>
    </FullPage>
  );
}

/** The engine stopped again and again and was given up; only the user has it started once more. */
export function Stopped() {
  const connection = useConnection();
  return (
    <FullPage title="Ebb has stopped.">
      <p className="text-muted">
        The part of it that keeps your memory stopped several times in a row. What was saved is safe, and what you typed
        here is kept.
      </p>
      <Button look="primary" className="self-start" onClick={() => connection.restart?.()}>
        Start again
      </Button>
    </FullPage>
  );
}
