import { useQueryClient } from "@tanstack/react-query";
import { useId, useState } from "react";
import type { Memory } from "../../app/contract/index.ts";
import { useApi } from "../client/context.tsx";
import { Button } from "./button.tsx";
import { shortDate } from "./format.ts";
import { toast, toastFailure } from "./toast.tsx";
import { type Said, WhenEachHolds } from "./when-each-holds.tsx";

interface Props {
  memory: Memory;
  /** What it can't hold beside; none where it is only not sure. */
  rivals: readonly Memory[];
  /** Puts the question off, where that is offered. */
  onLater?: (() => void) | undefined;
  onDone?: () => void;
}

const sources = {
  user: "you said it",
  confirmed: "you confirmed it",
  inferred: "Ebb inferred it",
  assistant: "Ebb said it",
};

/** Asks which of several memories hold, or whether one does; where several do, when each of them does. */
export function WhichIsRight({ memory, rivals, onLater, onDone }: Props) {
  const api = useApi();
  const cache = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [scoping, setScoping] = useState(false);
  const label = useId();
  const sides = [memory, ...rivals].sort((a, b) => a.createdAt - b.createdAt);
  const several = rivals.length > 0;

  const keep = async (kept: readonly Memory[], when: readonly Said[] = []) => {
    setBusy(true);
    try {
      const { changeId } = await api.memories.resolve({
        id: memory.id,
        keep: kept.map(({ id }) => id),
        ...(when.length > 0 && { when: [...when], zone: Intl.DateTimeFormat().resolvedOptions().timeZone }),
      });
      onDone?.();
      toast({
        title: kept.length === 0 ? "Put away. Replies do not use it." : "Good to know. Ebb is sure of it now.",
        action: { label: "Undo", run: () => api.memories.undo({ changeId }) },
      });
    } catch (error) {
      toastFailure(error);
      void cache.invalidateQueries({ queryKey: ["memories"] });
    } finally {
      setBusy(false);
    }
  };

  return (
    <section
      aria-labelledby={label}
      data-question={memory.id}
      className="flex flex-col gap-2.5 rounded-xl border border-line bg-raised px-4 py-3"
    >
      <p id={label} className="font-medium">
        {scoping ? "When does each hold?" : several ? "Which is right?" : "Is this right?"}
      </p>
      {scoping ? (
        <WhenEachHolds
          sides={sides}
          busy={busy}
          onKeep={(when) => keep(sides, when)}
          onBack={() => setScoping(false)}
        />
      ) : (
        <>
          <ul className="flex flex-col gap-2">
            {sides.map((side) => (
              <li key={side.id} className="flex flex-wrap items-center gap-x-4 gap-y-1.5">
                <p className="min-w-56 flex-1">
                  <span dir="auto">“{side.text}”</span>
                  <span className="mt-0.5 block text-[0.8125rem] text-muted">
                    {shortDate(side.createdAt, Date.now())}; {sources[side.trust]}
                  </span>
                </p>
                <Button
                  size="small"
                  disabled={busy}
                  aria-label={several ? `This is right: ${side.text}` : undefined}
                  onClick={() => keep([side])}
                >
                  {several ? "This one" : "Yes"}
                </Button>
              </li>
            ))}
          </ul>
          <div className="flex flex-wrap gap-2">
            {several && (
              <Button size="small" disabled={busy} onClick={() => setScoping(true)}>
                {sides.length > 2 ? "All of them" : "Both"}
              </Button>
            )}
            <Button size="small" look="quiet" disabled={busy} onClick={() => keep([])}>
              {several ? "None" : "No, forget it"}
            </Button>
            {onLater && (
              <Button size="small" look="quiet" disabled={busy} onClick={onLater}>
                Later
              </Button>
            )}
          </div>
        </>
      )}
    </section>
  );
}
