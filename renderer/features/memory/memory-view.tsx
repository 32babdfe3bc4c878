import { useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useQueries } from "../../client/context.tsx";
import type { MemoryFilter } from "../../client/queries.ts";
import { Button } from "../../ui/button.tsx";
import { count } from "../../ui/format.ts";
import { LearningNote } from "../../ui/learning-note.tsx";
import { PageHeader } from "../../ui/page.tsx";
import { StillTrue } from "../../ui/still-true.tsx";
import { AddMemory } from "./add-memory.tsx";
import { ErasureNote } from "./erasure-note.tsx";
import { MemoryDetail } from "./memory-detail.tsx";
import { MemoryList } from "./memory-list.tsx";
import { Preferences } from "./preferences.tsx";
import { Tidied } from "./tidied.tsx";
import { TransferMenu } from "./transfer.tsx";

const everythingActive: MemoryFilter = { query: "", kind: null, status: "active", pinned: false };

type Section = "all" | "preferences";

const sectionNames: Record<Section, string> = { all: "All memories", preferences: "Preferences" };

/** What Ebb remembers: the list, and beside it (or in its place, where there is no room) the one that is open. */
export function MemoryView({ id }: { id: string | null }) {
  const [filter, setFilter] = useState(everythingActive);
  const [section, setSection] = useState<Section>("all");
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
        <StillTrue except={id} />
        <Conflicts
          shown={filter.status === "conflict"}
          onShow={() => {
            setSection("all");
            setFilter({ ...everythingActive, status: "conflict" });
          }}
        />
        <LearningNote />
        <ErasureNote />
        <Tidied />
      </div>
      <div className="flex min-h-0 flex-1">
        <section
          aria-label="Memories"
          className={`min-w-0 flex-1 @3xl:max-w-[26rem] @3xl:border-r @3xl:border-line ${id ? "hidden @3xl:block" : ""}`}
        >
          <div className="flex h-full flex-col">
            <Sections shown={section} onShow={setSection} />
            {section === "preferences" ? (
              <Preferences selected={id} />
            ) : (
              <div className="min-h-0 flex-1">
                <MemoryList filter={filter} onFilter={setFilter} selected={id} />
              </div>
            )}
          </div>
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

/** The way to what waits for the user's word, whenever they like. */
function Conflicts({ shown, onShow }: { shown: boolean; onShow: () => void }) {
  const { data } = useInfiniteQuery(useQueries().memories({ ...everythingActive, status: "conflict" }));
  const total = data?.pages.at(-1)?.total ?? 0;
  if (total === 0 || shown) return null;
  return (
    <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-[0.8125rem] text-muted">
      {count(total, "memory contradicts", "memories contradict")} what Ebb knows.
      <Button size="small" look="quiet" onClick={onShow}>
        Look
      </Button>
    </p>
  );
}

/** Everything, or what of it is about likes and dislikes. */
function Sections({ shown, onShow }: { shown: Section; onShow: (section: Section) => void }) {
  return (
    <div className="flex gap-1 px-4 pb-2">
      {(Object.keys(sectionNames) as Section[]).map((section) => (
        <button
          key={section}
          type="button"
          aria-pressed={section === shown}
          onClick={() => onShow(section)}
          className={`rounded-lg px-2.5 py-1 text-[0.8125rem] font-medium ${section === shown ? "bg-tint text-ink" : "text-muted hover:bg-hover hover:text-ink"}`}
        >
          {sectionNames[section]}
        </button>
      ))}
    </div>
  );
}
