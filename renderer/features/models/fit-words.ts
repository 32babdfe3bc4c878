import type { Hardware, ModelFit } from "../../../app/contract/index.ts";
import { fileSize } from "../../ui/format.ts";

/** A verdict in a few words, as a label. */
export function verdictLabel({ verdict, quick }: Pick<ModelFit, "verdict" | "quick">): string {
  switch (verdict) {
    case "gpu":
      return "Fits the graphics card";
    case "partly":
      return quick ? "Fits partly" : "Fits partly, slow";
    case "cpu":
      return quick ? "Runs on the processor" : "Processor only, slow";
    case "no":
      return "Does not fit";
  }
}

/** What a verdict rests on, in numbers. */
export function fitSentence(fit: ModelFit): string {
  const needed = `needs ${fileSize(fit.neededBytes)} with ${fit.contextTokens.toLocaleString()} tokens of context`;
  const there = fileSize(fit.availableBytes);
  switch (fit.verdict) {
    case "gpu":
      return `It ${needed}; ${there} are free for it on the graphics card.`;
    case "partly":
      return `It ${needed}: ${fit.gpuLayers} of ${fit.layers} layers on the graphics card, the rest in memory, ${there} together.`;
    case "cpu":
      return `It ${needed}; ${there} of memory are there for it.`;
    case "no":
      return `It ${needed}, and only ${there} are there for it.`;
  }
}

/** What the machine has. */
export function hardwareSentence({ ramBytes, gpu }: Hardware): string {
  const memory = `${fileSize(ramBytes)} of memory`;
  if (gpu === null) return `This computer has ${memory} and no graphics card that can run models.`;
  return `This computer has ${memory} and ${gpu.name || "a graphics card"} with ${fileSize(gpu.totalBytes)}, ${fileSize(gpu.freeBytes)} of it free.`;
}

const names = new Intl.DisplayNames(["en"], { type: "language" });

/** Names of languages, as many as one reads. */
export function languageList(codes: readonly string[]): string {
  const shown = codes.slice(0, 4).map((code) => names.of(code) ?? code);
  return codes.length > shown.length ? `${shown.join(", ")} and ${codes.length - shown.length} more` : shown.join(", ");
}

/** "3 s", "12 min", "2 h 5 min". */
export function timeLeft(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
