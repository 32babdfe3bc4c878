import { useQuery } from "@tanstack/react-query";
import { ClipboardPlus, MessageSquarePlus } from "lucide-react";
import type { ReactNode } from "react";
import type { SystemStatus } from "../../../app/contract/index.ts";
import { useConnectionState, useQueries } from "../../client/context.tsx";
import { commandKey, isMac, Keys } from "../../ui/keys.tsx";

interface Props {
  /** True where there is an exchange to leave behind. */
  asked: boolean;
  onClipboard: () => void;
  onNew: () => void;
  onClose: () => void;
}

/** What answers, and the keys. */
export function Footer({ asked, onClipboard, onNew, onClose }: Props) {
  const connection = useConnectionState();
  const { data } = useQuery(useQueries().status());
  const state = sentence(connection, data);
  return (
    <footer className="flex h-10 shrink-0 items-center gap-1 border-t border-line bg-panel pr-2 pl-4 text-xs text-muted">
      <p role="status" data-state={state.tone} className="flex min-w-0 flex-1 items-center gap-2">
        <span className={`size-2 shrink-0 rounded-full ${tones[state.tone]}`} aria-hidden />
        <span className="truncate">{state.text}</span>
      </p>
      <Command onClick={onClipboard} label="Add clipboard" icon={<ClipboardPlus className="size-4" />}>
        <Keys keys={[commandKey, isMac ? "⇧" : "Shift", "V"]} />
      </Command>
      {asked && (
        <Command onClick={onNew} label="New question" icon={<MessageSquarePlus className="size-4" />}>
          <Keys keys={[commandKey, "N"]} />
        </Command>
      )}
      <Command onClick={onClose} label="Close">
        <Keys keys={["Esc"]} />
      </Command>
    </footer>
  );
}

function Command({
  onClick,
  label,
  icon,
  children,
}: {
  onClick: () => void;
  label: string;
  icon?: ReactNode;
  children: ReactNode;
}) {
  return (
    <button
      type="button"
      onClick={onClick}
      onMouseDown={(event) => event.preventDefault()}
      className="inline-flex h-7 shrink-0 items-center gap-1.5 rounded-md px-2 font-medium transition-colors hover:bg-hover hover:text-ink"
    >
      {icon && (
        <span className="hidden max-[560px]:inline" aria-hidden>
          {icon}
        </span>
      )}
      <span className={icon ? "max-[560px]:sr-only" : ""}>{label}</span>
      <span className={icon ? "inline-flex max-[560px]:hidden" : "inline-flex"}>{children}</span>
    </button>
  );
}

const tones = {
  ready: "bg-accent",
  memory: "bg-line-strong",
  away: "bg-notice",
  wait: "bg-notice animate-pulse",
  trouble: "bg-danger",
} as const;

function sentence(
  connection: ReturnType<typeof useConnectionState>,
  status: SystemStatus | undefined,
): { tone: keyof typeof tones; text: string } {
  if (connection === "lost") return { tone: "wait", text: "Reconnecting…" };
  if (!status) return { tone: "wait", text: "Connecting…" };
  if (status.storage.status === "unavailable") return { tone: "trouble", text: "No memory" };
  const { model, remote } = status;
  if (remote) return { tone: "away", text: `What you ask goes to ${remote.host}` };
  if (model.status === "ready" || model.status === "asleep") return { tone: "ready", text: model.file.name };
  if (model.status === "loading")
    return {
      tone: "wait",
      text: `${model.waking ? "Model is waking up" : "Loading model"}, ${Math.round(model.progress * 100)} %`,
    };
  return { tone: "memory", text: "No model: answers from memory" };
}
