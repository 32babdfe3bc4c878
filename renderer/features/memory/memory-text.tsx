import { useQueryClient } from "@tanstack/react-query";
import { Pencil } from "lucide-react";
import { useRef, useState } from "react";
import { flushSync } from "react-dom";
import type { Memory } from "../../../app/contract/index.ts";
import { limits } from "../../../app/contract/limits.ts";
import { useApi } from "../../client/context.tsx";
import { type ShownFailure, toFailure } from "../../client/failure.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { fieldClass } from "../../ui/field.ts";
import { Notice } from "../../ui/notice.tsx";
import { toast } from "../../ui/toast.tsx";

/** A memory's text, and the field in its place while the user changes it. */
export function MemoryText({ memory }: { memory: Memory }) {
  const [editing, setEditing] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const finish = () => {
    flushSync(() => setEditing(false));
    button.current?.focus();
  };
  if (editing) return <Editor memory={memory} onDone={finish} />;
  return (
    <div className="flex items-start gap-2">
      <p className="min-w-0 flex-1 text-lg leading-relaxed font-medium whitespace-pre-wrap" dir="auto">
        {memory.text}
      </p>
      <IconButton ref={button} label="Edit memory" onClick={() => setEditing(true)}>
        <Pencil className="size-4" aria-hidden />
      </IconButton>
    </div>
  );
}

function Editor({ memory, onDone }: { memory: Memory; onDone: () => void }) {
  const api = useApi();
  const cache = useQueryClient();
  const [text, setText] = useState(memory.text);
  // The version that the user saw when the edit began: a change made meanwhile must not be overwritten unseen.
  const [version, setVersion] = useState(memory.version);
  const [failure, setFailure] = useState<ShownFailure | null>(null);
  const over = text.length - limits.memoryChars;

  const save = async () => {
    setFailure(null);
    try {
      const { changeId } = await api.memories.edit({ id: memory.id, version, text });
      await cache.invalidateQueries({ queryKey: ["memories"] });
      toast({
        title: "Memory changed.",
        action: { label: "Undo", run: () => api.memories.undo({ changeId }) },
      });
      onDone();
    } catch (error) {
      setFailure(toFailure(error));
      void cache.invalidateQueries({ queryKey: ["memories", "one", memory.id] });
    }
  };

  return (
    <form
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <textarea
        // biome-ignore lint/a11y/noAutofocus: the user asked to edit; the button that had the focus is gone.
        autoFocus
        aria-label="Memory text"
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => event.key === "Escape" && onDone()}
        className={`${fieldClass} field-sizing-content min-h-20 w-full text-base`}
      />
      {over > 0 && (
        <p className="text-sm text-danger">
          A memory can have {limits.memoryChars.toLocaleString()} characters. This one has {over.toLocaleString()} too
          many.
        </p>
      )}
      {failure && (
        <Notice failure={failure}>
          {failure.code === "CHANGED_MEANWHILE" && version !== memory.version && (
            <Button
              size="small"
              onClick={() => {
                setText(memory.text);
                setVersion(memory.version);
                setFailure(null);
              }}
            >
              Show the newer text
            </Button>
          )}
        </Notice>
      )}
      <div className="flex gap-2">
        <Button type="submit" look="primary" disabled={text.trim() === "" || over > 0}>
          Save
        </Button>
        <Button onClick={onDone}>Cancel</Button>
      </div>
    </form>
  );
}
