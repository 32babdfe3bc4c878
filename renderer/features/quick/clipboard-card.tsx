import { ClipboardList, X } from "lucide-react";
import { IconButton } from "../../ui/button.tsx";
import { count } from "../../ui/format.ts";

const shownChars = 400;

/** What was added from the clipboard: its beginning and its size, and a way to take it out again. */
export function ClipboardCard({ copied, onRemove }: { copied: string; onRemove?: () => void }) {
  return (
    <section
      aria-label="From the clipboard"
      className="flex items-start gap-2.5 rounded-lg bg-panel py-2 pr-2 pl-3 text-[0.8125rem] leading-5"
    >
      <ClipboardList className="mt-0.5 size-4 shrink-0 text-accent" aria-hidden />
      <div className="min-w-0 flex-1">
        <p dir="auto" className="line-clamp-2 whitespace-pre-line text-muted">
          {copied.trim().slice(0, shownChars)}
        </p>
        <p className="text-xs text-muted">From the clipboard · {count(copied.length, "character")}</p>
      </div>
      {onRemove && (
        <IconButton label="Remove clipboard" onClick={onRemove} className="-my-0.5 size-7">
          <X className="size-4" aria-hidden />
        </IconButton>
      )}
    </section>
  );
}
