import { Dialog } from "@base-ui/react/dialog";
import { type ReactNode, useEffect, useState, useSyncExternalStore } from "react";
import { useLocation } from "wouter";
import { SidebarContext } from "../ui/page.tsx";
import { Banners } from "./banners.tsx";
import { Ringing } from "./ringing.tsx";
import { Sidebar } from "./sidebar.tsx";

const storageKey = "ebb-sidebar";
const wide = matchMedia("(min-width: 720px)");

const subscribeWide = (listener: () => void) => {
  wide.addEventListener("change", listener);
  return () => wide.removeEventListener("change", listener);
};

/** The frame of the window: the sidebar beside the view, or over it where there is no room for both. */
export function Shell({ children }: { children: ReactNode }) {
  const isWide = useSyncExternalStore(subscribeWide, () => wide.matches);
  const [docked, setDocked] = useState(() => localStorage.getItem(storageKey) !== "hidden");
  const [over, setOver] = useState(false);
  const [location] = useLocation();

  // biome-ignore lint/correctness/useExhaustiveDependencies: whoever goes somewhere else is done with the overlay.
  useEffect(() => setOver(false), [location, isWide]);

  const dock = (next: boolean) => {
    setDocked(next);
    localStorage.setItem(storageKey, next ? "shown" : "hidden");
  };
  const shown = isWide && docked;
  return (
    <div className="flex h-full flex-col">
      <Banners />
      <Ringing />
      <div className="flex min-h-0 flex-1">
        {shown && (
          <aside className="w-[17rem] shrink-0 border-r border-line bg-panel">
            <Sidebar onHide={() => dock(false)} />
          </aside>
        )}
        <SidebarContext value={shown ? null : () => (isWide ? dock(true) : setOver(true))}>
          <main className="min-w-0 flex-1">{children}</main>
        </SidebarContext>
      </div>
      <Dialog.Root open={over && !isWide} onOpenChange={setOver}>
        <Dialog.Portal>
          <Dialog.Backdrop className="fixed inset-0 z-30 bg-shade transition-opacity duration-200 data-ending-style:opacity-0 data-starting-style:opacity-0" />
          <Dialog.Popup
            aria-label="Sidebar"
            className="fixed inset-y-0 left-0 z-30 w-[19rem] max-w-[85vw] border-r border-line bg-panel shadow-lift transition-[translate] duration-200 data-ending-style:-translate-x-full data-starting-style:-translate-x-full"
          >
            <Sidebar onHide={() => setOver(false)} />
          </Dialog.Popup>
        </Dialog.Portal>
      </Dialog.Root>
    </div>
  );
}
