import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { type ShownFailure, toFailure } from "../../client/failure.ts";

interface Act {
  failure: ShownFailure | null;
  busy: boolean;
  /** Resolves to whether it worked. */
  run: (action: () => Promise<unknown>) => Promise<boolean>;
}

/** Does something about models, and keeps what went wrong for the place that asked. */
export function useAct(): Act {
  const cache = useQueryClient();
  const [failure, setFailure] = useState<ShownFailure | null>(null);
  const [busy, setBusy] = useState(false);
  const run = async (action: () => Promise<unknown>): Promise<boolean> => {
    setFailure(null);
    setBusy(true);
    try {
      const done = action();
      // The engine answers when a model is ready; the status shows how far it has come until then.
      void cache.invalidateQueries({ queryKey: ["status"] });
      await done;
      return true;
    } catch (caught) {
      setFailure(toFailure(caught));
      return false;
    } finally {
      setBusy(false);
      void cache.invalidateQueries({ queryKey: ["status"] });
      void cache.invalidateQueries({ queryKey: ["models"] });
    }
  };
  return { failure, busy, run };
}
