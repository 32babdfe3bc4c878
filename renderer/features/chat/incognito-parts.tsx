import { HatGlasses } from "lucide-react";
import { useLocation } from "wouter";
import { useIncognito } from "../../client/incognito.tsx";
import { useSession } from "../../client/session.tsx";
import { Button } from "../../ui/button.tsx";
import { PageHeader } from "../../ui/page.tsx";
import { toastFailure } from "../../ui/toast.tsx";

export const incognitoTitle = "Incognito chat";

/** Stands over the chat for as long as it lasts. */
export function IncognitoBanner() {
  return (
    <p
      role="note"
      className="mx-4 flex items-center justify-center gap-2.5 rounded-xl border border-dashed border-line-strong px-4 py-2 text-[0.8125rem]"
    >
      <HatGlasses className="size-4 shrink-0 text-muted" aria-hidden />
      <span>
        <span className="font-medium">Incognito:</span> nothing is kept, and Ebb does not use what it remembers.
      </span>
    </p>
  );
}

/** Ends the chat at once: there is nothing to ask, for that is what it is for. */
export function EndIncognito({ id }: { id: string }) {
  const { end } = useIncognito();
  const [, navigate] = useLocation();
  const finish = async () => {
    navigate("/");
    await end(id);
  };
  return (
    <Button size="small" onClick={() => void finish().catch(toastFailure)}>
      End chat
    </Button>
  );
}

/** The empty incognito chat. */
export function IncognitoWelcome() {
  return (
    <div className="flex min-h-0 flex-1 flex-col items-center justify-center gap-4 overflow-y-auto px-5 py-8 text-center">
      <HatGlasses className="size-10 text-muted" strokeWidth={1.5} aria-hidden />
      <h2 className="text-2xl font-semibold tracking-tight">Just for now</h2>
      <p className="max-w-md text-muted">
        What is said here stays in memory until you end the chat, close the window or Ebb ends; then it is gone. It is
        not in your conversations, in no export and no backup, and Ebb learns nothing from it.
      </p>
    </div>
  );
}

/** In the place of a chat that has ended. */
export function IncognitoEnded({ id }: { id: string }) {
  const { begin, drop } = useIncognito();
  const { outbox } = useSession();
  const [, navigate] = useLocation();
  const again = async () => {
    const typed = outbox.draft(id);
    drop(id);
    navigate(`/incognito/${await begin(typed)}`, { replace: true });
  };
  return (
    <div className="flex h-full flex-col">
      <PageHeader title={incognitoTitle} />
      <div className="flex flex-1 flex-col items-center justify-center gap-4 px-5 text-center">
        <HatGlasses className="size-10 text-muted" strokeWidth={1.5} aria-hidden />
        <h2 className="text-xl font-semibold tracking-tight">This incognito chat has ended.</h2>
        <p className="max-w-md text-muted">
          It ends with its window and whenever Ebb ends or starts again. Nothing of it was kept.
        </p>
        <Button look="primary" onClick={() => void again().catch(toastFailure)}>
          New incognito chat
        </Button>
      </div>
    </div>
  );
}
