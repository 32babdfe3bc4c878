import { useQuery } from "@tanstack/react-query";
import { useQueries } from "../../client/context.tsx";

/** Whether what was deleted is gone from Ebb's files; nothing where nothing was deleted since the start. */
export function ErasureNote() {
  const { data } = useQuery(useQueries().status());
  if (!data || data.erasure.status === "none") return null;
  const { erasure } = data;
  return (
    <p role="status" className="text-[0.8125rem] text-muted">
      {erasure.status === "checked" && "Erased and checked: nothing of it is left in Ebb's files."}
      {erasure.status === "checking" && "Erased. Ebb is looking through its files for what may be left of it."}
      {erasure.status === "failed" &&
        `Erased, but Ebb could not look through its files for what may be left of it. ${erasure.failure.message} ${erasure.failure.remedy} Ebb tries again by itself.`}
    </p>
  );
}
