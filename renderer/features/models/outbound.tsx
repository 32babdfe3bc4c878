import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { OutboundRequest } from "../../../app/contract/index.ts";
import { useQueries } from "../../client/context.tsx";
import { toFailure } from "../../client/failure.ts";
import { fileSize, fullMoment } from "../../ui/format.ts";
import { Notice } from "../../ui/notice.tsx";
import { cardClass } from "../../ui/page.tsx";

const reasons: Record<OutboundRequest["why"], string> = {
  "model-download": "Download of a model",
  "remote-list": "Which models it offers",
  "remote-reply": "A reply",
  "remote-learning": "Reading for memories and tasks",
};

/** Every request that Ebb has made of another computer or server: when, whom, what for, how much came back. */
export function Outbound() {
  const [open, setOpen] = useState(false);
  const { data, error } = useQuery({ ...useQueries().outbound(), enabled: open });
  return (
    <details className="text-sm" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="w-fit cursor-pointer rounded-lg text-muted hover:text-ink">
        What Ebb has asked of others
      </summary>
      <div className="mt-3">
        {error && <Notice failure={toFailure(error)} />}
        {data?.length === 0 && <p className="text-muted">Nothing. Ebb has asked nobody for anything.</p>}
        {data && data.length > 0 && (
          <ul aria-label="Requests" className={`${cardClass} max-h-80 divide-y divide-line overflow-y-auto`}>
            {data.map(({ at, host, why, bytes }, place) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: rows have no identity of their own, and only ever shift as a whole.
              <li key={place} className="flex flex-wrap justify-between gap-x-4 px-4 py-2">
                <span className="min-w-0">
                  <span className="font-medium break-all">{host}</span>
                  <span className="text-muted"> · {reasons[why]}</span>
                </span>
                <span className="text-muted tabular-nums">
                  {fullMoment(at)} · {fileSize(bytes)} came back
                </span>
              </li>
            ))}
          </ul>
        )}
      </div>
    </details>
  );
}
