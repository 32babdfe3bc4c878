import { type FormEvent, useEffect, useId, useRef, useState } from "react";
import type { Memory } from "../../app/contract/index.ts";
import { limits } from "../../app/contract/limits.ts";
import { Button } from "./button.tsx";
import { fieldClass } from "./field.ts";

/** When a memory holds, in the user's words. */
export type Said = { id: string; words: string };

interface Props {
  sides: readonly Memory[];
  busy: boolean;
  onKeep: (when: readonly Said[]) => void;
  onBack: () => void;
}

const suggestions = ["at work", "at home", "at the weekend", "in summer", "in winter"];
const examples = ["e.g. since March", "e.g. at work", "e.g. when I travel"];

/** Asks when each of several memories holds; what is left empty always does. */
export function WhenEachHolds({ sides, busy, onKeep, onBack }: Props) {
  const [words, setWords] = useState<Readonly<Record<string, string>>>({});
  const list = useId();
  const first = useRef<HTMLInputElement>(null);
  // The button that was pressed is gone: focus goes on where one writes.
  useEffect(() => first.current?.focus(), []);
  const said = sides.map(({ id }) => ({ id, words: (words[id] ?? "").trim() })).filter((each) => each.words !== "");

  const submit = (event: FormEvent) => {
    event.preventDefault();
    onKeep(said);
  };

  return (
    <form onSubmit={submit} className="flex flex-col gap-2.5">
      <p className="text-sm text-muted">
        At work, since March, before you moved: leave it empty for what always holds.
      </p>
      <datalist id={list}>
        {suggestions.map((suggestion) => (
          <option key={suggestion} value={suggestion} />
        ))}
      </datalist>
      <ul className="flex flex-col gap-2">
        {sides.map(({ id, text }, place) => (
          <li key={id}>
            <label className="flex flex-wrap items-center gap-x-4 gap-y-1.5">
              <span dir="auto" className="min-w-56 flex-1">
                “{text}”
              </span>
              <input
                ref={place === 0 ? first : undefined}
                list={list}
                maxLength={limits.whenChars}
                placeholder={examples[place % examples.length]}
                aria-label={`When it holds: ${text}`}
                value={words[id] ?? ""}
                onChange={({ target }) => setWords({ ...words, [id]: target.value })}
                className={`${fieldClass} w-44`}
              />
            </label>
          </li>
        ))}
      </ul>
      <div className="flex flex-wrap gap-2">
        <Button size="small" look="primary" type="submit" disabled={busy}>
          {said.length === 0 ? "Keep them all, always" : "Keep them like this"}
        </Button>
        <Button size="small" look="quiet" type="button" disabled={busy} onClick={onBack}>
          Back
        </Button>
      </div>
    </form>
  );
}
