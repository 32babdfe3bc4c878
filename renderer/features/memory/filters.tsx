import { Pin, Search } from "lucide-react";
import type { ReactNode } from "react";
import type { MemoryKind, MemoryStatus } from "../../../app/contract/index.ts";
import { limits } from "../../../app/contract/limits.ts";
import type { MemoryFilter } from "../../client/queries.ts";
import { fieldClass } from "../../ui/field.ts";
import { kindNames, statusNames } from "./labels.ts";

interface Props {
  filter: MemoryFilter;
  onFilter: (filter: MemoryFilter) => void;
}

const chosen = "border-accent bg-tint";

export function Filters({ filter, onFilter }: Props) {
  return (
    <search className="flex flex-col gap-2 px-4 pt-1 pb-3">
      <div className="relative">
        <Search className="pointer-events-none absolute top-2.5 left-3 size-4 text-muted" aria-hidden />
        <input
          type="search"
          aria-label="Search memories"
          placeholder="Search memories"
          maxLength={limits.queryChars}
          value={filter.query}
          onChange={(event) => onFilter({ ...filter, query: event.target.value })}
          className={`${fieldClass} w-full pl-9.5`}
        />
      </div>
      <div className="flex flex-wrap gap-2">
        <Select
          label="Kind"
          value={filter.kind ?? "all"}
          marked={filter.kind !== null}
          onChange={(value) => onFilter({ ...filter, kind: oneOf(kindNames, value) })}
        >
          <option value="all">All kinds</option>
          <Options names={kindNames} />
        </Select>
        <Select
          label="Status"
          value={filter.status}
          marked={filter.status !== "active"}
          onChange={(value) => onFilter({ ...filter, status: oneOf(statusNames, value) ?? "all" })}
        >
          <Options names={statusNames} />
          <option value="all">Any status</option>
        </Select>
        <button
          type="button"
          aria-pressed={filter.pinned}
          onClick={() => onFilter({ ...filter, pinned: !filter.pinned })}
          className={`inline-flex h-8 items-center gap-1.5 rounded-lg border px-2.5 text-[0.8125rem] ${filter.pinned ? chosen : "border-line hover:bg-hover"}`}
        >
          <Pin className="size-3.5" aria-hidden />
          Pinned
        </button>
      </div>
    </search>
  );
}

interface SelectProps {
  label: string;
  value: string;
  marked: boolean;
  onChange: (value: string) => void;
  children: ReactNode;
}

function Select({ label, value, marked, onChange, children }: SelectProps) {
  return (
    <select
      aria-label={label}
      value={value}
      onChange={(event) => onChange(event.target.value)}
      className={`h-8 rounded-lg border px-1.5 text-[0.8125rem] ${marked ? chosen : "border-line bg-surface hover:bg-hover"}`}
    >
      {children}
    </select>
  );
}

function Options({ names }: { names: Record<string, string> }) {
  return Object.entries(names).map(([value, name]) => (
    <option key={value} value={value}>
      {name}
    </option>
  ));
}

function oneOf<Name extends MemoryKind | MemoryStatus>(names: Record<Name, string>, value: string): Name | null {
  return (Object.keys(names) as Name[]).find((name) => name === value) ?? null;
}
