import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { CornerLeftUp, Folder } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import type { FolderEntry } from "../../app/contract/index.ts";
import { useQueries } from "../client/context.tsx";
import { toFailure } from "../client/failure.ts";
import type { FileKind } from "../client/queries.ts";
import { Button } from "./button.tsx";
import { fileSize } from "./format.ts";
import { Notice } from "./notice.tsx";
import { cardClass } from "./page.tsx";
import { Spinner } from "./spinner.tsx";

interface Props {
  /** Which files are shown. */
  wanted: FileKind;
  icon: ReactNode;
  /** Said of a folder with nothing in it to choose. */
  empty: string;
  disabled?: boolean;
  /** Path of the file in use, to mark it. */
  current?: string | null;
  onChoose: (path: string) => void;
  /** Told which folder is shown. */
  onFolder?: (path: string) => void;
}

/** Folders and files of this computer, from the user's home on. */
export function FileBrowser({ wanted, icon, empty, disabled = false, current = null, onChoose, onFolder }: Props) {
  const [folder, setFolder] = useState<string | null>(null);
  const { data, error, isPending } = useQuery({
    ...useQueries().folder(wanted, folder),
    placeholderData: keepPreviousData,
  });
  const shown = data?.folder;
  useEffect(() => {
    if (shown !== undefined) onFolder?.(shown);
  }, [shown, onFolder]);
  if (isPending) return <Spinner />;
  if (error) {
    return (
      <Notice failure={toFailure(error)}>
        <Button size="small" onClick={() => setFolder(null)}>
          Go to the home folder
        </Button>
      </Notice>
    );
  }
  const { parent } = data;
  const entries = wanted === "folders" ? data.entries.filter(({ kind }) => kind === "folder") : data.entries;
  return (
    <div className={`${cardClass} overflow-hidden`}>
      <p className="truncate border-b border-line bg-panel px-4 py-2 font-mono text-xs text-muted" title={data.folder}>
        {data.folder}
      </p>
      <ul aria-label="Files" className="max-h-80 overflow-y-auto p-1.5">
        {parent !== null && (
          <Row label="Parent folder" icon={<CornerLeftUp className="size-4" />} onClick={() => setFolder(parent)} />
        )}
        {entries.map((entry) => (
          <Entry
            key={entry.path}
            entry={entry}
            icon={icon}
            disabled={disabled}
            used={entry.path === current}
            onClick={() => (entry.kind === "folder" ? setFolder(entry.path) : onChoose(entry.path))}
          />
        ))}
        {entries.length === 0 && <li className="px-3 py-2 text-sm text-muted">{empty}</li>}
      </ul>
    </div>
  );
}

interface EntryProps {
  entry: FolderEntry;
  icon: ReactNode;
  disabled: boolean;
  used: boolean;
  onClick: () => void;
}

function Entry({ entry: { name, kind, bytes }, icon, disabled, used, onClick }: EntryProps) {
  if (kind === "folder") return <Row label={name} icon={<Folder className="size-4" />} onClick={onClick} />;
  const detail = [used ? "in use" : "", bytes === null ? "" : fileSize(bytes)].filter(Boolean).join(" · ");
  return <Row label={name} icon={icon} detail={detail} disabled={disabled} onClick={onClick} />;
}

interface RowProps {
  label: string;
  icon: ReactNode;
  detail?: string;
  disabled?: boolean;
  onClick: () => void;
}

function Row({ label, icon, detail, disabled = false, onClick }: RowProps) {
  return (
    <li>
      <button
        type="button"
        disabled={disabled}
        onClick={onClick}
        className="flex w-full items-center gap-3 rounded-lg px-3 py-1.5 text-left text-sm -outline-offset-2 enabled:hover:bg-hover disabled:opacity-50"
      >
        <span className="text-muted" aria-hidden>
          {icon}
        </span>
        <span className="min-w-0 flex-1 truncate">{label}</span>
        {detail && <span className="shrink-0 text-xs text-muted">{detail}</span>}
      </button>
    </li>
  );
}
