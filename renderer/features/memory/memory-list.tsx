import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef } from "react";
import { useQueries } from "../../client/context.tsx";
import { toFailure } from "../../client/failure.ts";
import type { MemoryFilter } from "../../client/queries.ts";
import { Button } from "../../ui/button.tsx";
import { count } from "../../ui/format.ts";
import { Notice } from "../../ui/notice.tsx";
import { Spinner } from "../../ui/spinner.tsx";
import { Filters } from "./filters.tsx";
import { MemoryRow } from "./memory-row.tsx";

interface Props {
  filter: MemoryFilter;
  onFilter: (filter: MemoryFilter) => void;
  selected: string | null;
}

const rowHeight = 68;

export function MemoryList({ filter, onFilter, selected }: Props) {
  const list = useInfiniteQuery({ ...useQueries().memories(filter), placeholderData: keepPreviousData });
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  const total = list.data?.pages.at(-1)?.total ?? 0;
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    getItemKey: (index) => items[index]?.id ?? index,
    estimateSize: () => rowHeight,
    overscan: 8,
    paddingEnd: 16,
  });
  const rows = virtual.getVirtualItems();

  const nearEnd = (rows.at(-1)?.index ?? 0) >= items.length - 10;
  const { hasNextPage, isFetching, fetchNextPage } = list;
  useEffect(() => {
    if (nearEnd && hasNextPage && !isFetching) void fetchNextPage();
  }, [nearEnd, hasNextPage, isFetching, fetchNextPage]);

  return (
    <div className="flex h-full flex-col">
      <Filters filter={filter} onFilter={onFilter} />
      <p role="status" className="px-5 pb-2 text-xs text-muted">
        {list.isSuccess ? count(total, "memory", "memories") : ""}
      </p>
      <div ref={scroller} className="min-h-0 flex-1 overflow-y-auto">
        {list.isPending && <Spinner />}
        {list.isError && (
          <div className="px-4">
            <Notice failure={toFailure(list.error)}>
              <Button size="small" onClick={() => list.refetch()}>
                Try again
              </Button>
            </Notice>
          </div>
        )}
        {list.isSuccess && items.length === 0 && <Empty filtered={isNarrow(filter)} />}
        <ul aria-label="Memories" className="relative" style={{ height: virtual.getTotalSize() }}>
          {rows.map(({ key, index, start }) => {
            const memory = items[index];
            return (
              memory && (
                <li
                  key={key}
                  ref={virtual.measureElement}
                  data-index={index}
                  className="absolute top-0 left-0 w-full px-2"
                  style={{ transform: `translateY(${start}px)` }}
                >
                  <MemoryRow memory={memory} selected={memory.id === selected} />
                </li>
              )
            );
          })}
        </ul>
      </div>
    </div>
  );
}

const isNarrow = ({ query, kind, status, pinned }: MemoryFilter): boolean =>
  query !== "" || kind !== null || status !== "active" || pinned;

function Empty({ filtered }: { filtered: boolean }) {
  return (
    <div className="mx-auto max-w-sm px-6 py-10 text-sm">
      <h2 className="font-semibold">{filtered ? "No memory matches" : "Nothing remembered yet"}</h2>
      <p className="mt-1.5 text-muted">
        {filtered
          ? "Try fewer words, or other filters."
          : "Tell Ebb something about yourself in a chat, such as “Remember that I am allergic to nuts”, or add it here by hand. Each memory shows the words it came from, and you can change or delete it at any time."}
      </p>
    </div>
  );
}
