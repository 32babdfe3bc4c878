import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { z } from "zod";

/** Runs the check worker's script on a database file; resolves to what is wrong with it, a line each. */
export async function findFaultsInThread(entry: string, path: string): Promise<string[]> {
  const worker = new Worker(entry, { workerData: path });
  worker.unref();
  const [faults] = await once(worker, "message");
  return z.array(z.string()).parse(faults);
}
