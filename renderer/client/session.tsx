import { useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useState, useSyncExternalStore } from "react";
import type { Origin } from "../../app/contract/index.ts";
import { useConnection } from "./context.tsx";
import { Outbox, type Outgoing } from "./outbox.ts";
import { Replies } from "./replies.ts";

interface Session {
  replies: Replies;
  outbox: Outbox;
}

const SessionContext = createContext<Session | null>(null);

/** Holds what a chat must not lose when its view closes: running replies, drafts, messages on their way. */
export function ChatSession({ origin, children }: { origin: Origin; children: ReactNode }) {
  const connection = useConnection();
  const cache = useQueryClient();
  const [session] = useState(() => {
    const replies = new Replies(connection, cache);
    return { replies, outbox: new Outbox(connection, cache, replies, origin) };
  });
  return <SessionContext value={session}>{children}</SessionContext>;
}

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error("No ChatSession above this component.");
  return session;
}

export function useLiveText(replyId: string): string | undefined {
  const { replies } = useSession();
  return useSyncExternalStore(replies.subscribe, () => replies.textOf(replyId));
}

export function useThought(replyId: string): string | undefined {
  const { replies } = useSession();
  return useSyncExternalStore(replies.subscribe, () => replies.thoughtOf(replyId));
}

export function useOutgoing(conversationId: string | null): Outgoing {
  const { outbox } = useSession();
  return useSyncExternalStore(outbox.subscribe, () => outbox.outgoing(conversationId));
}

export function useDraft(conversationId: string | null): [string, (text: string) => void] {
  const { outbox } = useSession();
  const draft = useSyncExternalStore(outbox.subscribe, () => outbox.draft(conversationId));
  return [draft, (text) => outbox.setDraft(conversationId, text)];
}
