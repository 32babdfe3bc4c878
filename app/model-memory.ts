import { totalmem } from "node:os";
import type { ModelChoice } from "./llm/choice.ts";
import type { Memory } from "./llm/fit.ts";

/** What else runs on the graphics card changes. */
const keptMs = 60_000;

/** What memory there is for models, asked for again where it may have changed. */
export class MachineMemory {
  readonly #probe: (() => Promise<Memory>) | null;
  readonly #choice: Pick<ModelChoice, "state">;
  readonly #clock: () => number;
  #asked: { at: number; found: Promise<Memory>; lasting: boolean } | null = null;

  /** Without a probe, only the machine's own memory is known. `clock` in ms. */
  constructor(probe: (() => Promise<Memory>) | null, choice: Pick<ModelChoice, "state">, clock: () => number) {
    this.#probe = probe;
    this.#choice = choice;
    this.#clock = clock;
  }

  /** What is free on the graphics card is another now. */
  changed(): void {
    if (!this.#asked?.lasting) this.#asked = null;
  }

  /** What the model in use takes of the graphics card counts as free: it would make room for another. */
  async now(): Promise<Memory> {
    const withoutGpu = (): Memory => ({ ramBytes: totalmem(), gpu: null });
    if (this.#probe === null) return withoutGpu();
    const now = this.#clock();
    const before = this.#asked;
    if (before && (before.lasting || Math.abs(now - before.at) <= keptMs)) return before.found;
    const { state } = this.#choice;
    const taken = state.status === "ready" && state.gpuLayers > 0 ? state.file.bytes : 0;
    const found = this.#probe()
      .then((memory) => withFree(memory, taken))
      .catch(withoutGpu);
    const asked = { at: now, found, lasting: false };
    this.#asked = asked;
    // Without a graphics card, there is nothing that changes.
    asked.lasting = (await found).gpu === null;
    return found;
  }
}

function withFree({ gpu, ramBytes }: Memory, taken: number): Memory {
  return { ramBytes, gpu: gpu && { ...gpu, freeBytes: Math.min(gpu.totalBytes, gpu.freeBytes + taken) } };
}
