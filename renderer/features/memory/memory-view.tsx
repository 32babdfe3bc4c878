import { useEffect, useState } from "react";
import type { MemoryFilter } from "../../client/queries.ts";
import { PageHeader } from "../../ui/page.tsx";
import { StillTrue } from "../../ui/still-true.tsx";
import { AddMemory } from "./add-memory.tsx";
import { MemoryDetail } from "./memory-detail.tsx";
import { MemoryList } from "./memory-list.tsx";
import { TransferMenu } from "./transfer.tsx";

const everythingActive: MemoryFilter = { query: "", kind: null, status: "active", pinned: false };

/** What Ebb remembers: the list, and beside it (or in its place, where there is no room) the one that is open. */
export function MemoryView({ id }: { id: string | null }) {
  const [filter, setFilter] = useState(everythingActive);
  useEffect(() => {
    document.title = "Memory · Ebb";
  }, []);
  return (
    <div className="@container flex h-full flex-col">
      <PageHeader title="Memory">
        <TransferMenu />
        <AddMemory />
      </PageHeader>
      <div className={`px-4 *:mb-3 ${id ? "hidden @3xl:block" : ""}`}>
        <StillTrue />
      </div>
      <div className="flex min-h-0 flex-1">
        <section
          aria-label="Memories"
          className={`min-w-0 flex-1 @3xl:max-w-[26rem] @3xl:border-r @3xl:border-line ${id ? "hidden @3xl:block" : ""}`}
        >
          <MemoryList filter={filter} onFilter={setFilter} selected={id} />
        </section>
        <section aria-label="Memory" className={`min-w-0 flex-1 overflow-y-auto ${id ? "" : "hidden @3xl:block"}`}>
          {id ? (
            <MemoryDetail key={id} id={id} />
          ) : (
            <p className="flex h-full items-center justify-center p-8 text-sm text-muted">
              Pick a memory to see where it comes from and when it fades.
            </p>
          )}
        </section>
      </div>
    </div>
  );
}
