import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { InstalledModel } from "../../../app/contract/index.ts";
import { useApi, useQueries } from "../../client/context.tsx";
import { toFailure } from "../../client/failure.ts";
import { Button } from "../../ui/button.tsx";
import { CopyButton } from "../../ui/copy-button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { fileSize, shortDate } from "../../ui/format.ts";
import { Notice } from "../../ui/notice.tsx";
import { cardClass, Section } from "../../ui/page.tsx";
import { FitLabel } from "./fit-label.tsx";
import { useAct } from "./use-act.ts";

interface Props {
  /** Path of the model in use. */
  current: string | null;
  disabled: boolean;
  onUse: (path: string) => void;
}

/** The models on this computer that Ebb knows. Nothing where there is none. */
export function Installed({ current, disabled, onUse }: Props) {
  const { data, error } = useQuery(useQueries().installed());
  if (error) return <Notice failure={toFailure(error)} />;
  if (!data || data.length === 0) return null;
  return (
    <Section title="On this computer">
      <ul aria-label="Installed models" className={`${cardClass} divide-y divide-line`}>
        {data.map((model) => (
          <Row key={model.path} model={model} used={model.path === current} disabled={disabled} onUse={onUse} />
        ))}
      </ul>
    </Section>
  );
}

interface RowProps {
  model: InstalledModel;
  used: boolean;
  disabled: boolean;
  onUse: (path: string) => void;
}

function Row({ model, used, disabled, onUse }: RowProps) {
  const api = useApi();
  const { failure, busy, run } = useAct();
  const [asking, setAsking] = useState(false);
  const { name, path, origin, bytes, fit } = model;
  const remove = async () => {
    setAsking(false);
    await run(() => api.models.remove({ path }));
  };
  return (
    <li className="flex flex-col gap-2 px-5 py-4" data-installed={origin}>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <div className="min-w-0 flex-1 basis-48">
          <p className="truncate text-sm font-medium">{name}</p>
          <p className="text-xs text-muted">{facts(model, Date.now())}</p>
        </div>
        {!model.failure && <FitLabel fit={fit} />}
        <div className="flex gap-2">
          {!model.failure && (
            <Button size="small" aria-label={`Use ${name}`} disabled={used || disabled} onClick={() => onUse(path)}>
              {used ? "In use" : "Use"}
            </Button>
          )}
          {(origin === "downloaded" || origin === "copied") && (
            <Button size="small" aria-label={`Delete ${name}`} disabled={busy} onClick={() => setAsking(true)}>
              Delete
            </Button>
          )}
          {origin === "in_place" && !used && (
            <Button size="small" aria-label={`Remove ${name} from the list`} disabled={busy} onClick={remove}>
              Remove
            </Button>
          )}
        </div>
      </div>
      <div className="flex items-center gap-1">
        <p className="min-w-0 truncate font-mono text-xs text-muted" title={path}>
          {path}
        </p>
        <CopyButton label={`Copy the path of ${name}`} text={() => path} />
      </div>
      {model.failure && <Notice failure={model.failure} />}
      {failure && <Notice failure={failure} />}
      <Dialog
        open={asking}
        onClose={() => setAsking(false)}
        title={`Delete ${name}?`}
        description={`The file goes and frees ${fileSize(bytes)}.${used ? " Ebb answers from memory then." : ""} You can get it again.`}
        actions={
          <Button look="danger" onClick={remove}>
            Delete
          </Button>
        }
      />
    </li>
  );
}

function facts({ bytes, quantisation, contextLength, lastUsedAt, origin }: InstalledModel, now: number): string {
  const from = {
    downloaded: "downloaded",
    copied: "copied here",
    in_place: "where you keep it",
    found: "put into the folder by you",
  }[origin];
  return [
    bytes > 0 ? fileSize(bytes) : "",
    quantisation ?? "",
    contextLength === null ? "" : `${contextLength.toLocaleString()} tokens at most`,
    lastUsedAt === null ? "never used" : `used ${shortDate(lastUsedAt, now)}`,
    from,
  ]
    .filter(Boolean)
    .join(" · ");
}
