import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { useRoute } from "wouter";
import { useQueries } from "../client/context.tsx";
import { RingingCard } from "../ui/ringing-card.tsx";

/** Reminders that ring, over every view until each is answered; where they are listed they are shown there. */
export function Ringing() {
  const { data } = useQuery(useQueries().reminders());
  const [inList] = useRoute("/tasks");
  const ringing = data?.open.filter(({ state }) => state === "ringing") ?? [];
  useTitleMark(ringing.length);
  if (ringing.length === 0 || inList) return null;
  return (
    <section
      aria-label="Reminders that ring"
      className="fixed top-14 right-3 z-20 flex max-h-[calc(100dvh-8rem)] w-[22rem] max-w-[calc(100vw-1.5rem)] flex-col gap-2 overflow-y-auto rounded-xl shadow-lift"
    >
      {ringing.map((reminder) => (
        <RingingCard key={reminder.id} reminder={reminder} />
      ))}
    </section>
  );
}

/** "(1) Ebb" for as long as nobody looks: a tab in the background can show no more than its title. */
function useTitleMark(count: number): void {
  useEffect(() => {
    const mark = () => {
      const plain = document.title.replace(/^\(\d+\) /, "");
      document.title = document.hidden && count > 0 ? `(${count}) ${plain}` : plain;
    };
    mark();
    document.addEventListener("visibilitychange", mark);
    return () => document.removeEventListener("visibilitychange", mark);
  }, [count]);
}
