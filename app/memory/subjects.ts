import type { Change } from "../storage/memories.ts";
import { rank, relationOf } from "./retain/people.ts";
import type { MemoryStore } from "./store.ts";

/**
 * The subject under which this person is known: "mara" and "sister" are both "sister mara" where there is one such sister.
 * Where a fuller name is told for somebody known by less, what is known moves under it, as part of the change; without one,
 * nothing moves.
 */
export function resolveSubject(store: MemoryStore, subject: string, change: Change | null): string {
  if (subject === "user" || subject.includes("'s ")) return subject;
  const known = knownSubjects(store, subject);
  const fuller = known.filter((other) => other !== subject && isPartOf(subject, other));
  const [only] = fuller;
  if (only !== undefined && fuller.length === 1) return only;
  if (!change) return subject;
  const lesser = known.filter((other) => other !== subject && isPartOf(other, subject));
  for (const other of lesser) {
    // "sister" alone may be any of several.
    if (known.some((third) => third !== subject && third !== other && isPartOf(other, third))) continue;
    for (const row of store.memories.ofSubject(other)) {
      store.memories.update(row.id, { subject }, { ...change, cause: "superseded" });
    }
  }
  return subject;
}

/** The subjects of memories that share a word with this one. */
function knownSubjects(store: MemoryStore, subject: string): string[] {
  const words = subject.split(" ").filter((word) => word.length > 1 && !rank.has(word));
  return [...new Set(words.flatMap((word) => store.memories.subjectsWith(word)))];
}

/** True where the first subject is the second by its name or its relation alone. */
function isPartOf(less: string, more: string): boolean {
  if (more.includes("'s ")) return false;
  const words = more.split(" ");
  const relation = words.findIndex((word) => relationOf(word) !== null);
  if (relation < 0) return more.startsWith(`${less} `);
  const called = words.slice(0, relation + 1).join(" ");
  const name = words.slice(relation + 1).join(" ");
  if (name === "") return false;
  return less === name || less === called || (less === words[relation] && relation > 0) || name.startsWith(`${less} `);
}
