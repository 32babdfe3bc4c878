import { useState } from "react";
import { Button } from "../../ui/button.tsx";
import { Notice } from "../../ui/notice.tsx";
import { useAct } from "./use-act.ts";

interface Said {
  text: string;
  tokensPerSecond: number | null;
  firstTokenMs: number | null;
}

/** Has the model in use say a few words, which shows that it works and how fast. */
export function ModelTest({ test: ask }: { test: () => Promise<Said> }) {
  const { failure, busy, run } = useAct();
  const [said, setSaid] = useState<Said | null>(null);
  const test = () =>
    run(async () => {
      setSaid(null);
      setSaid(await ask());
    });
  return (
    <>
      <Button disabled={busy} onClick={test}>
        {busy ? "Testing…" : "Test"}
      </Button>
      <div aria-live="polite" className="basis-full empty:hidden">
        {said && (
          <div className="rounded-lg bg-panel px-4 py-3 text-sm">
            <p className="max-h-32 overflow-y-auto break-words whitespace-pre-wrap">
              {said.text || "It said nothing."}
            </p>
            <p className="mt-1.5 text-muted tabular-nums">{speed(said)}</p>
          </div>
        )}
      </div>
      {failure && <Notice failure={failure} />}
    </>
  );
}

function speed({ tokensPerSecond, firstTokenMs }: Said): string {
  const parts = [
    tokensPerSecond === null ? "" : `${tokensPerSecond.toFixed(tokensPerSecond < 10 ? 1 : 0)} tokens a second`,
    firstTokenMs === null ? "" : `first word after ${(firstTokenMs / 1_000).toFixed(1)} s`,
  ];
  return parts.filter(Boolean).join(", ");
}
