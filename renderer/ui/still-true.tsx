import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useId, useState } from "react";
import type { QuestionAnswer } from "../../app/contract/index.ts";
import { useApi, useQueries } from "../client/context.tsx";
import { Button } from "./button.tsx";
import { shortDate } from "./format.ts";
import { toast, toastFailure } from "./toast.tsx";
import { WhichIsRight } from "./which-is-right.tsx";

const thanks: Record<Exclude<QuestionAnswer, "later">, string> = {
  yes: "Good to know. Ebb is sure of it again.",
  no: "Forgotten. It is archived, and replies no longer use it.",
};

/**
 * At most once a day: asks about memories that contradict each other, or about an important one that is fading. Nothing where there
 * is nothing to ask, or where what it would ask is asked beside the memory `except`.
 */
export function StillTrue({ except = null }: { except?: string | null }) {
  const api = useApi();
  const queries = useQueries();
  const cache = useQueryClient();
  const { data } = useQuery(queries.question());
  const [busy, setBusy] = useState(false);
  const label = useId();
  const memory = data?.memory;
  if (!memory || memory.id === except) return null;

  const forget = () => cache.setQueryData(queries.question().queryKey, { memory: null, rivals: [] });
  const answer = async (given: QuestionAnswer) => {
    setBusy(true);
    try {
      const { changeId } = await api.memories.answerQuestion({ id: memory.id, answer: given });
      forget();
      if (given !== "later") {
        toast({
          title: thanks[given],
          ...(changeId && { action: { label: "Undo", run: () => api.memories.undo({ changeId }) } }),
        });
      }
    } catch (error) {
      toastFailure(error);
      void cache.invalidateQueries({ queryKey: queries.question().queryKey });
    } finally {
      setBusy(false);
    }
  };
  if (memory.status === "conflict") {
    return <WhichIsRight memory={memory} rivals={data.rivals} onLater={() => answer("later")} onDone={forget} />;
  }
  return (
    <section
      aria-labelledby={label}
      data-question={memory.id}
      className="flex flex-wrap items-center gap-x-4 gap-y-2.5 rounded-xl border border-line bg-raised px-4 py-3"
    >
      <p className="min-w-56 flex-1">
        <span id={label}>
          <span className="text-muted">Still true that</span> <span dir="auto">“{memory.text}”?</span>
        </span>
        <span className="mt-0.5 block text-[0.8125rem] text-muted">
          From {shortDate(memory.createdAt, Date.now())}; it has not come up for a while.
        </span>
      </p>
      <div className="flex flex-wrap gap-2">
        <Button size="small" disabled={busy} onClick={() => answer("yes")}>
          Yes
        </Button>
        <Button size="small" disabled={busy} onClick={() => answer("no")}>
          No, forget it
        </Button>
        <Button size="small" look="quiet" disabled={busy} onClick={() => answer("later")}>
          Later
        </Button>
      </div>
    </section>
  );
}
