import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Box } from "lucide-react";
import { type ReactNode, useState } from "react";
import type { EmbedderInfo, EmbedderState } from "../../../app/contract/index.ts";
import { useApi, useQueries } from "../../client/context.tsx";
import { type ShownFailure, toFailure } from "../../client/failure.ts";
import { Button } from "../../ui/button.tsx";
import { FileBrowser } from "../../ui/file-browser.tsx";
import { Notice } from "../../ui/notice.tsx";
import { cardClass, Section } from "../../ui/page.tsx";
import { PathField } from "../../ui/path-field.tsx";
import { PercentBar } from "../../ui/percent-bar.tsx";

const detail =
  "An embedder turns what was said into numbers, so that Ebb also finds what was put in other words. It runs on this computer, without a chat model.";

/** What finds memories by their meaning, how far it is, and how to use another one. */
export function Finding() {
  const api = useApi();
  const cache = useQueryClient();
  const { data } = useQuery(useQueries().status());
  const [choosing, setChoosing] = useState(false);
  const [trying, setTrying] = useState(false);
  const [failure, setFailure] = useState<ShownFailure | null>(null);
  if (!data || data.embedder.status === "none") return null;
  const { embedder } = data;

  const run = async (action: () => Promise<unknown>) => {
    setFailure(null);
    setTrying(true);
    try {
      await action();
      setChoosing(false);
    } catch (caught) {
      setFailure(toFailure(caught));
    }
    setTrying(false);
    void cache.invalidateQueries({ queryKey: ["status"] });
  };
  const chosen = embedder.next ?? embedder.inUse;
  const own = chosen?.folder ?? null;

  return (
    <Section title="Finding by meaning" detail={detail}>
      <div className={`${cardClass} flex flex-col gap-4 px-5 py-4 text-sm`} data-embedder={embedder.status}>
        <State embedder={embedder} />
        {embedder.unindexed && (
          <p className="text-muted">
            There is a lot to search, and the index that makes that quick is not to be had on this system: finding takes
            a little longer.
          </p>
        )}
        {embedder.failure && <Notice failure={embedder.failure} tone="notice" />}
        {failure && <Notice failure={failure} />}
        <div className="flex flex-wrap gap-2">
          {embedder.failure && (
            <Button look="primary" disabled={trying} onClick={() => run(() => api.embedder.retry())}>
              Try again
            </Button>
          )}
          <Button disabled={trying} aria-expanded={choosing} onClick={() => setChoosing(!choosing)}>
            {choosing ? "Keep this one" : "Choose another…"}
          </Button>
          {own !== null && (
            <Button disabled={trying} onClick={() => run(() => api.embedder.restoreBundled())}>
              Use the one that comes with Ebb
            </Button>
          )}
        </div>
      </div>
      {choosing && (
        <>
          <p className="text-sm text-muted">
            Pick the model file of an embedder in the ONNX format, or its folder. The files tokenizer.json and
            config.json belong beside it, as model hubs offer them.
          </p>
          <PathField
            label="Folder of an embedder"
            placeholder="/path/to/embedder"
            action="Use embedder"
            disabled={trying}
            onChoose={(path) => run(() => api.embedder.choose({ path }))}
          />
          <FileBrowser
            wanted="embedder"
            icon={<Box className="size-4 text-accent" />}
            empty="No folders and no .onnx files here."
            disabled={trying}
            onChoose={(path) => run(() => api.embedder.choose({ path }))}
          />
        </>
      )}
    </Section>
  );
}

function State({ embedder: { status, inUse, next, progress } }: { embedder: EmbedderState }) {
  if (next) {
    return (
      <div className="flex flex-col gap-2">
        <Named embedder={next}>is reading everything that was said</Named>
        {progress && <Progress {...progress} />}
        <p className="text-muted">{inUse ? nameOf(inUse) : "The one before"} finds things until it is done.</p>
      </div>
    );
  }
  if (!inUse) {
    return (
      <p className="font-medium">{status === "failed" ? "Memories are found by their words only." : "Starting…"}</p>
    );
  }
  return (
    <div className="flex flex-col gap-2">
      <Named embedder={inUse}>
        {status === "failed"
          ? "cannot be used: memories are found by their words"
          : status === "starting" && "is starting"}
      </Named>
      {progress && <Progress {...progress} />}
    </div>
  );
}

function Named({ embedder, children }: { embedder: EmbedderInfo; children: ReactNode }) {
  return (
    <div>
      <p>
        <span className="font-medium">{nameOf(embedder)}</span> {children}
      </p>
      <p className="mt-0.5 text-xs break-all text-muted">
        {embedder.folder !== null && <span className="font-mono">{embedder.folder} · </span>}
        {embedder.dim.toLocaleString()} numbers for each text
      </p>
    </div>
  );
}

function nameOf({ name, folder }: EmbedderInfo): string {
  return folder === null ? "The embedder that comes with Ebb" : name;
}

function Progress({ done, total }: { done: number; total: number }) {
  const percent = total === 0 ? 100 : Math.floor((done / total) * 100);
  return (
    <div className="flex items-center gap-3 text-muted">
      <PercentBar label="Reading what was said" percent={percent} />
      <span>
        {done.toLocaleString()} of {total.toLocaleString()} read, {percent} %
      </span>
    </div>
  );
}
