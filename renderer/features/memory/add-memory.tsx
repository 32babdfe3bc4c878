import { useQueryClient } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useId, useState } from "react";
import { useLocation } from "wouter";
import type { MemoryKind } from "../../../app/contract/index.ts";
import { limits } from "../../../app/contract/limits.ts";
import { useApi } from "../../client/context.tsx";
import { type ShownFailure, toFailure } from "../../client/failure.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { fieldClass } from "../../ui/field.ts";
import { Notice } from "../../ui/notice.tsx";
import { toast } from "../../ui/toast.tsx";
import { kindNames } from "./labels.ts";

/** The button that opens a dialog to write a memory by hand. */
export function AddMemory() {
  const api = useApi();
  const cache = useQueryClient();
  const [, navigate] = useLocation();
  const [open, setOpen] = useState(false);
  const [text, setText] = useState("");
  const [kind, setKind] = useState<MemoryKind>("fact");
  const [failure, setFailure] = useState<ShownFailure | null>(null);
  const form = useId();

  const add = async () => {
    setFailure(null);
    try {
      const { memory, changeId } = await api.memories.add({ text, kind });
      void cache.invalidateQueries({ queryKey: ["memories"] });
      setOpen(false);
      setText("");
      navigate(`/memory/${memory.id}`);
      toast({ title: "Memory added.", action: { label: "Undo", run: () => api.memories.undo({ changeId }) } });
    } catch (error) {
      setFailure(toFailure(error));
    }
  };

  return (
    <>
      <Button look="primary" size="small" onClick={() => setOpen(true)}>
        <Plus className="size-4" aria-hidden />
        Add memory
      </Button>
      <Dialog
        open={open}
        onClose={() => setOpen(false)}
        title="Add a memory"
        description="Write it as a full sentence about yourself, so that it can be understood alone."
        actions={
          <Button type="submit" form={form} look="primary" disabled={text.trim() === ""}>
            Add
          </Button>
        }
      >
        <form
          id={form}
          className="flex flex-col gap-3"
          onSubmit={(event) => {
            event.preventDefault();
            void add();
          }}
        >
          <textarea
            aria-label="Memory text"
            placeholder="I am allergic to nuts."
            maxLength={limits.memoryChars}
            value={text}
            onChange={(event) => setText(event.target.value)}
            className={`${fieldClass} field-sizing-content max-h-60 min-h-20 w-full`}
          />
          <select
            aria-label="Kind of memory"
            value={kind}
            onChange={(event) => setKind(kinds.find((name) => name === event.target.value) ?? "fact")}
            className={`${fieldClass} self-start`}
          >
            {kinds.map((name) => (
              <option key={name} value={name}>
                {kindNames[name]}
              </option>
            ))}
          </select>
          {failure && <Notice failure={failure} />}
        </form>
      </Dialog>
    </>
  );
}

const kinds = Object.keys(kindNames) as MemoryKind[];
