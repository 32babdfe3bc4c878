import { totalmem } from "node:os";
import type { Memory } from "../../app/llm/fit.ts";
import { connect, type InferenceClient, type InferenceProcess } from "./inference-process.ts";

/** A driver that takes longer (ms) is given up on. */
const patienceMs = 20_000;

/**
 * Finds out what memory there is for models. The graphics card is asked in a process of its own, which ends afterwards: a driver that
 * brings it down takes nothing along, and the next backend is asked.
 */
export async function probeMemory(start: () => InferenceProcess): Promise<Memory> {
  const ramBytes = Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY);
  const backends = await ask(start, (client) => client.machine().then((machine) => machine.backends)).catch(() => []);
  for (const backend of backends) {
    if (backend === "cpu") continue;
    const gpu = await ask(start, (client) => client.gpuMemory({ backend })).catch(() => null);
    if (gpu) return { ramBytes, gpu };
  }
  return { ramBytes, gpu: null };
}

async function ask<T>(start: () => InferenceProcess, question: (client: InferenceClient) => Promise<T>): Promise<T> {
  const process = start();
  let late: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    late = setTimeout(() => reject(new Error("The graphics driver does not answer")), patienceMs);
  });
  try {
    const answer = question(connect(process, () => undefined));
    // Lost where it comes too late.
    answer.catch(() => undefined);
    return await Promise.race([answer, tooLate]);
  } finally {
    clearTimeout(late);
    process.kill();
    await process.exited;
  }
}
