import { useState } from "react";
import { Button } from "./button.tsx";
import { fieldClass } from "./field.ts";

interface Props {
  label: string;
  placeholder: string;
  action: string;
  disabled?: boolean;
  onChoose: (path: string) => void;
}

/** For those who know where the file lies. */
export function PathField({ label, placeholder, action, disabled = false, onChoose }: Props) {
  const [path, setPath] = useState("");
  return (
    <form
      className="flex gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        onChoose(path.trim());
      }}
    >
      <input
        aria-label={label}
        placeholder={placeholder}
        spellCheck={false}
        maxLength={4_096}
        value={path}
        onChange={(event) => setPath(event.target.value)}
        className={`${fieldClass} min-w-0 flex-1 font-mono`}
      />
      <Button type="submit" look="primary" disabled={disabled || path.trim() === ""}>
        {action}
      </Button>
    </form>
  );
}
