import { useQuery } from "@tanstack/react-query";
import { useQueries } from "../client/context.tsx";
import { count } from "./format.ts";

/**
 * How far Ebb is with learning from what was said; nothing where all of it is done, or where Ebb may not learn. What only waits for a model is told with
 * `waiting`.
 */
export function LearningNote({ waiting = false }: { waiting?: boolean }) {
  const queries = useQueries();
  const { data } = useQuery(queries.status());
  const settings = useQuery(queries.settings());
  if (!data || !settings.data?.learning) return null;
  const { running, pending, failed, imported } = data.learning;
  const noModel = data.remote?.alsoForLearning !== true && data.model.status === "none";
  const lines = [
    imported > 0 && `Still learning from ${messages(imported)} brought in from elsewhere.`,
    noModel && waiting && pending > 0 && `${messages(pending)} will be read more closely once a model is chosen.`,
    !noModel && pending > 0 && `${running ? "Reading" : "Still to read"}: ${messages(pending)}.`,
    failed > 0 && `The model could not make sense of ${messages(failed)}; another model will try again.`,
  ].filter(Boolean);
  if (lines.length === 0) return null;
  return (
    <p role="status" className="text-[0.8125rem] text-muted">
      {lines.join(" ")}
    </p>
  );
}

const messages = (number: number): string => count(number, "message", "messages");
