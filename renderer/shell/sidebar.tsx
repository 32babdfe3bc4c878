import { useQuery } from "@tanstack/react-query";
import { BookMarked, Cpu, HatGlasses, ListTodo, PanelLeftClose, Search, Settings, SquarePen, X } from "lucide-react";
import { type ReactNode, useDeferredValue, useState } from "react";
import { Link, useLocation, useRoute } from "wouter";
import type { ModelState } from "../../app/contract/index.ts";
import { limits } from "../../app/contract/limits.ts";
import { useQueries } from "../client/context.tsx";
import { useIncognito } from "../client/incognito.tsx";
import { IconButton } from "../ui/button.tsx";
import { Logo } from "../ui/logo.tsx";
import { toastFailure } from "../ui/toast.tsx";
import { ConversationList } from "./conversation-list.tsx";

export function Sidebar({ onHide }: { onHide: () => void }) {
  const [query, setQuery] = useState("");
  const wanted = useDeferredValue(query.trim());
  return (
    <div className="flex h-full flex-col">
      <div className="flex h-13 shrink-0 items-center gap-2.5 pr-2 pl-4">
        <Logo className="size-6" />
        <span className="flex-1 text-[1.0625rem] font-semibold tracking-tight">Ebb</span>
        <IconButton label="Hide sidebar" onClick={onHide}>
          <PanelLeftClose className="size-[1.125rem]" aria-hidden />
        </IconButton>
      </div>
      <div className="flex flex-col gap-2 px-3 pt-1 pb-3">
        <div className="flex gap-1.5">
          <Link
            href="/"
            className="flex flex-1 items-center gap-2.5 rounded-lg border border-line bg-raised px-3 py-2 text-sm font-medium transition-colors hover:border-line-strong"
          >
            <SquarePen className="size-4 text-accent" aria-hidden />
            New chat
          </Link>
          <NewIncognito />
        </div>
        <OpenIncognito />
        <div className="relative">
          <Search className="pointer-events-none absolute top-2.5 left-3 size-4 text-muted" aria-hidden />
          <input
            type="search"
            aria-label="Search conversations"
            placeholder="Search"
            maxLength={limits.queryChars}
            value={query}
            onChange={(event) => setQuery(event.target.value)}
            onKeyDown={(event) => {
              if (event.key !== "Escape" || query === "") return;
              // Esc ends the search first; only an empty field lets it close the sidebar over the view.
              event.stopPropagation();
              setQuery("");
            }}
            className="h-9 w-full rounded-lg bg-transparent pr-9 pl-9.5 text-sm outline-offset-0 placeholder:text-muted hover:bg-hover focus:bg-raised [&::-webkit-search-cancel-button]:hidden"
          />
          {query !== "" && (
            <IconButton label="Clear search" onClick={() => setQuery("")} className="absolute top-0.5 right-0.5">
              <X className="size-4" aria-hidden />
            </IconButton>
          )}
        </div>
      </div>
      <ConversationList query={wanted} />
      <nav aria-label="Ebb" className="flex flex-col gap-0.5 border-t border-line p-2">
        <Entry href="/tasks" icon={<ListTodo className="size-4" aria-hidden />}>
          Tasks
        </Entry>
        <Entry href="/memory" icon={<BookMarked className="size-4" aria-hidden />}>
          Memory
        </Entry>
        <Entry href="/models" icon={<Cpu className="size-4" aria-hidden />}>
          Models
        </Entry>
        <Entry href="/settings" icon={<Settings className="size-4" aria-hidden />}>
          Settings
        </Entry>
        <ModelLine />
      </nav>
    </div>
  );
}

/** Begins an incognito chat, or goes back to the one that is open. */
function NewIncognito() {
  const { id, begin } = useIncognito();
  const [, navigate] = useLocation();
  const open = async () => navigate(`/incognito/${id ?? (await begin())}`);
  return (
    <IconButton
      label={id === null ? "New incognito chat" : "Back to the incognito chat"}
      onClick={() => void open().catch(toastFailure)}
      className="size-auto w-10 border border-line bg-raised enabled:hover:border-line-strong"
    >
      <HatGlasses className="size-4" aria-hidden />
    </IconButton>
  );
}

/** The way back to the incognito chat, which is in no list, and its end. */
function OpenIncognito() {
  const { id, end } = useIncognito();
  const [active] = useRoute("/incognito/*?");
  const [, navigate] = useLocation();
  if (id === null) return null;
  const finish = async () => {
    if (active) navigate("/");
    await end(id);
  };
  return (
    <div
      className={`flex items-center rounded-lg border border-dashed border-line-strong ${active ? "bg-hover" : "hover:bg-hover"}`}
    >
      <Link
        href={`/incognito/${id}`}
        aria-current={active ? "page" : undefined}
        className={`flex min-w-0 flex-1 items-center gap-2.5 rounded-lg px-3 py-1.5 text-sm ${active ? "font-medium" : ""}`}
      >
        <HatGlasses className="size-4 text-muted" aria-hidden />
        Incognito chat
      </Link>
      <IconButton label="End incognito chat" onClick={() => void finish().catch(toastFailure)}>
        <X className="size-4" aria-hidden />
      </IconButton>
    </div>
  );
}

function Entry({ href, icon, children }: { href: string; icon: ReactNode; children: ReactNode }) {
  const [active] = useRoute(`${href}/*?`);
  return (
    <Link
      href={href}
      aria-current={active ? "page" : undefined}
      className={`flex items-center gap-2.5 rounded-lg px-3 py-1.5 text-sm transition-colors hover:bg-hover ${active ? "bg-hover font-medium" : "text-muted hover:text-ink"}`}
    >
      {icon}
      {children}
    </Link>
  );
}

const dots = {
  none: "bg-line-strong",
  loading: "bg-notice animate-pulse",
  ready: "bg-accent",
  asleep: "bg-line-strong",
  failed: "bg-danger",
} as const;

/** What answers right now. */
function ModelLine() {
  const { data } = useQuery(useQueries().status());
  if (!data) return null;
  const { model, remote } = data;
  return (
    <Link
      href="/models"
      data-model={remote ? "remote" : model.status}
      className="mt-1 flex items-center gap-2.5 rounded-lg px-3 py-1.5 text-xs text-muted hover:bg-hover hover:text-ink"
    >
      <span className={`ml-1 size-2 shrink-0 rounded-full ${remote ? "bg-notice" : dots[model.status]}`} aria-hidden />
      <span className="min-w-0 flex-1 truncate">
        {remote ? `${remote.model} on ${remote.host}` : modelSentence(model)}
      </span>
    </Link>
  );
}

function modelSentence(model: ModelState): string {
  switch (model.status) {
    case "none":
      return "No model: answering from memory";
    case "loading":
      return `${model.waking ? "Waking up" : "Loading"} ${model.file.name}, ${Math.round(model.progress * 100)} %`;
    case "ready":
      return model.file.name;
    case "asleep":
      return `${model.file.name} is asleep until you ask`;
    case "failed":
      return `${model.file.name} failed: answering from memory`;
  }
}
