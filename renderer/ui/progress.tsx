interface Props {
  label: string;
  done: number;
  /** 0 while it is not known. */
  total: number;
  /** How amounts are written; numbers by default. */
  shown?: (amount: number) => string;
}

/** How far something is, as a bar and in numbers. */
export function Progress({ label, done, total, shown = (amount) => amount.toLocaleString() }: Props) {
  return (
    <div className="flex flex-col gap-2 text-sm">
      <p className="flex justify-between gap-4">
        <span>{label}…</span>
        {total > 0 && (
          <span className="text-muted tabular-nums">
            {shown(done)} of {shown(total)}
          </span>
        )}
      </p>
      <progress
        aria-label={label}
        value={total > 0 ? done / total : undefined}
        className="h-1.5 w-full appearance-none overflow-hidden rounded-full bg-hover [&::-moz-progress-bar]:bg-accent [&::-webkit-progress-bar]:bg-hover [&::-webkit-progress-value]:bg-accent"
      />
    </div>
  );
}
