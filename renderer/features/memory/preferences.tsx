import { useQuery } from "@tanstack/react-query";
import { Check, ThumbsDown, ThumbsUp, X } from "lucide-react";
import { useState } from "react";
import { Link } from "wouter";
import type { Preference } from "../../../app/contract/index.ts";
import { useApi, useQueries } from "../../client/context.tsx";
import { toFailure } from "../../client/failure.ts";
import { Button } from "../../ui/button.tsx";
import { Notice } from "../../ui/notice.tsx";
import { Spinner } from "../../ui/spinner.tsx";
import { toast, toastFailure } from "../../ui/toast.tsx";
import { domainName, surenessName, toldName } from "./labels.ts";

/** What the user likes and avoids, by domain, with how sure Ebb is of it. */
export function Preferences({ selected }: { selected: string | null }) {
  const preferences = useQuery(useQueries().preferences());
  if (preferences.isPending) return <Spinner />;
  if (preferences.isError) {
    return (
      <div className="px-4">
        <Notice failure={toFailure(preferences.error)}>
          <Button size="small" onClick={() => preferences.refetch()}>
            Try again
          </Button>
        </Notice>
      </div>
    );
  }
  const { items } = preferences.data;
  if (items.length === 0) return <Empty />;
  const domains = [...Map.groupBy(items, ({ domain }) => domain)].sort(([a], [b]) =>
    domainName(a).localeCompare(domainName(b)),
  );
  return (
    <div className="min-h-0 flex-1 overflow-y-auto px-4 pb-6">
      <p className="px-1 pb-3 text-[0.8125rem] text-muted">
        When you ask for suggestions, Ebb minds what it is sure of. A guess waits until you confirm it.
      </p>
      {domains.map(([domain, some]) => (
        <section key={domain} aria-labelledby={`domain-${domain}`} className="mb-5">
          <h2 id={`domain-${domain}`} className="px-1 pb-1 text-sm font-semibold">
            {domainName(domain)}
          </h2>
          <ul className="flex flex-col gap-1">
            {some.map((preference) => (
              <Row
                key={preference.memories[0]?.id}
                preference={preference}
                selected={preference.memories.some(({ id }) => id === selected)}
              />
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}

function Row({ preference, selected }: { preference: Preference; selected: boolean }) {
  const { polarity, applied, memories } = preference;
  const [memory] = memories;
  if (!memory) return null;
  const Icon = polarity === "for" ? ThumbsUp : ThumbsDown;
  return (
    <li className={`flex gap-3 rounded-lg px-2 py-2 ${selected ? "bg-tint" : "hover:bg-hover"}`}>
      <Icon
        className="mt-1 size-4 shrink-0 text-muted"
        role="img"
        aria-label={polarity === "for" ? "Likes" : "Avoids"}
      />
      <div className="min-w-0 flex-1">
        <Link href={`/memory/${memory.id}`} className="block rounded-sm break-words hover:underline" dir="auto">
          {memory.text}
        </Link>
        <p className="mt-0.5 text-xs text-muted">
          <span className={applied ? "" : "font-medium text-notice"}>{surenessName(preference)}</span>
          {" · "}
          {toldName(preference)}
        </p>
      </div>
      <Judgement preference={preference} memoryId={memory.id} text={memory.text} />
    </li>
  );
}

interface JudgementProps {
  preference: Preference;
  memoryId: string;
  text: string;
}

function Judgement({ preference: { applied }, memoryId, text }: JudgementProps) {
  const api = useApi();
  const [busy, setBusy] = useState(false);
  const judge = async (holds: boolean) => {
    setBusy(true);
    try {
      const { changeId } = await api.memories.judgePreference({ memoryId, holds });
      toast({
        title: holds ? "Good to know. Ebb goes by it from now on." : "Put away. Replies no longer go by it.",
        action: { label: "Undo", run: () => api.memories.undo({ changeId }) },
      });
    } catch (error) {
      toastFailure(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className="flex shrink-0 items-start gap-1">
      {!applied && (
        <Button size="small" disabled={busy} aria-label={`True: ${text}`} onClick={() => judge(true)}>
          <Check className="size-3.5" aria-hidden />
          True
        </Button>
      )}
      <Button size="small" look="quiet" disabled={busy} aria-label={`Not true: ${text}`} onClick={() => judge(false)}>
        <X className="size-3.5" aria-hidden />
        Not true
      </Button>
    </div>
  );
}

function Empty() {
  return (
    <div className="mx-auto max-w-sm px-6 py-10 text-sm">
      <h2 className="font-semibold">No preferences yet</h2>
      <p className="mt-1.5 text-muted">
        Tell Ebb what you like and what you avoid, such as “I prefer window seats” or “I don't eat seafood”. It minds
        that when you ask for suggestions.
      </p>
    </div>
  );
}
