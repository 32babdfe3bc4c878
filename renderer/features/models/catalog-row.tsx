import { ChevronRight } from "lucide-react";
import { type ReactNode, useId, useState } from "react";
import type { CatalogModel } from "../../../app/contract/index.ts";
import { useApi } from "../../client/context.tsx";
import { Button } from "../../ui/button.tsx";
import { ExternalLink } from "../../ui/external-link.tsx";
import { fileSize } from "../../ui/format.ts";
import { Notice } from "../../ui/notice.tsx";
import { FitLabel } from "./fit-label.tsx";
import { fitSentence, languageList } from "./fit-words.ts";
import { SourceForm } from "./source-form.tsx";
import { useAct } from "./use-act.ts";

interface Props {
  model: CatalogModel;
  hasModel: boolean;
  current: string | null;
  onUse: (path: string) => void;
  onDownload: (model: CatalogModel) => void;
}

/** A model of the list in one line, with what there is to know behind it. */
export function CatalogRow({ model, hasModel, current, onUse, onDownload }: Props) {
  const [open, setOpen] = useState(false);
  const details = useId();
  const { name, bytes, bytesAreExact, fit, installedPath, downloadId } = model;
  return (
    <li className="px-4 py-3" data-entry={model.id}>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <button
          type="button"
          aria-expanded={open}
          aria-controls={details}
          onClick={() => setOpen(!open)}
          className="flex min-w-0 flex-1 basis-48 items-center gap-2 rounded-lg text-left"
        >
          <ChevronRight
            aria-hidden
            className={`size-4 shrink-0 text-muted transition-transform ${open ? "rotate-90" : ""}`}
          />
          <span className="min-w-0">
            <span className="block truncate text-sm font-medium">{name}</span>
            <span className="block text-xs text-muted">
              {bytes === null ? "Added by you" : `${bytesAreExact ? "" : "about "}${fileSize(bytes)}`}
            </span>
          </span>
        </button>
        {(fit !== null || installedPath === null) && <FitLabel fit={fit} />}
        {installedPath !== null ? (
          <Button
            size="small"
            aria-label={`Use ${name}`}
            disabled={installedPath === current}
            onClick={() => onUse(installedPath)}
          >
            {installedPath === current ? "In use" : "Use"}
          </Button>
        ) : (
          <Button
            size="small"
            aria-label={`Download ${name}`}
            disabled={downloadId !== null}
            onClick={() => onDownload(model)}
          >
            {downloadId !== null ? "On its way" : hasModel ? "Download" : "Download and use"}
          </Button>
        )}
      </div>
      <div id={details} hidden={!open} className="pt-3 pl-6 text-sm">
        {open && <Details model={model} />}
      </div>
    </li>
  );
}

function Details({ model }: { model: CatalogModel }) {
  const { goodFor, fit, languages, contextLength, quantisation, licence, licenceUrl, verified, thinks, source } = model;
  return (
    <div className="flex flex-col gap-2">
      {goodFor && <p>{goodFor}</p>}
      {fit && <p className="text-muted">{fitSentence(fit)}</p>}
      <dl className="flex flex-col gap-1 text-muted">
        {languages.length > 0 && <Fact name="Languages">{languageList(languages)}</Fact>}
        {contextLength !== null && <Fact name="Trained on">{contextLength.toLocaleString()} tokens of context</Fact>}
        {quantisation && <Fact name="Quantisation">{quantisation}</Fact>}
        {thinks && <Fact name="Thinks">It can reason before it answers, which takes longer.</Fact>}
        {licence && licenceUrl && (
          <Fact name="Licence">
            <ExternalLink address={licenceUrl}>{licence}</ExternalLink>
          </Fact>
        )}
        <Fact name="From">
          <span className="break-all">
            {source.kind === "hub" ? `${model.host}, ${source.repository}, ${source.file}` : source.url}
          </span>
        </Fact>
        <Fact name="Checked by">
          {verified === "sha256"
            ? "its SHA-256"
            : "its size and header: no hash of it is known beforehand, unless the server states one"}
        </Fact>
      </dl>
      {model.own && <OwnActions model={model} />}
    </div>
  );
}

function OwnActions({ model }: { model: CatalogModel }) {
  const api = useApi();
  const { failure, busy, run } = useAct();
  const [editing, setEditing] = useState(false);
  if (editing) {
    return (
      <SourceForm
        start={{ name: model.name, source: model.source }}
        action="Save"
        onCancel={() => setEditing(false)}
        onSubmit={(given) => api.models.editEntry({ id: model.id, ...given }).then(() => setEditing(false))}
      />
    );
  }
  return (
    <>
      <div className="flex gap-2">
        <Button size="small" onClick={() => setEditing(true)}>
          Edit
        </Button>
        <Button size="small" disabled={busy} onClick={() => run(() => api.models.removeEntry({ id: model.id }))}>
          Remove from the list
        </Button>
      </div>
      {failure && <Notice failure={failure} />}
    </>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="flex flex-wrap gap-x-2">
      <dt className="w-28 shrink-0">{name}</dt>
      <dd className="min-w-0 flex-1 basis-48 text-ink">{children}</dd>
    </div>
  );
}
