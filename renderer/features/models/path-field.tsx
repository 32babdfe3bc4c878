import { useState } from "react";
import { Button } from "../../ui/button.tsx";
import { fieldClass } from "../../ui/field.ts";

interface Props {
  disabled: boolean;
  onChoose: (path: string) => void;
}

/** For those who know where the file lies. */
export function PathField({ disabled, onChoose }: Props) {
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
        aria-label="Path of a model file"
        placeholder="/path/to/model.gguf"
        spellCheck={false}
        maxLength={4_096}
        value={path}
        onChange={(event) => setPath(event.target.value)}
        className={`${fieldClass} min-w-0 flex-1 font-mono`}
      />
      <Button type="submit" look="primary" disabled={disabled || path.trim() === ""}>
        Use model
      </Button>
    </form>
  );
}
