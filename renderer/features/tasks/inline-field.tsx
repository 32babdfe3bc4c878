import { useRef } from "react";
import { limits } from "../../../app/contract/limits.ts";
import { fieldClass } from "../../ui/field.ts";
import type { Field, OnRow } from "./row-events.ts";

interface Props {
  id: string;
  field: Field;
  label: string;
  text: string;
  on: OnRow;
}

/** A field in the place of what it changes. Enter and leaving it save, Esc does not. */
export function InlineField({ id, field, label, text, on }: Props) {
  const ended = useRef(false);
  const end = (value: string | null) => {
    if (ended.current) return;
    ended.current = true;
    const wanted = value?.trim() ?? text;
    if (wanted === text || (field === "label" && wanted === "")) on({ type: "endEdit", id });
    else on({ type: "save", id, field, text: wanted });
  };
  return (
    <input
      // biome-ignore lint/a11y/noAutofocus: the user asked to edit; what had the focus is gone.
      autoFocus
      data-inline={field}
      aria-label={field === "value" ? `Value of ${label}` : `Name of ${label}`}
      defaultValue={text}
      maxLength={field === "label" ? limits.taskLabelChars : limits.taskValueChars}
      dir="auto"
      onFocus={(event) => event.target.select()}
      onBlur={(event) => end(event.target.value)}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.nativeEvent.isComposing) return;
        if (event.key === "Enter") end(event.currentTarget.value);
        if (event.key === "Escape") end(null);
      }}
      className={`${fieldClass} min-h-7 w-64 max-w-full min-w-24 py-0.5`}
    />
  );
}
