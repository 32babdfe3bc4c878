import { Link } from "wouter";
import type { Memory } from "../../../app/contract/index.ts";

/** A list of other memories, each of which opens; nothing where there are none. */
export function Related({ title, memories }: { title: string; memories: Memory[] }) {
  if (memories.length === 0) return null;
  return (
    <section aria-label={title}>
      <h2 className="mb-2 text-sm font-semibold">{title}</h2>
      <ul className="flex flex-col gap-0.5">
        {memories.map(({ id, text }) => (
          <li key={id}>
            <Link
              href={`/memory/${id}`}
              className="-mx-2 block rounded-lg px-2 py-1.5 text-sm hover:bg-hover"
              dir="auto"
            >
              {text}
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
