import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import type { Message } from "../../../app/contract/index.ts";
import { useApi, useQueries } from "../../client/context.tsx";
import { useDraft, useOutgoing, useSession } from "../../client/session.tsx";
import { toastFailure } from "../../ui/toast.tsx";
import type { Absence } from "./absence.ts";
import { withClipboard } from "./clipboard.ts";
import type { useClipboard } from "./use-clipboard.ts";

const noMessages: Message[] = [];

/** The exchange that is under way: what was asked and answered, and what is being typed. */
export function useAsking(absence: Absence, clipboard: ReturnType<typeof useClipboard>) {
  const api = useApi();
  const cache = useQueryClient();
  const queries = useQueries();
  const { outbox, replies } = useSession();
  const [conversationId, setConversationId] = useState<string | null>(null);
  const [text, setText] = useDraft(conversationId);
  const { sending, failure } = useOutgoing(conversationId);
  const thread = useQuery({ ...queries.conversation(conversationId ?? ""), enabled: conversationId !== null });
  const recent = useQuery(queries.recent()).data?.questions ?? null;
  const messages = (conversationId !== null && thread.data?.messages) || noMessages;
  const running = messages.findLast(({ status }) => status === "streaming");
  /** Counts the conversations of this window, so that a late answer is not taken for the present one's. */
  const begun = useRef(0);

  // A reply that was asked for in the main window is followed here too.
  useEffect(() => {
    if (conversationId && running) replies.follow(conversationId, running.id, running.text);
  }, [conversationId, running, replies]);

  const startAnew = () => {
    begun.current += 1;
    setText("");
    outbox.setDraft(null, "");
    clipboard.put(null);
    setConversationId(null);
  };

  /** Sends from one conversation, or to a new one. What could not be sent is in the field again, as it was. */
  const send = async (from: string | null, question: string, copied: string | null): Promise<void> => {
    const turn = begun.current;
    const message = copied === null ? question : withClipboard(question, copied);
    const started = await outbox.send(from, message);
    const { queryKey } = queries.recent();
    if (started !== null) {
      // At once: the arrow may be pressed before the list is read again.
      const others = (known: readonly string[]): string[] => known.filter((one) => one !== question);
      cache.setQueryData(queryKey, (known) => known && { questions: [question, ...others(known.questions)] });
    }
    void cache.invalidateQueries({ queryKey });
    if (turn !== begun.current) return;
    if (started === null) {
      // Deleted in the main window meanwhile: the question is as good at the beginning of another.
      if (from !== null && outbox.outgoing(from).failure?.code === "NOT_FOUND") {
        setConversationId(null);
        return send(null, question, copied);
      }
      outbox.setDraft(from, question + outbox.draft(from).slice(message.length));
      clipboard.put(copied);
      return;
    }
    if (from !== null) return;
    // What was typed while the first message was on its way belongs to the conversation that it began.
    outbox.setDraft(started, outbox.draft(null));
    outbox.setDraft(null, "");
    setConversationId(started);
  };

  const ask = () => {
    const from = absence.takeLong() ? null : conversationId;
    if (from !== conversationId) {
      begun.current += 1;
      setText("");
      setConversationId(from);
    }
    const { copied } = clipboard;
    clipboard.put(null);
    void send(from, text, copied);
  };

  return {
    conversationId,
    messages,
    running,
    sending,
    failure,
    text,
    setText,
    recent,
    ask,
    startAnew,
    stop: () => {
      if (running) api.chat.stop({ replyId: running.id }).catch(toastFailure);
    },
    retry: (replyId: string) => {
      if (conversationId) void outbox.retry(conversationId, replyId);
    },
  };
}
