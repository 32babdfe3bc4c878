import { useQuery } from "@tanstack/react-query";
import type { ModelDownload } from "../../../app/contract/index.ts";
import { useApi, useQueries } from "../../client/context.tsx";
import { Button } from "../../ui/button.tsx";
import { clockTime, fileSize } from "../../ui/format.ts";
import { Notice } from "../../ui/notice.tsx";
import { cardClass, Section } from "../../ui/page.tsx";
import { PercentBar } from "../../ui/percent-bar.tsx";
import { timeLeft } from "./fit-words.ts";
import { useAct } from "./use-act.ts";

/** Models on their way, with what can be done about each. Nothing where there is none. */
export function Downloads() {
  const { data } = useQuery(useQueries().downloads());
  const list = data ?? [];
  return (
    <>
      <p aria-live="polite" className="sr-only">
        {list.map((download) => `${download.name}: ${stateWords(download)}.`).join(" ")}
      </p>
      {list.length > 0 && (
        <Section title="On their way">
          <ul aria-label="Downloads" className={`${cardClass} divide-y divide-line`}>
            {list.map((download) => (
              <Row key={download.id} download={download} />
            ))}
          </ul>
        </Section>
      )}
    </>
  );
}

function stateWords({ state, kind, retryAt, checking }: ModelDownload): string {
  if (state === "running" && retryAt !== null) return "waiting to try again";
  if (state === "running" && checking) return "reading what has arrived";
  const running = kind === "copy" ? "being copied" : "downloading";
  return { queued: "waiting for its turn", running, paused: "paused", failed: "stopped" }[state];
}

function Row({ download }: { download: ModelDownload }) {
  const api = useApi();
  const { failure, busy, run } = useAct();
  const { id, name, state, receivedBytes, totalBytes, kind } = download;
  const percent = totalBytes ? Math.min(100, Math.floor((receivedBytes / totalBytes) * 100)) : 0;
  const active = state === "running" || state === "queued";
  return (
    <li className="flex flex-col gap-2.5 px-5 py-4" data-download={state}>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <p className="min-w-0 flex-1 basis-40 truncate text-sm font-medium">{name}</p>
        <div className="flex gap-2">
          {active && kind === "download" && (
            <Button
              size="small"
              aria-label={`Pause ${name}`}
              disabled={busy}
              onClick={() => run(() => api.models.pause({ id }))}
            >
              Pause
            </Button>
          )}
          {!active && (
            <Button
              size="small"
              look="primary"
              aria-label={`Resume ${name}`}
              disabled={busy}
              onClick={() => run(() => api.models.resume({ id }))}
            >
              {state === "failed" ? "Try again" : "Resume"}
            </Button>
          )}
          <Button
            size="small"
            aria-label={`Cancel ${name}`}
            disabled={busy}
            onClick={() => run(() => api.models.cancel({ id }))}
          >
            Cancel
          </Button>
        </div>
      </div>
      <div className="flex items-center">
        <PercentBar label={`${name}, ${stateWords(download)}`} percent={percent} />
      </div>
      <p className="text-sm text-muted tabular-nums">{progressWords(download, percent)}</p>
      {download.failure && <Notice failure={download.failure} tone={state === "failed" ? "danger" : "notice"} />}
      {failure && <Notice failure={failure} />}
    </li>
  );
}

function progressWords(download: ModelDownload, percent: number): string {
  const { receivedBytes, totalBytes, bytesPerSecond, secondsLeft, retryAt, host, state, checking } = download;
  const parts = [
    totalBytes === null
      ? fileSize(receivedBytes)
      : `${percent} %, ${fileSize(receivedBytes)} of ${fileSize(totalBytes)}`,
  ];
  if (state === "running" && retryAt !== null) parts.push(`tries again at ${clockTime(retryAt)}`);
  else if (state !== "running" || checking) parts.push(stateWords(download));
  else {
    if (bytesPerSecond !== null) parts.push(`${fileSize(bytesPerSecond)}/s`);
    if (secondsLeft !== null) parts.push(`${timeLeft(secondsLeft)} left`);
  }
  if (host !== null) parts.push(`from ${host}`);
  return parts.join(" · ");
}
