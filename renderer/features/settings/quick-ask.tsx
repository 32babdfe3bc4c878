import { type ReactNode, useEffect, useState } from "react";
import type { ShortcutState } from "../../../app/contract/index.ts";
import { useHost } from "../../client/context.tsx";
import type { ShortcutControl } from "../../client/host.ts";
import { Button } from "../../ui/button.tsx";
import { isMac, Keys } from "../../ui/keys.tsx";
import { cardClass, Section } from "../../ui/page.tsx";
import { toastFailure } from "../../ui/toast.tsx";
import { acceleratorOf, keyNames } from "./accelerator.ts";
import { AtLogin } from "./at-login.tsx";

/** How the small window for one question is opened, and by which keys. */
export function QuickAsk() {
  const { shortcut, atLogin } = useHost();
  return (
    <Section title="Quick-ask" detail="A small window for one question, over whatever you are doing.">
      <div className={`${cardClass} divide-y divide-line`}>
        <div className="px-5 py-4 text-sm">{shortcut ? <Shortcut control={shortcut} /> : <ByCommand />}</div>
        {atLogin && <AtLogin control={atLogin} />}
      </div>
    </Section>
  );
}

function ByCommand() {
  return (
    <p>
      Start Ebb with <code className="rounded bg-panel px-1.5 py-0.5 font-mono text-xs">ebb --quick-ask</code> to open
      it. Bind that command to a key in your desktop's keyboard settings, and the key brings it up from anywhere.
    </p>
  );
}

function Shortcut({ control }: { control: ShortcutControl }) {
  const [state, setState] = useState<ShortcutState | null>(null);
  const [recording, setRecording] = useState(false);
  useEffect(() => {
    control.onChange(setState);
    control.state().then(setState, toastFailure);
  }, [control]);
  const set = (accelerator: string | null) => {
    setRecording(false);
    control.set(accelerator).then(setState, toastFailure);
  };
  if (!state) return null;
  if (recording) return <Recorder onRecorded={set} onCancel={() => setRecording(false)} />;
  return (
    <Row
      buttons={
        <>
          <Button size="small" onClick={() => setRecording(true)}>
            {state.accelerator === null ? "Choose keys" : "Change"}
          </Button>
          {state.accelerator !== null && (
            <Button size="small" look="quiet" onClick={() => set(null)}>
              Turn off
            </Button>
          )}
        </>
      }
    >
      {state.accelerator === null ? (
        <p className="font-medium">No keys</p>
      ) : (
        <Keys
          keys={keyNames(state.accelerator, isMac)}
          className="gap-1 [&_kbd]:h-6.5 [&_kbd]:px-2 [&_kbd]:text-xs [&_kbd]:text-ink"
        />
      )}
      <p role="status" data-shortcut={state.status} className={state.status === "taken" ? "text-danger" : "text-muted"}>
        {sentences[state.status]}
      </p>
    </Row>
  );
}

const sentences: Record<ShortcutState["status"], string> = {
  off: "Quick-ask opens from the tray menu only.",
  waiting: "Press it once to see that it works.",
  bound: "Works.",
  taken: "Another program has these keys; choose others.",
};

/** Takes the next keys that are pressed. */
function Recorder({ onRecorded, onCancel }: { onRecorded: (accelerator: string) => void; onCancel: () => void }) {
  const [refused, setRefused] = useState<string | null>(null);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      event.preventDefault();
      event.stopPropagation();
      if (event.repeat) return;
      if (event.key === "Escape") return onCancel();
      const pressed = acceleratorOf(event, isMac);
      if (pressed === null) return;
      if ("accelerator" in pressed) onRecorded(pressed.accelerator);
      else setRefused(pressed.refused);
    };
    addEventListener("keydown", onKeyDown, true);
    return () => removeEventListener("keydown", onKeyDown, true);
  }, [onRecorded, onCancel]);
  return (
    <Row
      buttons={
        <Button size="small" onClick={onCancel}>
          Cancel
        </Button>
      }
    >
      <p className="font-medium">Press the keys…</p>
      <p role="status" className={refused ? "text-danger" : "text-muted"}>
        {refused ?? "Esc leaves them as they are."}
      </p>
    </Row>
  );
}

function Row({ buttons, children }: { buttons: ReactNode; children: ReactNode }) {
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-3">
      <div className="flex min-w-0 flex-1 flex-col items-start gap-1.5">{children}</div>
      <div className="flex gap-1">{buttons}</div>
    </div>
  );
}
