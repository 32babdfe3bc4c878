import { EbbError } from "../contract/errors.ts";
import type { Backend } from "./port.ts";

/** That this backend can do nothing here. */
export function unavailable(backend: Backend, cause?: unknown): EbbError {
  const remedy = "Install the current driver of the graphics card, or let models run on the processor.";
  return new EbbError("BACKEND_UNAVAILABLE", `This computer cannot run models with ${backend}.`, remedy, cause);
}

export function tooLarge(name: string, cause?: unknown): EbbError {
  const remedy = "Close other programs, or choose a smaller model or a smaller quantisation.";
  return new EbbError("MODEL_TOO_LARGE", `There is not enough free memory for "${name}".`, remedy, cause);
}

/** Any failure to load as the one that the user is shown. `complaint` is what llama.cpp had to say: the error itself only says that it failed. */
export async function explainLoad(error: unknown, name: string, complaint: string): Promise<EbbError> {
  if (error instanceof EbbError) return error;
  const { InsufficientMemoryError, NoBinaryFoundError } = await import("node-llama-cpp");
  if (error instanceof NoBinaryFoundError) {
    const remedy = "Install Ebb again, in the version for this computer.";
    return new EbbError("INTERNAL", "The part of Ebb that runs language models is missing.", remedy, error);
  }
  const outOfMemory =
    /create context/i.test(String(error)) ||
    /out of memory|(failed|unable) to allocate|alloc\w* failed/i.test(complaint);
  if (error instanceof InsufficientMemoryError || outOfMemory) return tooLarge(name, error);
  const remedy = "Choose another model, or get this one again from its source.";
  return new EbbError("MODEL_UNSUPPORTED", `llama.cpp cannot load "${name}".`, remedy, error);
}
