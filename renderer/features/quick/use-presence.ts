import { type RefObject, useEffect, useState } from "react";
import { Absence } from "./absence.ts";
import { isAsking } from "./shortcuts.ts";

/** Has the field ready whenever the window is: focused, with its text selected. Returns how long the window was away. */
export function usePresence(field: RefObject<HTMLTextAreaElement | null>): Absence {
  const [absence] = useState(() => new Absence());
  useEffect(() => {
    const come = () => {
      absence.return(Date.now());
      if (isAsking()) return;
      field.current?.focus();
      field.current?.select();
    };
    const leave = () => absence.leave(Date.now());
    const turn = () => (document.visibilityState === "hidden" ? leave() : come());
    come();
    addEventListener("focus", come);
    addEventListener("blur", leave);
    document.addEventListener("visibilitychange", turn);
    return () => {
      removeEventListener("focus", come);
      removeEventListener("blur", leave);
      document.removeEventListener("visibilitychange", turn);
    };
  }, [absence, field]);
  return absence;
}
