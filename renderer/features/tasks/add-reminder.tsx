import { useId, useState } from "react";
import { limits } from "../../../app/contract/limits.ts";
import { useApi } from "../../client/context.tsx";
import { type ShownFailure, toFailure } from "../../client/failure.ts";
import { Button } from "../../ui/button.tsx";
import { fieldClass } from "../../ui/field.ts";
import { Notice } from "../../ui/notice.tsx";
import { ownZone } from "../../ui/reminder-words.ts";

/** A field that takes a reminder in plain words, and says what Ebb made of it. */
export function AddReminder() {
  const api = useApi();
  const [words, setWords] = useState("");
  const [said, setSaid] = useState("");
  const [failure, setFailure] = useState<ShownFailure | null>(null);
  const note = useId();

  const add = async () => {
    setFailure(null);
    try {
      const { reminder, said } = await api.reminders.add({ words, zone: ownZone() });
      setSaid(said);
      // What lacks something stays, to be completed.
      if (reminder) setWords("");
    } catch (error) {
      setFailure(toFailure(error));
    }
  };

  return (
    <form
      className="flex flex-col gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        if (words.trim() !== "") void add();
      }}
    >
      <div className="flex gap-2">
        <input
          aria-label="New reminder"
          aria-describedby={note}
          placeholder="Call mum tomorrow at 9"
          maxLength={limits.queryChars}
          value={words}
          onChange={(event) => setWords(event.target.value)}
          className={`${fieldClass} min-w-0 flex-1`}
        />
        <Button type="submit" look="primary" disabled={words.trim() === ""}>
          Add
        </Button>
      </div>
      <p id={note} role="status" className="px-1 text-[0.8125rem] text-muted empty:hidden">
        {said}
      </p>
      {failure && <Notice failure={failure} />}
    </form>
  );
}
