import type { Memory } from "./fit.ts";
import type { Backend } from "./port.ts";

type Gpu = NonNullable<Memory["gpu"]>;

/**
 * The memory of the graphics cards that a backend can use, all of them together; null where there is none. It loads the driver, which may
 * bring the process down: only for one that may die, and has loaded no other backend.
 */
export async function readGpuMemory(backend: Exclude<Backend, "cpu">): Promise<Gpu | null> {
  const { getLlama, LlamaLogLevel } = await import("node-llama-cpp");
  const llama = await getLlama({
    gpu: backend,
    build: "never",
    skipDownload: true,
    progressLogs: false,
    logLevel: LlamaLogLevel.disabled,
    logger: () => undefined,
  });
  try {
    const [{ total, free, unifiedSize }, names] = await Promise.all([llama.getVramState(), llama.getGpuDeviceNames()]);
    if (total <= 0) return null;
    const name = [...new Set(names)].join(", ");
    // A card of its own may see a little of the machine's memory as well.
    return { name, backend, totalBytes: total, freeBytes: free, unified: unifiedSize > total / 2 };
  } finally {
    await llama.dispose();
  }
}
