import { useQuery } from "@tanstack/react-query";
import type { Tidying } from "../../../app/contract/index.ts";
import { useApi, useQueries } from "../../client/context.tsx";
import { Button } from "../../ui/button.tsx";
import { count, shortDate } from "../../ui/format.ts";
import { toast, toastFailure } from "../../ui/toast.tsx";

/** What Ebb tidied up last, and the way back. */
export function Tidied() {
  const api = useApi();
  const { data } = useQuery(useQueries().tidied());
  const last = data?.last;
  if (!last) return null;
  const undo = async () => {
    try {
      const { undone, kept } = await api.memories.undoTidying({ id: last.id });
      const taken = `${count(undone, "change", "changes")} taken back.`;
      toast({ title: kept > 0 ? `${taken} ${count(kept, "has", "have")} been changed since and stay.` : taken });
    } catch (error) {
      toastFailure(error);
    }
  };
  return (
    <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-[0.8125rem] text-muted">
      Tidied up {shortDate(last.beganAt, Date.now())}: {whatWasDone(last)}
      <Button size="small" look="quiet" onClick={undo} aria-label="Undo tidying up">
        Undo
      </Button>
    </p>
  );
}

function whatWasDone({ merged, observed }: Tidying): string {
  const parts = [
    merged > 0 && `${count(merged, "duplicate")} merged`,
    observed > 0 && `${count(observed, "observation")} made`,
  ];
  return parts.filter(Boolean).join(", ");
}
