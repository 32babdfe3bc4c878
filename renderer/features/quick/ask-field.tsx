import { CornerDownLeft, Square } from "lucide-react";
import { type KeyboardEvent, type RefObject, useState } from "react";
import { limits } from "../../../app/contract/limits.ts";
import { commandKey } from "../../ui/keys.tsx";
import { Logo } from "../../ui/logo.tsx";
import { isWalking, type Place, step } from "./recent.ts";

interface Props {
  field: RefObject<HTMLTextAreaElement | null>;
  text: string;
  onChange: (text: string) => void;
  /** Characters that the message has besides the text. */
  added: number;
  /** What was asked before, newest first. */
  recent: readonly string[] | null;
  /** True while a reply is being written: then there is none to ask for, but one to stop. */
  replying: boolean;
  sending: boolean;
  onAsk: () => void;
  onStop: () => void;
}

const round =
  "inline-flex size-9 shrink-0 items-center justify-center rounded-full bg-accent text-on-accent transition-colors [-webkit-app-region:no-drag] enabled:hover:bg-accent-hover disabled:bg-hover disabled:text-muted";

/** The one field: Enter asks, Shift+Enter starts a line, the arrows bring back what was asked before. */
export function AskField({ field, text, onChange, added, recent: known, replying, sending, onAsk, onStop }: Props) {
  const [place, setPlace] = useState<Place>(null);
  const recent = known ?? [];
  const over = text.length + added - limits.messageChars;
  const ready = text.trim() !== "" && over <= 0 && !replying && !sending;

  const onKeyDown = (event: KeyboardEvent) => {
    // Keys that pick a candidate of an input method are not meant for us.
    if (event.nativeEvent.isComposing || event.shiftKey || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Enter") {
      event.preventDefault();
      if (ready) {
        setPlace(null);
        onAsk();
      }
      return;
    }
    const walking = isWalking(recent, place, text);
    const to = event.key === "ArrowUp" ? "older" : event.key === "ArrowDown" && walking ? "newer" : null;
    if (to === null || recent.length === 0 || (text !== "" && !walking)) return;
    event.preventDefault();
    const next = step(recent, walking ? place : null, to);
    setPlace(next.place);
    onChange(next.text);
  };

  return (
    <div className="flex items-start gap-3.5 py-3 pr-3 pl-4">
      <Logo className="mt-1.5 size-6 shrink-0" />
      <div className="min-w-0 flex-1">
        <textarea
          ref={field}
          aria-label="Ask Ebb"
          aria-invalid={over > 0}
          placeholder="Ask, or tell Ebb something to remember"
          rows={1}
          value={text}
          onChange={(event) => onChange(event.target.value)}
          onKeyDown={onKeyDown}
          dir="auto"
          className="field-sizing-content block max-h-[min(40dvh,12rem)] min-h-9 w-full resize-none py-1 text-lg leading-7 outline-none [-webkit-app-region:no-drag] placeholder:text-muted"
        />
        {over > 0 && (
          <p role="status" className="text-[0.8125rem] font-medium text-danger">
            A message can have {limits.messageChars.toLocaleString()} characters. This one has {over.toLocaleString()}{" "}
            too many.
          </p>
        )}
      </div>
      {replying ? (
        <button type="button" aria-label="Stop" title={`Stop (${commandKey}+.)`} onClick={onStop} className={round}>
          <Square className="size-3.5 fill-current" aria-hidden />
        </button>
      ) : (
        <button type="button" aria-label="Ask" title="Ask (Enter)" disabled={!ready} onClick={onAsk} className={round}>
          <CornerDownLeft className="size-[1.125rem]" aria-hidden />
        </button>
      )}
    </div>
  );
}
