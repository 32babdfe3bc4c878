import { Pin } from "lucide-react";
import { Link } from "wouter";
import type { Memory } from "../../../app/contract/index.ts";
import { count, shortDate } from "../../ui/format.ts";
import { kindNames, statusNames } from "./labels.ts";
import { Strength } from "./strength.tsx";

export function MemoryRow({ memory, selected }: { memory: Memory; selected: boolean }) {
  const { id, text, kind, status, pinned, createdAt, retrievability, proof } = memory;
  return (
    <Link
      href={`/memory/${id}`}
      aria-current={selected ? "true" : undefined}
      className={`block rounded-lg px-3 py-2.5 transition-colors -outline-offset-2 ${selected ? "bg-tint" : "hover:bg-hover"}`}
    >
      <span className={`line-clamp-2 ${status === "active" ? "" : "text-muted"}`} dir="auto">
        {text}
      </span>
      <span className="mt-1 flex flex-wrap items-center gap-x-2.5 text-xs text-muted">
        <span>{kindNames[kind]}</span>
        {proof > 0 && <span>from {count(proof, "memory", "memories")}</span>}
        <span>{shortDate(createdAt, Date.now())}</span>
        {status !== "active" && <span className="font-medium">{statusNames[status]}</span>}
        {pinned && (
          <span className="inline-flex items-center gap-1 text-accent">
            <Pin className="size-3 fill-current" aria-hidden />
            Pinned
          </span>
        )}
        <span className="ml-auto">
          <Strength retrievability={retrievability} />
        </span>
      </span>
    </Link>
  );
}
