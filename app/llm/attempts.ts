import type { ErrorCode } from "../contract/errors.ts";
import type { Attempt, Backend } from "./port.ts";

/** Of a model's layers, what a GPU is given when all that seem to fit were too much. */
const fewerLayers = 0.5;
/** A context that did not fit becomes this share of itself, but never smaller than `least` tokens. */
const smallerContext = { share: 0.25, least: 2_048 } as const;

/**
 * How a model may be run, best first: on each backend as asked, then with fewer layers on the GPU, then with a smaller context too; the
 * processor comes last. None is there twice. What ran before is begun with, and only weaker ones follow it.
 */
export function attemptsFor(
  backends: readonly Backend[],
  contextSize: number,
  remembered: Attempt | null,
): readonly [Attempt, ...Attempt[]] {
  const smaller = Math.min(contextSize, Math.max(smallerContext.least, Math.floor(contextSize * smallerContext.share)));
  const gpus = [...new Set(backends)].filter((backend) => backend !== "cpu");
  const all = [
    ...gpus.flatMap((backend) => [
      { backend, layerShare: 1, contextSize },
      { backend, layerShare: fewerLayers, contextSize },
      { backend, layerShare: fewerLayers, contextSize: smaller },
    ]),
    { backend: "cpu" as const, layerShare: 0, contextSize },
    { backend: "cpu" as const, layerShare: 0, contextSize: smaller },
  ].filter((attempt, place, list) => list.findIndex((other) => same(attempt, other)) === place);
  const begin = remembered === null ? -1 : all.findIndex((attempt) => same(attempt, remembered));
  const [best = { backend: "cpu", layerShare: 0, contextSize }, ...rest] = all.slice(Math.max(0, begin));
  return [best, ...rest];
}

/** What is left to be tried after one failed; nothing where another attempt cannot help, as with a file that is no model. */
export function attemptsAfter(failed: Attempt, left: readonly Attempt[], code: ErrorCode): Attempt[] {
  switch (code) {
    case "INFERENCE_STOPPED":
    case "MODEL_TOO_LARGE":
      return [...left];
    case "BACKEND_UNAVAILABLE":
      return left.filter(({ backend }) => backend !== failed.backend);
    // What the processor cannot run either is no fault of the GPU.
    case "MODEL_UNSUPPORTED":
      return failed.backend === "cpu" ? [] : left.filter(({ backend }) => backend === "cpu");
    default:
      return [];
  }
}

const names = { cpu: "the processor", cuda: "CUDA", vulkan: "Vulkan", metal: "Metal" } as const;

/** What ran in the end. `layers` are all that the model has. */
type Outcome = { backend: Backend; gpuLayers: number; layers: number; contextSize: number };

/**
 * Says in a sentence or two what the user gets less than was asked for; null where that is nothing. `wanted` is the best attempt,
 * `cause` why it, or one after it, failed.
 */
export function noticeOf(wanted: Attempt, outcome: Outcome, cause: ErrorCode | null): string | null {
  const { backend, gpuLayers, layers, contextSize } = outcome;
  const said: string[] = [];
  if (wanted.backend !== "cpu") {
    if (backend === "cpu" && cause === "MODEL_TOO_LARGE") {
      said.push("The graphics card had too little memory, so the model runs on the processor.");
    } else if (backend === "cpu") {
      said.push("The graphics card could not be used, so the model runs on the processor.");
    } else {
      if (backend !== wanted.backend)
        said.push(`${names[wanted.backend]} could not be used, so it runs on ${names[backend]}.`);
      if (gpuLayers < layers) {
        const why =
          cause === "INFERENCE_STOPPED"
            ? "The graphics card failed with"
            : "The graphics card had too little memory for";
        said.push(`${why} all of it: ${gpuLayers} of ${layers} layers run on it.`);
      }
    }
  }
  if (contextSize < wanted.contextSize) {
    said.push(`It reads ${tokens(contextSize)} tokens at once instead of ${tokens(wanted.contextSize)}.`);
  }
  return said.length === 0 ? null : said.join(" ");
}

const tokens = (count: number): string => count.toLocaleString("en");

function same(one: Attempt, other: Attempt): boolean {
  return one.backend === other.backend && one.layerShare === other.layerShare && one.contextSize === other.contextSize;
}
