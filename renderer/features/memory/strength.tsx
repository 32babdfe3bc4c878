import { strengthName } from "./labels.ts";

/** How easily a memory comes back now: a word, and a bar that runs out as the memory does. */
export function Strength({ retrievability, wide = false }: { retrievability: number; wide?: boolean }) {
  const name = strengthName(retrievability);
  const percent = Math.round(retrievability * 100);
  return (
    <span className="inline-flex items-center gap-2" title={`${percent} % likely to come back now`}>
      <span aria-hidden className={`h-1.5 overflow-hidden rounded-full bg-hover ${wide ? "w-36" : "w-10"}`}>
        <span
          className={`block h-full rounded-full ${name === "fading" ? "bg-notice" : "bg-accent"}`}
          style={{ width: `${percent}%` }}
        />
      </span>
      <span className="sr-only">Strength:</span>
      {wide ? `${name}, ${percent} %` : name}
    </span>
  );
}
