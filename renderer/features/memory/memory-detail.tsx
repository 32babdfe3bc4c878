import { useQuery } from "@tanstack/react-query";
import { ArchiveRestore, ArrowLeft, Pin, PinOff, Trash2 } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Link } from "wouter";
import type { Memory, MemoryRevision } from "../../../app/contract/index.ts";
import { useApi, useQueries } from "../../client/context.tsx";
import { toFailure } from "../../client/failure.ts";
import { Button, buttonClass } from "../../ui/button.tsx";
import { count, fullDate, fullMoment } from "../../ui/format.ts";
import { Notice } from "../../ui/notice.tsx";
import { Spinner } from "../../ui/spinner.tsx";
import { toast, toastFailure } from "../../ui/toast.tsx";
import { WhichIsRight } from "../../ui/which-is-right.tsx";
import { DeleteMemory } from "./delete-memory.tsx";
import { causeNames, fadesSentence, kindNames, statusNames, trustNames, usedSentence } from "./labels.ts";
import { MemoryText } from "./memory-text.tsx";
import { Related } from "./related.tsx";
import { Strength } from "./strength.tsx";

export function MemoryDetail({ id }: { id: string }) {
  const { data, error, isPending } = useQuery(useQueries().memory(id));
  return (
    <div className="mx-auto flex w-full max-w-2xl flex-col gap-6 px-5 pt-2 pb-16 @3xl:px-8">
      <Link href="/memory" className={`${buttonClass({ look: "quiet", size: "small" })} -ml-2 self-start @3xl:hidden`}>
        <ArrowLeft className="size-4" aria-hidden />
        All memories
      </Link>
      {isPending ? <Spinner /> : error ? <Gone error={error} /> : <Found {...data} />}
    </div>
  );
}

interface Known {
  memory: Memory;
  rivals: Memory[];
  related: Memory[];
  supports: Memory[];
  holder: Memory | null;
  history: MemoryRevision[];
}

function Found({ memory, rivals, related, supports, holder, history }: Known) {
  return (
    <article className="flex flex-col gap-6" data-memory={memory.id}>
      <MemoryText memory={memory} />
      {(memory.status === "conflict" || memory.status === "provisional") && (
        <WhichIsRight memory={memory} rivals={rivals} />
      )}
      <div className="flex flex-wrap gap-2">
        {memory.status === "archived" && <Restore memory={memory} />}
        <PinButton memory={memory} />
        <Delete memory={memory} />
      </div>
      <dl className="grid grid-cols-[auto_1fr] gap-x-6 gap-y-1.5 text-sm">
        <Fact name="Strength">
          <Strength retrievability={memory.retrievability} wide />
        </Fact>
        <Fact name="Fading">{fadesSentence(memory)}</Fact>
        <Fact name="Last used">{usedSentence(memory)}</Fact>
        <Fact name="Kind">{kindNames[memory.kind]}</Fact>
        <Fact name="Status">{statusNames[memory.status]}</Fact>
        <Fact name="Source">{trustNames[memory.trust]}</Fact>
        {memory.context !== "" && <Fact name="Holds">{memory.context}</Fact>}
        {memory.validFrom !== null && <Fact name="True from">{fullDate(memory.validFrom)}</Fact>}
        {memory.validTo !== null && <Fact name="True until">{fullDate(memory.validTo)}</Fact>}
        <Fact name="Added">{fullMoment(memory.createdAt)}</Fact>
      </dl>
      {holder && <Related title="Brought together with" memories={[holder]} />}
      {memory.proof > 0 ? (
        <Related title={`From ${count(memory.proof, "memory", "memories")}`} memories={supports} />
      ) : (
        <Evidence memory={memory} />
      )}
      <Related title="Related" memories={related} />
      <History history={history} />
    </article>
  );
}

const heading = "mb-2 text-sm font-semibold";

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

function PinButton({ memory: { id, pinned } }: { memory: Memory }) {
  const api = useApi();
  const pin = async () => {
    try {
      const { changeId } = await api.memories.pin({ id, pinned: !pinned });
      toast({
        title: pinned ? "Unpinned. It can fade again." : "Pinned. It will not fade.",
        action: { label: "Undo", run: () => api.memories.undo({ changeId }) },
      });
    } catch (error) {
      toastFailure(error);
    }
  };
  const Icon = pinned ? PinOff : Pin;
  return (
    <Button onClick={pin}>
      <Icon className="size-4" aria-hidden />
      {pinned ? "Unpin" : "Pin"}
    </Button>
  );
}

function Restore({ memory: { id } }: { memory: Memory }) {
  const api = useApi();
  const restore = async () => {
    try {
      const { changeId } = await api.memories.restore({ id });
      toast({
        title: "Restored. Replies can use it again.",
        action: { label: "Undo", run: () => api.memories.undo({ changeId }) },
      });
    } catch (error) {
      toastFailure(error);
    }
  };
  return (
    <Button look="primary" onClick={restore}>
      <ArchiveRestore className="size-4" aria-hidden />
      Restore
    </Button>
  );
}

function Delete({ memory }: { memory: Memory }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button onClick={() => setOpen(true)}>
        <Trash2 className="size-4 text-danger" aria-hidden />
        Delete
      </Button>
      <DeleteMemory memory={memory} open={open} onClose={() => setOpen(false)} />
    </>
  );
}

function Evidence({ memory: { evidence } }: { memory: Memory }) {
  return (
    <section>
      <h2 className={heading}>Where it comes from</h2>
      {evidence.length === 0 ? (
        <p className="text-sm text-muted">Not from a chat: it was added by hand or imported.</p>
      ) : (
        <ul className="flex flex-col gap-3">
          {evidence.map(({ messageId, conversationId, quote, saidAt }) => (
            <li key={messageId} className="border-l-3 border-line pl-4">
              <blockquote dir="auto">“{quote}”</blockquote>
              <p className="mt-0.5 text-xs text-muted">
                You, {fullMoment(saidAt)} ·{" "}
                <Link
                  href={`/c/${conversationId}/m/${messageId}`}
                  className="font-medium text-accent hover:underline"
                  aria-label={`Open in chat: ${quote}`}
                >
                  Open in chat
                </Link>
              </p>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function History({ history }: { history: MemoryRevision[] }) {
  return (
    <section>
      <h2 className={heading}>History</h2>
      <ol className="flex flex-col gap-2.5 text-sm">
        {history.map(({ changeId, at, cause, before, after }) => (
          <li key={`${changeId} ${at}`}>
            <p>
              {causeNames[cause]} <span className="text-muted">{fullMoment(at)}</span>
            </p>
            {before !== after && (
              <p className="text-muted">
                {before !== null && <del>{before}</del>}
                {before !== null && after !== null && <br />}
                {after !== null && <ins className="no-underline">{after}</ins>}
              </p>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}

function Gone({ error }: { error: unknown }) {
  return (
    <Notice failure={toFailure(error)}>
      <Link href="/memory" className={buttonClass({ size: "small" })}>
        All memories
      </Link>
    </Notice>
  );
}
