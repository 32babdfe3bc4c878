import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { IconButton } from "./button.tsx";
import { toast } from "./toast.tsx";

const shownFor = 1_600;

/** Copies what `text` returns when pressed, and says so. */
export function CopyButton({ label, text }: { label: string; text: () => string }) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), shownFor);
    return () => clearTimeout(timer);
  }, [copied]);

  const copy = () =>
    navigator.clipboard.writeText(text()).then(
      () => setCopied(true),
      () => toast({ title: "The browser did not allow copying.", detail: "Select the text and press Ctrl+C." }),
    );

  return (
    <IconButton label={copied ? "Copied" : label} onClick={copy} className="size-7">
      {copied ? <Check className="size-4 text-accent" aria-hidden /> : <Copy className="size-4" aria-hidden />}
    </IconButton>
  );
}
