import { fromWire, stopped } from "../../app/llm/inference-errors.ts";
import { emptySummary, type GenerateRequest, type ReplyPiece } from "../../app/llm/port.ts";
import type { InferenceClient } from "./inference-process.ts";

/** What the user notices as "at once". A process that is still computing is not waited for any longer. */
const stopWithinMs = 100;

/**
 * A reply of the inference process, piece by piece. Ends within 100 ms of an abort, by a summary of zeros if need be.
 * @throws EbbError as the process says, or INFERENCE_STOPPED if it ends
 */
export async function* streamReply(
  client: InferenceClient,
  id: string,
  { signal, earlier, ...request }: GenerateRequest,
): AsyncGenerator<ReplyPiece, void, void> {
  const left = Promise.withResolvers<"left">();
  let timer: NodeJS.Timeout | undefined;
  const stop = () => {
    timer = setTimeout(() => left.resolve("left"), stopWithinMs);
    // If the process is gone, the stream says so.
    client.stop({ id }).catch(() => undefined);
  };
  let open: AsyncIterator<ReplyPiece> | undefined;
  try {
    signal?.addEventListener("abort", stop, { once: true });
    if (signal?.aborted) stop();
    const events = await client.generate({
      ...request,
      id,
      history: [...request.history],
      earlier: earlier && [...earlier],
    });
    const pieces = events[Symbol.asyncIterator]();
    open = pieces;
    while (true) {
      const next = pieces.next();
      const result = await Promise.race([next, left.promise]);
      if (result === "left") {
        // It fails once the stream is closed below.
        next.catch(() => undefined);
        yield { type: "end", summary: emptySummary };
        return;
      }
      if (result.done) throw stopped();
      if (result.value.type === "end") open = undefined;
      yield result.value;
      if (result.value.type === "end") return;
    }
  } catch (error) {
    open = undefined;
    throw fromWire(error);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", stop);
    // Tells the process that nobody listens; it may be gone.
    void open?.return?.().catch(() => undefined);
  }
}
