import { useState } from "react";
import { Button } from "./button.tsx";
import { shownValue } from "./task-words.ts";
import { useTaskAct } from "./use-task-act.ts";

interface Props {
  id: string;
  label: string;
  /** What it is now, if anything. */
  value: string | null;
  /** What was spoken of without being chosen. */
  asked: string;
  /** False where a row that can't be reached by Tab holds it. */
  tabbable?: boolean;
}

/** An open question about a task, with its two answers. */
export function TaskQuestion({ id, label, value, asked, tabbable = true }: Props) {
  const act = useTaskAct();
  const [busy, setBusy] = useState(false);
  const proposed = shownValue(asked);
  const settle = async (change: boolean) => {
    setBusy(true);
    await act({ op: "settle", id, change }, change ? `${label} is now ${proposed}.` : `${label} stays as it is.`);
    setBusy(false);
  };
  const tabIndex = tabbable ? 0 : -1;
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
      <p className="min-w-40 flex-1 text-sm">
        {value === null ? (
          <>
            <bdi className="font-medium">{asked}</bdi> was mentioned for <bdi>{label}</bdi>.
          </>
        ) : (
          <>
            <bdi>{label}</bdi> is <bdi className="font-medium">{shownValue(value)}</bdi>;{" "}
            <bdi className="font-medium">{proposed}</bdi> was mentioned.
          </>
        )}
      </p>
      <div className="flex gap-1.5">
        <Button
          size="small"
          disabled={busy}
          tabIndex={tabIndex}
          aria-label={`Change it: ${label} to ${proposed}`}
          onClick={() => settle(true)}
        >
          Change it
        </Button>
        <Button
          size="small"
          look="quiet"
          disabled={busy}
          tabIndex={tabIndex}
          aria-label={value === null ? `Keep it: leave ${label} open` : `Keep it: ${label} ${shownValue(value)}`}
          onClick={() => settle(false)}
        >
          Keep it
        </Button>
      </div>
    </div>
  );
}
