import { isValidElement, type ReactNode, useRef } from "react";
import { CopyButton } from "../copy-button.tsx";

/** A fenced block: its language, a copy button, and the code, which scrolls sideways instead of wrapping. */
export function CodeBlock({ children }: { children?: ReactNode }) {
  const pre = useRef<HTMLPreElement>(null);
  return (
    <div className="code-block">
      <div className="flex items-center justify-between border-b border-line py-0.5 pr-1 pl-3.5">
        <span className="text-xs text-muted">{languageOf(children)}</span>
        <CopyButton label="Copy code" text={() => pre.current?.textContent ?? ""} />
      </div>
      <pre ref={pre}>{children}</pre>
    </div>
  );
}

function languageOf(code: ReactNode): string {
  if (!isValidElement<{ className?: string }>(code)) return "";
  return /language-(\S+)/.exec(code.props.className ?? "")?.[1] ?? "";
}
