import { useQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Link } from "wouter";
import type { Task, TaskRevision } from "../../../app/contract/index.ts";
import { useQueries } from "../../client/context.tsx";
import { toFailure } from "../../client/failure.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { fullMoment } from "../../ui/format.ts";
import { Notice } from "../../ui/notice.tsx";
import { Spinner } from "../../ui/spinner.tsx";
import { shownValue } from "../../ui/task-words.ts";
import { useTaskAct } from "../../ui/use-task-act.ts";
import { kindNames, opName, staleReason, statusName, whoName } from "./labels.ts";
import type { OnRow } from "./row-events.ts";

/** Revisions that are shown before the rest is asked for. */
const few = 20;

/** A node in full, and what it was when, who said so, and in which words. */
export function NodeDetails({ id, on, onClose }: { id: string; on: OnRow; onClose: () => void }) {
  const { data, error } = useQuery({ ...useQueries().taskHistory(id), placeholderData: (before) => before });
  return (
    <section aria-label="Details and history" className="flex h-full flex-col">
      <header className="flex items-center gap-2 py-1.5 pr-2 pl-4">
        <h3 className="min-w-0 flex-1 truncate text-sm font-semibold">Details and history</h3>
        <IconButton label="Close details" onClick={onClose}>
          <X className="size-4" aria-hidden />
        </IconButton>
      </header>
      <div className="min-h-0 flex-1 overflow-y-auto px-4 pb-6">
        {error ? (
          <Notice failure={toFailure(error)} />
        ) : data ? (
          <div className="flex flex-col gap-5" data-details={data.task.id}>
            <Facts task={data.task} on={on} />
            <Timeline key={data.task.id} task={data.task} revisions={data.revisions} />
          </div>
        ) : (
          <Spinner />
        )}
      </div>
    </section>
  );
}

function Facts({ task, on }: { task: Task; on: OnRow }) {
  const { label, value, rule, status, conflicts, dependsOn, dependents, question, summary, createdAt } = task;
  return (
    <div className="flex flex-col gap-2.5">
      <p dir="auto" className="text-base font-medium">
        {label}
      </p>
      <dl className="grid grid-cols-[auto_1fr] gap-x-5 gap-y-1.5 text-sm">
        <Fact name="Kind">{kindNames[task.kind]}</Fact>
        <Fact name="Status">{statusName(task)}</Fact>
        {value !== null && (
          <Fact name="Value">
            <bdi>{shownValue(value)}</bdi>
          </Fact>
        )}
        {rule && (
          <Fact name="Rule">
            <bdi>{rule.on.label}</bdi> {shownValue(rule.text)}
          </Fact>
        )}
        {status === "stale" && <Fact name="Why">{staleReason(task)}</Fact>}
        {conflicts.length > 0 && <Fact name={rule ? "Broken" : "Breaks"}>{conflicts.join("; ")}</Fact>}
        {question && <Fact name="Mentioned">{question.values.map(shownValue).join(", ")}</Fact>}
        {dependsOn.length > 0 && (
          <Fact name="Needs">
            <Refs refs={dependsOn} on={on} />
          </Fact>
        )}
        {dependents.length > 0 && (
          <Fact name="Needed by">
            <Refs refs={dependents} on={on} />
          </Fact>
        )}
        {summary !== null && (
          <Fact name="Came of it">
            <bdi>{summary}</bdi>
          </Fact>
        )}
        <Fact name="Added">{fullMoment(createdAt)}</Fact>
      </dl>
    </div>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="min-w-0">{children}</dd>
    </>
  );
}

function Refs({ refs, on }: { refs: Task["dependsOn"]; on: OnRow }) {
  return refs.map((to, index) => (
    <span key={to.id}>
      {index > 0 && ", "}
      <button type="button" onClick={() => on({ type: "jump", to })} className="rounded text-accent hover:underline">
        <bdi>{to.label}</bdi>
      </button>
    </span>
  ));
}

function Timeline({ task, revisions }: { task: Task; revisions: readonly TaskRevision[] }) {
  const [all, setAll] = useState(false);
  const shown = all ? revisions : revisions.slice(0, few);
  const latest = revisions.find(({ number }) => number !== null)?.id;
  return (
    <div>
      <h4 className="mb-2 text-sm font-semibold">History</h4>
      <ol aria-label="History" className="flex flex-col gap-3 border-l-2 border-line pl-4">
        {shown.map((revision) => (
          <Revision key={revision.id} revision={revision} task={task} latest={revision.id === latest} />
        ))}
      </ol>
      {revisions.length > shown.length && (
        <Button size="small" look="quiet" className="mt-2" onClick={() => setAll(true)}>
          Show all {revisions.length.toLocaleString()}
        </Button>
      )}
    </div>
  );
}

function Revision({ revision, task, latest }: { revision: TaskRevision; task: Task; latest: boolean }) {
  const act = useTaskAct();
  const { number, at, value, quote, conversationId, messageId } = revision;
  const { kind } = task;
  const was = value === null ? "" : shownValue(value);
  const status = statusName({ kind, status: revision.status, value });
  return (
    <li data-revision={number ?? "asked"} className="relative text-sm">
      <span
        aria-hidden
        className={`absolute top-1.5 -left-[1.3125rem] size-2 rounded-full ${latest ? "bg-accent" : "bg-line-strong"}`}
      />
      <p className="flex flex-wrap items-baseline gap-x-2">
        <span className="font-medium">{number === null ? "Asked about" : opName(revision)}</span>
        <time dateTime={new Date(at).toISOString()} className="text-xs text-muted">
          {fullMoment(at)}
        </time>
      </p>
      <p>
        {revision.label !== task.label && (
          <>
            <bdi>{revision.label}</bdi>:{" "}
          </>
        )}
        {was !== "" && (
          <>
            <bdi>{was}</bdi> ·{" "}
          </>
        )}
        <span className="text-muted">{number === null ? "mentioned, not chosen" : status}</span>
      </p>
      <p className="text-xs text-muted">{whoName(revision)}</p>
      {quote !== null && (
        <blockquote dir="auto" className="mt-0.5 line-clamp-6 text-[0.8125rem]">
          “{quote}”
        </blockquote>
      )}
      <div className="flex flex-wrap gap-x-3 text-xs">
        {conversationId !== null && (
          <Link
            href={messageId === null ? `/c/${conversationId}` : `/c/${conversationId}/m/${messageId}`}
            className="font-medium text-accent hover:underline"
          >
            Open in chat
          </Link>
        )}
        {!latest && number !== null && (
          <button
            type="button"
            aria-label={`Go back to this: ${was || status}`}
            onClick={() =>
              act({ op: "rollBack", id: task.id, to: number }, `${task.label} is back to ${was || status}.`)
            }
            className="rounded font-medium text-accent hover:underline"
          >
            Go back to this
          </button>
        )}
      </div>
    </li>
  );
}
