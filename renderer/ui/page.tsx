import { PanelLeft } from "lucide-react";
import { createContext, type ReactNode, useContext } from "react";
import { IconButton } from "./button.tsx";

/** How a view asks for the sidebar when it is not on screen; null where it is. */
export const SidebarContext = createContext<(() => void) | null>(null);

/** The bar over a view: a way to the sidebar where it is hidden, the title, and the view's own buttons. */
export function PageHeader({ title, children }: { title: string; children?: ReactNode }) {
  const showSidebar = useContext(SidebarContext);
  return (
    <header className="flex h-13 shrink-0 items-center gap-2 px-4">
      {showSidebar && (
        <IconButton label="Show sidebar" onClick={showSidebar} className="-ml-2">
          <PanelLeft className="size-[1.125rem]" aria-hidden />
        </IconButton>
      )}
      <h1 className="min-w-0 flex-1 truncate text-[0.9375rem] font-semibold">{title}</h1>
      {children}
    </header>
  );
}

/** A view that scrolls as one column of readable width. */
export function ScrollPage({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="flex h-full flex-col">
      <PageHeader title={title} />
      <div className="min-h-0 flex-1 overflow-y-auto">
        <div className="mx-auto flex w-full max-w-2xl flex-col gap-8 px-5 pt-3 pb-16">{children}</div>
      </div>
    </div>
  );
}

/** A titled group of settings or facts on a page. */
export function Section({ title, detail, children }: { title: string; detail?: ReactNode; children: ReactNode }) {
  return (
    <section className="flex flex-col gap-3">
      <div>
        <h2 className="text-sm font-semibold">{title}</h2>
        {detail && <p className="mt-0.5 text-sm text-muted">{detail}</p>}
      </div>
      {children}
    </section>
  );
}

export const cardClass = "rounded-xl border border-line bg-raised";
