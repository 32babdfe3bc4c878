import { Worker } from "node:worker_threads";
import { type IndexResult, type IndexTask, indexResult } from "../../app/storage/index-build.ts";

/** Runs the index worker's script on a task until it is done or cancelled, which rejects. */
export async function indexInThread(entry: string, task: IndexTask, cancelled: AbortSignal): Promise<IndexResult> {
  cancelled.throwIfAborted();
  const worker = new Worker(entry, { workerData: task });
  worker.unref();
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  worker.once("message", resolve);
  worker.once("error", reject);
  worker.once("exit", () => reject(new Error("the thread ended without a result")));
  const stop = (): void => void worker.terminate();
  cancelled.addEventListener("abort", stop);
  try {
    return indexResult.parse(await promise);
  } finally {
    cancelled.removeEventListener("abort", stop);
  }
}
