import type { ModelFit } from "../../../app/contract/index.ts";
import { verdictLabel } from "./fit-words.ts";

const looks = {
  good: "bg-tint text-accent",
  slow: "bg-notice-tint text-notice",
  bad: "bg-danger-tint text-danger",
  unknown: "bg-hover text-muted",
} as const;

function lookOf(fit: ModelFit | null): keyof typeof looks {
  if (fit === null) return "unknown";
  if (fit.verdict === "no") return "bad";
  return fit.quick ? "good" : "slow";
}

/** Whether a model runs here, at a glance; in words, not by its colour alone. */
export function FitLabel({ fit }: { fit: ModelFit | null }) {
  return (
    <span
      data-fit={fit?.verdict ?? "unknown"}
      className={`inline-block rounded-full px-2.5 py-0.5 text-xs font-medium whitespace-nowrap ${looks[lookOf(fit)]}`}
    >
      {fit ? verdictLabel(fit) : "Seen once it is here"}
    </span>
  );
}
