import { ArrowUp, Square } from "lucide-react";
import { type KeyboardEvent, type RefObject, useId } from "react";
import { useLocation } from "wouter";
import { limits } from "../../../app/contract/limits.ts";
import { useDraft } from "../../client/session.tsx";

interface Props {
  conversationId: string | null;
  field: RefObject<HTMLTextAreaElement | null>;
  /** True while a reply is being written: then there is no second one to ask for, but one to stop. */
  replying: boolean;
  /** True while a message is on its way. */
  sending: boolean;
  onSend: (text: string) => void;
  onStop: () => void;
}

const round =
  "inline-flex size-9 shrink-0 items-center justify-center rounded-full bg-accent text-on-accent transition-colors enabled:hover:bg-accent-hover disabled:bg-hover disabled:text-muted";

export function Composer({ conversationId, field, replying, sending, onSend, onStop }: Props) {
  const [text, setText] = useDraft(conversationId);
  const [, navigate] = useLocation();
  const hint = useId();
  const over = text.length - limits.messageChars;
  const ready = text.trim() !== "" && over <= 0 && !replying && !sending;

  const submit = () => {
    if (text.trim() === "/memory") {
      setText("");
      navigate("/memory");
    } else if (ready) onSend(text);
  };

  const onKeyDown = (event: KeyboardEvent) => {
    // Enter that picks a candidate of an input method is not meant for us.
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    submit();
  };

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <div className="flex items-end gap-2 rounded-3xl border border-line bg-raised py-1.5 pr-1.5 pl-5 shadow-lift transition-colors focus-within:border-line-strong">
        <textarea
          ref={field}
          aria-label="Message"
          aria-describedby={hint}
          aria-invalid={over > 0}
          // A browser must not keep what is typed for when the page is opened again.
          autoComplete="off"
          placeholder="Message Ebb"
          rows={1}
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={onKeyDown}
          className="field-sizing-content max-h-[min(40dvh,20rem)] min-h-9 min-w-0 flex-1 resize-none py-1.5 leading-6 outline-none placeholder:text-muted"
        />
        {replying ? (
          <button type="button" aria-label="Stop" title="Stop (Esc)" onClick={onStop} className={round}>
            <Square className="size-3.5 fill-current" aria-hidden />
          </button>
        ) : (
          <button type="submit" aria-label="Send" title="Send (Enter)" disabled={!ready} className={round}>
            <ArrowUp className="size-[1.125rem]" strokeWidth={2.4} aria-hidden />
          </button>
        )}
      </div>
      <p
        id={hint}
        className={`px-5 pt-1.5 text-center text-xs ${over > 0 ? "font-medium text-danger" : "text-muted max-sm:hidden"}`}
      >
        {over > 0
          ? `A message can have ${limits.messageChars.toLocaleString()} characters. This one has ${over.toLocaleString()} too many.`
          : "Enter sends, Shift+Enter starts a new line. Type /memory to see what Ebb knows."}
      </p>
    </form>
  );
}
