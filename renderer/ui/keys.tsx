import { Fragment } from "react";

/** True on a Mac, where ⌘ is what Ctrl is elsewhere. */
export const isMac = navigator.userAgent.includes("Mac");
/** The key that goes with a letter in commands. */
export const commandKey = isMac ? "⌘" : "Ctrl";

/** Keys that are pressed together. */
export function Keys({ keys, className = "" }: { keys: readonly string[]; className?: string }) {
  return (
    <span className={`inline-flex items-center gap-0.5 whitespace-nowrap ${className}`}>
      {keys.map((key, index) => (
        <Fragment key={key}>
          {index > 0 && <span className="sr-only">+</span>}
          <kbd className="inline-flex h-5 min-w-5 items-center justify-center rounded-[5px] border border-line bg-panel px-1 font-sans text-[0.6875rem] leading-none font-medium text-muted">
            {key}
          </kbd>
        </Fragment>
      ))}
    </span>
  );
}
