import { useId, useState } from "react";
import { useLocation } from "wouter";
import type { Memory } from "../../../app/contract/index.ts";
import { useApi } from "../../client/context.tsx";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { clockTime } from "../../ui/format.ts";
import { toast, toastFailure } from "../../ui/toast.tsx";

interface Props {
  memory: Memory;
  open: boolean;
  onClose: () => void;
}

const shortestUndo = 4_000;

/** Asks what exactly is to go, takes it away, and offers it back for as long as that is possible. */
export function DeleteMemory({ memory, open, onClose }: Props) {
  const api = useApi();
  const [, navigate] = useLocation();
  const [sources, setSources] = useState(true);
  const box = useId();

  const remove = async () => {
    onClose();
    try {
      const { changeId, until } = await api.memories.delete({ ids: [memory.id], sources });
      navigate("/memory");
      toast({
        title: "Memory deleted.",
        detail: `It can be taken back until ${clockTime(until)}, then it is erased.`,
        timeout: Math.max(until - Date.now(), shortestUndo),
        action: { label: "Undo", run: () => api.memories.undo({ changeId }) },
      });
    } catch (error) {
      toastFailure(error);
    }
  };

  return (
    <Dialog
      open={open}
      onClose={onClose}
      title="Delete this memory?"
      description="Ebb stops using it at once. After the time to undo it is erased for good, from the database and from every backup."
      actions={
        <Button look="danger" onClick={remove}>
          Delete
        </Button>
      }
    >
      <p className="line-clamp-4 rounded-lg bg-panel px-3 py-2 text-sm" dir="auto">
        {memory.text}
      </p>
      <div className="flex items-start gap-2.5 text-sm">
        <input
          id={box}
          type="checkbox"
          checked={sources}
          onChange={(event) => setSources(event.target.checked)}
          className="mt-1 size-4 accent-accent"
        />
        <label htmlFor={box}>
          Also erase the words it came from
          <span className="block text-muted">
            The passages in your chats that say it, and replies that repeat it. Otherwise Ebb can still find it there.
          </span>
        </label>
      </div>
    </Dialog>
  );
}
