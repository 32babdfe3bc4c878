import { useId } from "react";
import { fieldClass } from "../../ui/field.ts";

const choices = [
  [5, "5 minutes"],
  [15, "15 minutes"],
  [60, "1 hour"],
  [240, "4 hours"],
  [0, "Never"],
] as const;

interface Props {
  minutes: number;
  onChange: (minutes: number) => void;
}

/** When a model that nobody asks gives its memory back. */
export function UnloadAfter({ minutes, onChange }: Props) {
  const label = useId();
  const detail = useId();
  const known = choices.some(([value]) => value === minutes);
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2 px-5 py-3.5">
      <div className="min-w-56 flex-1 text-sm">
        <p id={label} className="font-medium">
          Let the model sleep when nobody asks for
        </p>
        <p id={detail} className="text-muted">
          {minutes === 0
            ? "The model stays in memory as long as Ebb runs."
            : "Its memory is free then. Your next question wakes it up, which takes a few seconds."}
        </p>
      </div>
      <select
        aria-labelledby={label}
        aria-describedby={detail}
        value={minutes}
        onChange={(event) => onChange(Number(event.target.value))}
        className={`${fieldClass} w-auto`}
      >
        {!known && <option value={minutes}>{minutes} minutes</option>}
        {choices.map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </div>
  );
}
