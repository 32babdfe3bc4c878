import { useId, useState } from "react";
import type { TaskChange } from "../../../app/contract/index.ts";
import { limits } from "../../../app/contract/limits.ts";
import { useApi } from "../../client/context.tsx";
import { type ShownFailure, toFailure } from "../../client/failure.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { fieldClass } from "../../ui/field.ts";
import { Notice } from "../../ui/notice.tsx";
import { tellTaskChange } from "../../ui/use-task-act.ts";

interface Props {
  parent: { id: string; label: string };
  onClose: () => void;
  onAdded: (id: string) => void;
}

type Kind = "step" | "slot" | "goal";

const kinds: Record<Kind, { name: string; example: string }> = {
  step: { name: "Step", example: "Book flight" },
  slot: { name: "Detail", example: "Budget" },
  goal: { name: "Goal beneath", example: "Find a place to stay" },
};

/** Asks for a part of a goal or step: a step, a detail with its value, or a goal beneath it. */
export function AddPart({ parent, onClose, onAdded }: Props) {
  const api = useApi();
  const [kind, setKind] = useState<Kind>("step");
  const [label, setLabel] = useState("");
  const [value, setValue] = useState("");
  const [failure, setFailure] = useState<Pick<ShownFailure, "message" | "remedy"> | null>(null);
  const form = useId();

  const add = async () => {
    setFailure(null);
    try {
      const { change, refused } = await api.tasks.act({
        op: "add",
        parentId: parent.id,
        kind,
        label,
        ...(kind !== "goal" && value.trim() !== "" && { value }),
      });
      if (refused !== null) setFailure({ message: refused, remedy: "" });
      else if (change === null) setFailure({ message: "That is there already.", remedy: "Give it another name." });
      else {
        tellTaskChange(api, change, saidOf(change));
        onClose();
        onAdded(change.entries[0]?.nodeId ?? parent.id);
      }
    } catch (error) {
      setFailure(toFailure(error));
    }
  };

  return (
    <Dialog
      open
      onClose={onClose}
      title="Add a part"
      description={
        <p dir="auto" className="truncate">
          {parent.label}
        </p>
      }
      actions={
        <Button type="submit" form={form} look="primary" disabled={label.trim() === ""}>
          Add
        </Button>
      }
    >
      <form
        id={form}
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          if (label.trim() !== "") void add();
        }}
      >
        <fieldset className="flex flex-wrap gap-1.5">
          <legend className="sr-only">Kind of part</legend>
          {(Object.keys(kinds) as Kind[]).map((name) => (
            <label
              key={name}
              className={`rounded-lg border px-2.5 py-1 text-[0.8125rem] font-medium has-focus-visible:outline-2 has-focus-visible:outline-ring ${name === kind ? "border-accent bg-tint" : "border-line text-muted hover:bg-hover"}`}
            >
              <input
                type="radio"
                name="kind"
                checked={name === kind}
                onChange={() => setKind(name)}
                className="sr-only"
              />
              {kinds[name].name}
            </label>
          ))}
        </fieldset>
        <input
          autoFocus
          aria-label="Name"
          placeholder={kinds[kind].example}
          maxLength={limits.taskLabelChars}
          dir="auto"
          value={label}
          onChange={(event) => setLabel(event.target.value)}
          className={`${fieldClass} w-full`}
        />
        {kind !== "goal" && (
          <input
            aria-label="Value"
            placeholder={kind === "slot" ? "700" : "Value, if it has one"}
            maxLength={limits.taskValueChars}
            dir="auto"
            value={value}
            onChange={(event) => setValue(event.target.value)}
            className={`${fieldClass} w-full`}
          />
        )}
        {failure && <Notice failure={failure} />}
      </form>
    </Dialog>
  );
}

function saidOf({ entries }: TaskChange): string {
  const [first] = entries;
  if (first?.what === "asked") return `There is a ${first.label} already; it is asked which holds.`;
  return `Added: ${first?.label ?? ""}.`;
}
