import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { Fragment } from "react";
import type { ConversationRow as Row } from "../../app/contract/index.ts";
import { useQueries } from "../client/context.tsx";
import { toFailure } from "../client/failure.ts";
import { Button } from "../ui/button.tsx";
import { daysAgo } from "../ui/format.ts";
import { Notice } from "../ui/notice.tsx";
import { ConversationRow } from "./conversation-row.tsx";

/** The conversations, newest first under the day they belong to; or those that a search found, best first. */
export function ConversationList({ query }: { query: string }) {
  const list = useInfiniteQuery({ ...useQueries().conversations(query), placeholderData: keepPreviousData });
  const rows = list.data?.pages.flatMap(({ items }) => items) ?? [];
  const groups = query === "" ? byAge(rows, Date.now()) : [{ name: "Found", rows }];
  return (
    <div className="min-h-0 flex-1 overflow-y-auto px-2 pb-2">
      {list.isError && (
        <Notice failure={toFailure(list.error)}>
          <Button size="small" onClick={() => list.refetch()}>
            Try again
          </Button>
        </Notice>
      )}
      {list.isSuccess && !list.isPlaceholderData && rows.length === 0 && (
        <p className="px-3 py-2 text-sm text-muted">
          {query === "" ? "Your conversations will be listed here." : `Nothing found for “${query}”.`}
        </p>
      )}
      <ul aria-label="Conversations">
        {groups.map(({ name, rows: members }) => (
          <Fragment key={name}>
            <li aria-hidden className="px-3 pt-3 pb-1 text-xs font-medium text-muted">
              {name}
            </li>
            {members.map((row) => (
              <ConversationRow key={row.id} row={row} />
            ))}
          </Fragment>
        ))}
      </ul>
      {list.hasNextPage && (
        <Button look="quiet" size="small" disabled={list.isFetchingNextPage} onClick={() => list.fetchNextPage()}>
          Show more
        </Button>
      )}
    </div>
  );
}

const ages = [
  { name: "Today", days: 0 },
  { name: "Yesterday", days: 1 },
  { name: "Last 7 days", days: 7 },
  { name: "Last 30 days", days: 30 },
  { name: "Older", days: Number.POSITIVE_INFINITY },
];

function byAge(rows: readonly Row[], now: number): { name: string; rows: Row[] }[] {
  const groups = Map.groupBy(rows, ({ updatedAt }) => ages.find(({ days }) => daysAgo(updatedAt, now) <= days)?.name);
  return ages.flatMap(({ name }) => {
    const members = groups.get(name);
    return members ? [{ name, rows: members }] : [];
  });
}
