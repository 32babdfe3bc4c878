import { Menu } from "@base-ui/react/menu";
import { Ellipsis, Pencil, Trash2, Zap } from "lucide-react";
import { Fragment, type ReactNode, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { Link, useLocation, useRoute } from "wouter";
import type { ConversationRow as Row } from "../../app/contract/index.ts";
import { limits } from "../../app/contract/limits.ts";
import { useApi } from "../client/context.tsx";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { count } from "../ui/format.ts";
import { toast, toastFailure } from "../ui/toast.tsx";

export function ConversationRow({ row }: { row: Row }) {
  const [active] = useRoute(`/c/${row.id}/*?`);
  const [mode, setMode] = useState<"shown" | "renaming" | "deleting">("shown");
  const title = row.title || "Untitled";
  const link = useRef<HTMLAnchorElement>(null);
  const finish = (byKey: boolean) => {
    flushSync(() => setMode("shown"));
    if (byKey) link.current?.focus();
  };
  if (mode === "renaming") return <Rename row={row} onDone={finish} />;
  return (
    <li className={`group relative rounded-lg ${active ? "bg-hover" : "hover:bg-hover"}`}>
      <Link
        ref={link}
        href={`/c/${row.id}`}
        aria-current={active ? "page" : undefined}
        className="block rounded-lg py-1.5 pr-10 pl-3"
        title={title}
      >
        <span className={`flex items-center gap-1.5 text-sm ${active ? "font-medium" : ""}`}>
          <span className="truncate">{title}</span>
          {row.origin === "quick" && <Zap className="size-3 shrink-0 text-muted" aria-label="From quick-ask" />}
        </span>
        {row.excerpt && (
          <span className="line-clamp-2 text-xs text-muted">
            <Excerpt text={row.excerpt} />
          </span>
        )}
      </Link>
      <Menu.Root>
        <Menu.Trigger
          aria-label={`Options for ${title}`}
          className="absolute top-0.5 right-1 inline-flex size-7 items-center justify-center rounded-md text-muted opacity-0 transition-opacity group-focus-within:opacity-100 group-hover:opacity-100 hover:text-ink data-popup-open:opacity-100 pointer-coarse:opacity-100"
        >
          <Ellipsis className="size-4" aria-hidden />
        </Menu.Trigger>
        <Menu.Portal>
          <Menu.Positioner className="z-50" side="bottom" align="end" sideOffset={4}>
            <Menu.Popup className="min-w-40 rounded-xl border border-line bg-raised p-1 text-sm shadow-lift outline-none">
              <MenuItem onClick={() => setMode("renaming")} icon={<Pencil className="size-4" aria-hidden />}>
                Rename
              </MenuItem>
              <MenuItem onClick={() => setMode("deleting")} icon={<Trash2 className="size-4" aria-hidden />} danger>
                Delete
              </MenuItem>
            </Menu.Popup>
          </Menu.Positioner>
        </Menu.Portal>
      </Menu.Root>
      <DeleteDialog row={row} active={active} open={mode === "deleting"} onClose={() => setMode("shown")} />
    </li>
  );
}

interface MenuItemProps {
  onClick: () => void;
  icon: ReactNode;
  danger?: boolean;
  children: ReactNode;
}

function MenuItem({ onClick, icon, danger = false, children }: MenuItemProps) {
  return (
    <Menu.Item
      onClick={onClick}
      className={`flex cursor-pointer items-center gap-2.5 rounded-lg px-3 py-1.5 outline-none data-highlighted:bg-hover ${danger ? "text-danger" : ""}`}
    >
      {icon}
      {children}
    </Menu.Item>
  );
}

interface RenameProps {
  row: Row;
  /** `byKey` tells that the focus was in the field to the end, so that it goes back to the row. */
  onDone: (byKey: boolean) => void;
}

function Rename({ row, onDone }: RenameProps) {
  const api = useApi();
  const [title, setTitle] = useState(row.title);
  const save = (byKey: boolean) => {
    onDone(byKey);
    const next = title.trim();
    if (next && next !== row.title) api.conversations.rename({ id: row.id, title: next }).catch(toastFailure);
  };
  return (
    <li>
      <input
        // biome-ignore lint/a11y/noAutofocus: the user asked to rename; the menu that had the focus is gone.
        autoFocus
        aria-label="Conversation title"
        value={title}
        maxLength={limits.titleChars}
        onChange={(event) => setTitle(event.target.value)}
        onFocus={(event) => event.target.select()}
        onBlur={() => save(false)}
        onKeyDown={(event) => {
          if (event.key === "Enter" && !event.nativeEvent.isComposing) save(true);
          if (event.key === "Escape") {
            event.stopPropagation();
            onDone(true);
          }
        }}
        className="w-full rounded-lg bg-raised px-3 py-1.5 text-sm"
      />
    </li>
  );
}

interface DeleteProps {
  row: Row;
  active: boolean;
  open: boolean;
  onClose: () => void;
}

function DeleteDialog({ row, active, open, onClose }: DeleteProps) {
  const api = useApi();
  const [, navigate] = useLocation();
  const remove = async () => {
    onClose();
    try {
      const gone = await api.conversations.delete({ id: row.id });
      if (active) navigate("/");
      const memories = gone.memories > 0 ? ` and ${count(gone.memories, "memory", "memories")}` : "";
      toast({
        title: "Conversation deleted.",
        detail: `${count(gone.messages, "message")}${memories} erased for good.`,
      });
    } catch (error) {
      toastFailure(error);
    }
  };
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title="Delete this conversation?"
      description={
        <>
          <span className="font-medium text-ink">{row.title || "Untitled"}</span> goes with all its messages, and so
          does every memory that only these messages support, and every reminder that was asked for in it. They are
          erased from this computer at once and for good: there is no undo.
        </>
      }
      actions={
        <Button look="danger" onClick={remove}>
          Delete
        </Button>
      }
    />
  );
}

/** A passage with its hits, which come between U+0002 and U+0003. */
function Excerpt({ text }: { text: string }) {
  return text.split("\u0002").map((part, index) => {
    const [hit, rest] = index === 0 ? ["", part] : part.split("\u0003");
    return (
      // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a text never move.
      <Fragment key={index}>
        {hit && <mark className="rounded-xs bg-tint font-medium text-ink">{hit}</mark>}
        {rest}
      </Fragment>
    );
  });
}
