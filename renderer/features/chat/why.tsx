import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import type { Considered, Rejection } from "../../../app/contract/index.ts";
import { useQueries } from "../../client/context.tsx";
import { toFailure } from "../../client/failure.ts";
import { memoryHref } from "../../ui/chips.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { shortDate } from "../../ui/format.ts";
import { Notice } from "../../ui/notice.tsx";
import { Spinner } from "../../ui/spinner.tsx";
import { explained } from "./score-parts.ts";

/** Under a reply: opens what was considered for it. */
export function Why({ replyId }: { replyId: string }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <button
        type="button"
        onClick={() => setOpen(true)}
        className="rounded-md px-1.5 py-0.5 font-medium hover:bg-hover hover:text-ink"
      >
        Why this?
      </button>
      <Dialog
        open={open}
        onClose={() => setOpen(false)}
        title="What this reply had before it"
        description="What Ebb found in its memory for this question, and what became of it."
        cancel="Close"
        actions={null}
      >
        {open && <ConsideredList replyId={replyId} />}
      </Dialog>
    </>
  );
}

const groups = [
  { outcome: "used", title: "Used in the reply" },
  { outcome: "offered", title: "Offered, not used" },
  { outcome: "rejected", title: "Considered and left out" },
] as const;

function ConsideredList({ replyId }: { replyId: string }) {
  const { data, error } = useQuery(useQueries().explanation(replyId));
  if (error) return <Notice failure={toFailure(error)} />;
  if (!data) return <Spinner />;
  if (data.considered.length === 0) {
    return <p className="text-sm text-muted">Nothing in Ebb's memory bears on this question.</p>;
  }
  return groups.map(({ outcome, title }) => {
    const items = data.considered.filter((item) => item.outcome === outcome);
    if (items.length === 0) return null;
    return (
      <section key={outcome} className="flex flex-col gap-1.5">
        <h3 className="text-[0.8125rem] font-semibold">{title}</h3>
        <ul aria-label={title} className="flex flex-col gap-1">
          {items.map((item) => (
            <Item key={item.id} item={item} />
          ))}
        </ul>
      </section>
    );
  });
}

const reasons: Record<Rejection, string> = {
  weak: "Too little of the question is in it.",
  crowded: "Better ones took its place.",
  archived: "It has faded.",
  superseded: "It is no longer so.",
  forbidden: "You want it never used.",
  conflict: "It contradicts something that you said.",
};

function Item({ item }: { item: Considered }) {
  const { text, saidAt, reason, parts } = item;
  return (
    <li>
      <Link href={memoryHref(item)} className="block rounded-lg bg-panel px-3 py-2 text-sm hover:bg-hover">
        <span dir="auto" className="line-clamp-2">
          {text}
        </span>
        <span className="mt-0.5 block text-xs text-muted">
          {[shortDate(saidAt, Date.now()), reason && reasons[reason], ...explained(parts)].filter(Boolean).join(" · ")}
        </span>
      </Link>
    </li>
  );
}
