import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { CatalogModel, ModelCatalog } from "../../../app/contract/index.ts";
import { useApi, useQueries } from "../../client/context.tsx";
import { toFailure } from "../../client/failure.ts";
import { Button } from "../../ui/button.tsx";
import { fileSize } from "../../ui/format.ts";
import { Notice } from "../../ui/notice.tsx";
import { cardClass, Section } from "../../ui/page.tsx";
import { Spinner } from "../../ui/spinner.tsx";
import { AddModel } from "./add-model.tsx";
import { CatalogRow } from "./catalog-row.tsx";
import { FitLabel } from "./fit-label.tsx";
import { fitSentence, hardwareSentence, languageList } from "./fit-words.ts";
import { Mirror } from "./mirror.tsx";
import { useAct } from "./use-act.ts";

interface Props {
  /** A model answers already: what is downloaded waits to be chosen. */
  hasModel: boolean;
  /** Path of the model in use. */
  current: string | null;
  onUse: (path: string) => void;
}

const shownAtFirst = 5;

/** Models to choose from: the one to take, and the others. Nothing is asked for before a click. */
export function Catalog(props: Props) {
  const { data, error } = useQuery(useQueries().catalog());
  return (
    <Section title="Get a model" {...(data && { detail: hardwareSentence(data.hardware) })}>
      {data ? (
        <Loaded catalog={data} {...props} />
      ) : error ? (
        <Notice failure={toFailure(error)} />
      ) : (
        <div className={cardClass}>
          <Spinner label="Looking at what this computer can run" />
        </div>
      )}
    </Section>
  );
}

function Loaded({ catalog, hasModel, current, onUse }: Props & { catalog: ModelCatalog }) {
  const api = useApi();
  const { failure, run } = useAct();
  const [all, setAll] = useState(false);
  const best = catalog.models.find(({ id }) => id === catalog.recommended);
  const others = catalog.models.filter((model) => model !== best);
  const shown = all ? others : others.filter(({ own }, place) => own || place < shownAtFirst);
  const download = (model: CatalogModel) => run(() => api.models.download({ entryId: model.id, use: !hasModel }));
  const rowProps = { hasModel, current, onUse, onDownload: download };
  return (
    <>
      {best ? (
        <Recommended model={best} {...rowProps} />
      ) : (
        <div className={`${cardClass} px-5 py-4 text-sm`}>
          <p className="font-medium">None of these models fits into this computer's memory.</p>
          <p className="mt-1 text-muted">
            Ebb answers from memory all the same. Close other programs and look again, or use a smaller file of your
            own.
          </p>
        </div>
      )}
      {failure && <Notice failure={failure} />}
      <ul aria-label="Other models" className={`${cardClass} divide-y divide-line`}>
        {shown.map((model) => (
          <CatalogRow key={model.id} model={model} {...rowProps} />
        ))}
      </ul>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2 text-sm text-muted">
        {others.length > shown.length && (
          <Button size="small" onClick={() => setAll(true)}>
            Show all {catalog.models.length} models
          </Button>
        )}
        {catalog.freeBytes !== null && <span>{fileSize(catalog.freeBytes)} free on the disk</span>}
      </div>
      <AddModel />
      <Mirror mirror={catalog.mirror} />
    </>
  );
}

interface RecommendedProps extends Props {
  model: CatalogModel;
  onDownload: (model: CatalogModel) => void;
}

function Recommended({ model, hasModel, current, onUse, onDownload }: RecommendedProps) {
  const { name, bytes, fit, goodFor, languages, licence, installedPath, downloadId } = model;
  return (
    <article aria-label={`Recommended: ${name}`} className={`${cardClass} flex flex-col gap-3 border-accent px-5 py-4`}>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <h3 className="font-semibold">{name}</h3>
        <span className="rounded-full bg-accent px-2.5 py-0.5 text-xs font-medium text-on-accent">
          Recommended for this computer
        </span>
        <FitLabel fit={fit} />
      </div>
      <p className="text-sm">{goodFor}</p>
      {fit && <p className="text-sm text-muted">{fitSentence(fit)}</p>}
      <p className="text-sm text-muted">
        {languageList(languages)} · {licence}
      </p>
      <div className="flex flex-wrap items-center gap-3">
        {installedPath !== null ? (
          <Button look="primary" disabled={installedPath === current} onClick={() => onUse(installedPath)}>
            {installedPath === current ? "In use" : "Use"}
          </Button>
        ) : (
          <Button look="primary" disabled={downloadId !== null} onClick={() => onDownload(model)}>
            {downloadId !== null ? "On its way" : hasModel ? "Download" : "Download and use"}
          </Button>
        )}
        {installedPath === null && bytes !== null && (
          <span className="text-sm text-muted">
            {fileSize(bytes)} from {model.host}
          </span>
        )}
      </div>
    </article>
  );
}
