import { useId, useState } from "react";
import { useLocation } from "wouter";
import { limits } from "../../../app/contract/limits.ts";
import { useApi } from "../../client/context.tsx";
import { type ShownFailure, toFailure } from "../../client/failure.ts";
import { Button } from "../../ui/button.tsx";
import { fieldClass } from "../../ui/field.ts";
import { Notice } from "../../ui/notice.tsx";
import { ownZone } from "../../ui/reminder-words.ts";
import { taskHref } from "../../ui/task-card.tsx";
import { tellTaskChange } from "../../ui/use-task-act.ts";

/** A field that takes a goal in plain words, with its date where they name one, and opens it. */
export function QuickAdd() {
  const api = useApi();
  const [, navigate] = useLocation();
  const [words, setWords] = useState("");
  const [busy, setBusy] = useState(false);
  const [said, setSaid] = useState("");
  const [failure, setFailure] = useState<ShownFailure | null>(null);
  const note = useId();

  const add = async () => {
    setBusy(true);
    setFailure(null);
    setSaid("");
    try {
      const { change, refused } = await api.tasks.add({ words, zone: ownZone() });
      const goal = change?.entries.find(({ nodeId, goalId }) => nodeId === goalId) ?? change?.entries[0];
      if (refused !== null) setSaid(refused);
      else if (change && goal) {
        setWords("");
        navigate(taskHref(goal.goalId, goal.goalId));
        tellTaskChange(api, change, `Added: ${goal.label}.`);
      } else setSaid("You have that goal already.");
    } catch (error) {
      setFailure(toFailure(error));
    } finally {
      setBusy(false);
    }
  };

  return (
    <form
      className="flex flex-col gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        if (words.trim() !== "" && !busy) void add();
      }}
    >
      <div className="flex gap-2">
        <input
          aria-label="New goal"
          aria-describedby={note}
          placeholder="File taxes by 15 December"
          maxLength={limits.queryChars}
          dir="auto"
          value={words}
          onChange={(event) => setWords(event.target.value)}
          className={`${fieldClass} min-w-0 flex-1`}
        />
        <Button type="submit" look="primary" disabled={words.trim() === "" || busy}>
          Add
        </Button>
      </div>
      <p id={note} role="status" className="px-1 text-[0.8125rem] text-notice empty:hidden">
        {said}
      </p>
      {failure && <Notice failure={failure} />}
    </form>
  );
}
