import { createContext, type ReactNode, useContext, useState } from "react";
import { useHost } from "../client/context.tsx";
import { Button } from "./button.tsx";
import { Dialog } from "./dialog.tsx";

const AskContext = createContext<(address: string) => void>(() => {});

/** The address of a link that may be offered to the user; null for schemes that could run or reach anything else. */
export function safeAddress(href: string): string | null {
  if (!URL.canParse(href)) return null;
  const url = new URL(href);
  return ["http:", "https:", "mailto:"].includes(url.protocol) ? url.href : null;
}

/**
 * Asks before anything outside is opened, and shows the whole address as the browser will read it; a host that does so itself is
 * not doubled.
 */
export function ExternalLinkProvider({ children }: { children: ReactNode }) {
  const { outside } = useHost();
  const [address, setAddress] = useState("");
  const [open, setOpen] = useState(false);
  const ask = (next: string) => {
    if (outside.asks) return outside.open(next);
    setAddress(next);
    setOpen(true);
  };
  const follow = () => {
    setOpen(false);
    outside.open(address);
  };
  return (
    <AskContext value={ask}>
      {children}
      <Dialog
        open={open}
        onClose={() => setOpen(false)}
        title={address.startsWith("mailto:") ? "Write an e-mail?" : "Open this address in your browser?"}
        description="This leaves Ebb. Whoever runs the address learns that you opened it."
        actions={
          <Button look="primary" onClick={follow}>
            Open
          </Button>
        }
      >
        <p className="max-h-48 overflow-y-auto rounded-lg bg-panel px-3 py-2 font-mono text-[0.8125rem] break-all">
          {address}
        </p>
      </Dialog>
    </AskContext>
  );
}

/** A link out of Ebb. It has no href, so that no click of any kind gets round the question. */
export function ExternalLink({ address, children }: { address: string; children: ReactNode }) {
  const ask = useContext(AskContext);
  return (
    // biome-ignore lint/a11y/useSemanticElements: an <a> would open on a middle click without the question.
    <span
      role="link"
      tabIndex={0}
      title={address}
      className="link cursor-pointer"
      onClick={() => ask(address)}
      onKeyDown={(event) => event.key === "Enter" && ask(address)}
    >
      {children}
    </span>
  );
}
