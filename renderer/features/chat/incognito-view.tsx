import { useEffect } from "react";
import { useIncognito } from "../../client/incognito.tsx";
import { ChatView } from "./chat-view.tsx";

/** A chat of which nothing is kept. */
export function IncognitoView({ id }: { id: string }) {
  const { adopt } = useIncognito();
  useEffect(() => adopt(id), [adopt, id]);
  return <ChatView key={id} conversationId={id} target={null} incognito />;
}
