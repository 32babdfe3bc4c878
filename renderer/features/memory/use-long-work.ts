import { useRef, useState } from "react";
import { type ShownFailure, toFailure } from "../../client/failure.ts";

/** Work that tells how far it is until it is done. */
type Events<Progress, Done> = AsyncIterable<({ type: "progress" } & Progress) | ({ type: "done" } & Done)>;

/**
 * Work of a dialog that takes a while: how far it is (null where none is under way), why it failed, and its end. Closing the dialog
 * cancels it, and a cancelled one is no failure.
 */
export function useLongWork<Progress, Done>(onClose: () => void) {
  const [progress, setProgress] = useState<Progress | null>(null);
  const [failure, setFailure] = useState<ShownFailure | null>(null);
  const running = useRef<AbortController | null>(null);

  const close = () => {
    running.current?.abort();
    setFailure(null);
    onClose();
  };

  /** Runs it from `first` on; once it is done, the dialog is closed, and `onDone` told. Never rejects. */
  const run = async (
    first: Progress,
    begin: (options: { signal: AbortSignal }) => Promise<Events<Progress, Done>>,
    onDone: (done: Done) => void,
  ) => {
    const cancel = new AbortController();
    running.current = cancel;
    setFailure(null);
    setProgress(first);
    try {
      for await (const event of await begin({ signal: cancel.signal })) {
        if (event.type === "progress") setProgress(event);
        else {
          onClose();
          onDone(event);
        }
      }
    } catch (error) {
      if (!cancel.signal.aborted) setFailure(toFailure(error));
    } finally {
      running.current = null;
      setProgress(null);
    }
  };

  return { progress, failure, close, run };
}
