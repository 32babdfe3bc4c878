import { useCallback, useState } from "react";
import { limits } from "../../../app/contract/limits.ts";
import { withClipboard } from "./clipboard.ts";

interface Clipboard {
  /** What goes with the next question, or null. */
  copied: string | null;
  /** Why there is nothing to add, in a sentence, or null. */
  problem: string | null;
  /** Reads the clipboard: called only when the user presses the key or the button for it. */
  add: () => Promise<void>;
  put: (copied: string | null) => void;
}

/** The clipboard as context of one question. */
export function useClipboard(): Clipboard {
  const [copied, setCopied] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const put = useCallback((next: string | null) => {
    setCopied(next);
    setProblem(null);
  }, []);
  const add = useCallback(async () => {
    const text = await navigator.clipboard.readText().catch(() => null);
    const wrong = text === null ? refused : whyNot(text);
    setProblem(wrong);
    if (wrong === null) setCopied(text);
  }, []);
  return { copied, problem, add, put };
}

const refused = "Ebb may not read the clipboard here. Allow it for this page, or paste the text into the field.";

function whyNot(text: string): string | null {
  if (text.trim() === "") return "There is no text on the clipboard. Copy some, then add it.";
  if (withClipboard("", text).length <= limits.messageChars) return null;
  return `The clipboard holds ${text.length.toLocaleString()} characters, and a message can have ${limits.messageChars.toLocaleString()}. Copy a shorter part.`;
}
