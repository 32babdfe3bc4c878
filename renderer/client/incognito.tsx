import { useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from "react";
import { useConnection } from "./context.tsx";
import { isCode } from "./failure.ts";
import { useSession } from "./session.tsx";

interface Incognito {
  /** The incognito chat of this window, or null. */
  id: string | null;
  /** Begins one, with what was typed already, and resolves to its id. */
  begin: (typed?: string) => Promise<string>;
  /** Takes one for this window's own, as after the page was loaded again. */
  adopt: (id: string) => void;
  /** Ends it: nothing of it is left here or in the engine. */
  end: (id: string) => Promise<void>;
  /** Nothing of it is left here: it has ended by itself. */
  drop: (id: string) => void;
}

const IncognitoContext = createContext<Incognito | null>(null);

const pause = 1_000;

/** Keeps the window's incognito chat for as long as the window lives, whatever view is open. */
export function IncognitoChat({ children }: { children: ReactNode }) {
  const connection = useConnection();
  const cache = useQueryClient();
  const { outbox } = useSession();
  const [id, setId] = useState<string | null>(null);

  const incognito = useMemo<Incognito>(() => {
    const drop = (ended: string) => {
      setId((present) => (present === ended ? null : present));
      outbox.setDraft(ended, "");
      cache.removeQueries({ queryKey: ["conversation", ended] });
    };
    return {
      id,
      begin: async (typed = "") => {
        const begun = await connection.api.conversations.beginIncognito();
        outbox.setDraft(begun.id, typed);
        setId(begun.id);
        return begun.id;
      },
      adopt: setId,
      end: async (ended) => {
        await connection.api.conversations.delete({ id: ended }).catch((error: unknown) => {
          if (!isCode(error, "NOT_FOUND")) throw error;
        });
        drop(ended);
      },
      drop,
    };
  }, [id, connection, cache, outbox]);

  useEffect(() => {
    if (id === null) return;
    const gone = new AbortController();
    void hold(id, gone.signal);
    return () => gone.abort();

    async function hold(held: string, signal: AbortSignal): Promise<void> {
      while (!signal.aborted) {
        await connection.opened();
        try {
          for await (const _ of await connection.api.conversations.hold({ id: held }, { signal }));
        } catch (error) {
          // Its view says that it has ended; elsewhere there is nothing to go back to any more.
          if (isCode(error, "NOT_FOUND") && !signal.aborted) {
            setId((present) => (present === held ? null : present));
            await cache.invalidateQueries({ queryKey: ["conversation", held] });
            return;
          }
        }
        await new Promise((resolve) => setTimeout(resolve, pause));
      }
    }
  }, [id, connection, cache]);

  return <IncognitoContext value={incognito}>{children}</IncognitoContext>;
}

export function useIncognito(): Incognito {
  const incognito = useContext(IncognitoContext);
  if (!incognito) throw new Error("No IncognitoChat above this component.");
  return incognito;
}
