import { useEffect, useRef, useState } from "react";
import type { Message } from "../../app/contract/index.ts";

const spoken = 600;

/** Tells a screen reader that a reply has begun and, once, what it became: not each piece as it comes. */
export function Announcer({ reply }: { reply: Message | undefined }) {
  const [said, say] = useState("");
  const running = useRef<string | null>(null);
  useEffect(() => {
    if (!reply) return;
    if (reply.status === "streaming") {
      if (running.current !== reply.id) say("Ebb is replying.");
      running.current = reply.id;
    } else if (running.current === reply.id) {
      running.current = null;
      const ending = reply.status === "complete" ? "" : " The reply is not complete.";
      say(`Ebb: ${reply.text.slice(0, spoken)}${ending}`);
    }
  }, [reply]);
  return (
    <p aria-live="polite" className="sr-only">
      {said}
    </p>
  );
}
