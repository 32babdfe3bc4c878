import { History } from "lucide-react";
import { Keys } from "../../ui/keys.tsx";

const shown = 6;

/** Before a question: those asked last, to ask again; or what the field is for. Null where they are not known yet. */
export function Idle({ recent, onPick }: { recent: readonly string[] | null; onPick: (question: string) => void }) {
  if (recent === null) return null;
  if (recent.length === 0) {
    return (
      <div className="flex h-full flex-col items-center justify-center gap-1 px-8 text-center text-muted">
        <p className="text-ink">What did you once tell Ebb?</p>
        <p className="max-w-sm text-sm">
          Ask, and it answers with your own words and the memory they came from. Or tell it something, and it keeps it.
        </p>
      </div>
    );
  }
  return (
    <div className="h-full overflow-y-auto px-2 py-2">
      <h2 className="flex items-center justify-between px-3 py-1.5 text-xs font-medium text-muted">
        Asked before
        <Keys keys={["↑"]} />
      </h2>
      <ul aria-label="Asked before">
        {recent.slice(0, shown).map((question) => (
          <li key={question}>
            <button
              type="button"
              onClick={() => onPick(question)}
              className="flex w-full items-center gap-3 rounded-lg px-3 py-2 text-left text-sm hover:bg-hover"
            >
              <History className="size-4 shrink-0 text-muted" aria-hidden />
              <span className="truncate">{question}</span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
