import { useEffect, useState } from "react";
import type { AtLoginControl } from "../../client/host.ts";
import { toastFailure } from "../../ui/toast.tsx";
import { SwitchRow } from "./switch-row.tsx";

/** Whether Ebb is there as soon as the computer is; nothing where that cannot be had. */
export function AtLogin({ control }: { control: AtLoginControl }) {
  const [on, setOn] = useState<boolean | null>(null);
  useEffect(() => {
    control.state().then(setOn, toastFailure);
  }, [control]);
  if (on === null) return null;
  return (
    <SwitchRow on={on} onChange={(next) => control.set(next).then(setOn, toastFailure)} title="Start Ebb when I log in">
      {on ? "It waits in the tray, ready for quick-ask." : "Quick-ask works once you have started Ebb."}
    </SwitchRow>
  );
}
