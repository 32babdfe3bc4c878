import { implement } from "@orpc/server";
import { readGpuMemory } from "./gpu-memory.ts";
import { inferenceContract } from "./inference-contract.ts";
import { toWire } from "./inference-errors.ts";
import { PieceQueue } from "./pieces.ts";
import type { Attempt, OpenedModel, ReplyPiece, TextGenerator } from "./port.ts";

/** Serves a model over the inference contract. */
export function inferenceRouter(model: TextGenerator) {
  const os = implement(inferenceContract);
  const running = new Map<string, AbortController>();
  return os.router({
    ping: os.ping.handler(() => ({ pid: process.pid })),
    machine: os.machine.handler(async () => {
      const { backends, signature } = await model.machine();
      return { backends: [...backends], signature };
    }),
    gpuMemory: os.gpuMemory.handler(({ input }) => readGpuMemory(input.backend)),
    load: os.load.handler(async function* ({ input }) {
      yield* guarded(loading(model, input.path, input.attempt));
    }),
    generate: os.generate.handler(async function* ({ input, signal }) {
      const { id, ...request } = input;
      const stop = new AbortController();
      running.set(id, stop);
      // The call's own signal says that nobody listens any more.
      const either = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]);
      try {
        yield* guarded<ReplyPiece>(model.generate({ ...request, signal: either }));
      } finally {
        running.delete(id);
        stop.abort();
      }
    }),
    stop: os.stop.handler(({ input }) => running.get(input.id)?.abort()),
    unload: os.unload.handler(() => model.unload().catch((error: unknown) => Promise.reject(toWire(error)))),
  });
}

type LoadEvent = { type: "progress"; progress: number } | { type: "ready"; model: OpenedModel };

/** Loads and tells at most once per frame how far it is. */
async function* loading(model: TextGenerator, path: string, attempt: Attempt): AsyncGenerator<LoadEvent> {
  let progress = 0;
  const frames = new PieceQueue();
  const onProgress = (value: number) => {
    progress = value;
    frames.push(".");
  };
  const loaded = model.load(path, attempt, onProgress).finally(() => frames.close());
  // Awaited below; until then a failure would count as unhandled.
  loaded.catch(() => undefined);
  for await (const _ of frames) yield { type: "progress", progress };
  yield { type: "ready", model: await loaded };
}

async function* guarded<T>(events: AsyncIterable<T>): AsyncGenerator<T> {
  try {
    yield* events;
  } catch (error) {
    throw toWire(error);
  }
}
