import { Dialog as Base } from "@base-ui/react/dialog";
import type { ReactNode } from "react";
import { Button } from "./button.tsx";

interface Props {
  open: boolean;
  onClose: () => void;
  title: string;
  description?: ReactNode;
  children?: ReactNode;
  /** Buttons beside Cancel. */
  actions: ReactNode;
  cancel?: string;
}

/** A small modal question. Esc, a click outside and Cancel all close it and change nothing. */
export function Dialog({ open, onClose, title, description, children, actions, cancel = "Cancel" }: Props) {
  return (
    <Base.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-40 bg-shade transition-opacity duration-150 data-ending-style:opacity-0 data-starting-style:opacity-0" />
        <Base.Popup className="fixed top-1/2 left-1/2 z-50 flex max-h-[calc(100dvh-2rem)] w-[28rem] max-w-[calc(100vw-2rem)] -translate-x-1/2 -translate-y-1/2 flex-col gap-4 overflow-y-auto rounded-2xl border border-line bg-raised p-6 shadow-lift transition-[opacity,scale] duration-150 data-ending-style:scale-[0.98] data-ending-style:opacity-0 data-starting-style:scale-[0.98] data-starting-style:opacity-0">
          <div>
            <Base.Title className="text-base font-semibold">{title}</Base.Title>
            {description && (
              <Base.Description render={<div />} className="mt-1.5 text-sm text-muted">
                {description}
              </Base.Description>
            )}
          </div>
          {children}
          <div className="flex flex-wrap justify-end gap-2">
            <Base.Close render={<Button />}>{cancel}</Base.Close>
            {actions}
          </div>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
