import { ChevronRight } from "lucide-react";
import { useThought } from "../client/session.tsx";

/** What the model thought before its reply, folded; it is kept nowhere and goes with the window. */
export function Thought({ replyId, running }: { replyId: string; running: boolean }) {
  const thought = useThought(replyId)?.trim();
  if (!thought) return null;
  return (
    <details className="group/thought rounded-lg border border-line text-sm" data-thought>
      <summary className="flex cursor-pointer list-none items-center gap-2 rounded-lg px-3 py-2 text-muted hover:bg-hover [&::-webkit-details-marker]:hidden">
        <ChevronRight className="size-4 transition-transform group-open/thought:rotate-90" aria-hidden />
        {running ? "Thinking…" : "What the model thought"}
      </summary>
      <p className="max-h-80 overflow-y-auto border-t border-line px-3 py-2.5 whitespace-pre-wrap text-muted">
        {thought}
      </p>
    </details>
  );
}
