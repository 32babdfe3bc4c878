import { useId, useState } from "react";
import type { ModelSource } from "../../../app/contract/index.ts";
import { Button } from "../../ui/button.tsx";
import { fieldClass } from "../../ui/field.ts";
import { Notice } from "../../ui/notice.tsx";
import { useAct } from "./use-act.ts";

interface Given {
  name: string;
  source: ModelSource;
}

interface Props {
  start?: Given;
  action: string;
  onSubmit: (given: Given) => Promise<unknown>;
  onCancel: () => void;
}

/** Where a model of the user's own is to be had: a file of a repository on Hugging Face, or an address. */
export function SourceForm({ start, action, onSubmit, onCancel }: Props) {
  const { failure, busy, run } = useAct();
  const group = useId();
  const [kind, setKind] = useState(start?.source.kind ?? "hub");
  const [name, setName] = useState(start?.name ?? "");
  const hub = start?.source.kind === "hub" ? start.source : null;
  const [repository, setRepository] = useState(hub?.repository ?? "");
  const [file, setFile] = useState(hub?.file ?? "");
  const [url, setUrl] = useState(start?.source.kind === "url" ? start.source.url : "");
  const source: ModelSource = kind === "hub" ? { kind, repository, file } : { kind, url };
  const empty = kind === "hub" ? repository.trim() === "" || file.trim() === "" : url.trim() === "";
  return (
    <form
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        void run(() => onSubmit({ name, source }));
      }}
    >
      <fieldset className="flex flex-wrap gap-x-5 gap-y-1 text-sm">
        <legend className="sr-only">Where it is</legend>
        <Choice group={group} label="Hugging Face" checked={kind === "hub"} onChoose={() => setKind("hub")} />
        <Choice group={group} label="Another address" checked={kind === "url"} onChoose={() => setKind("url")} />
      </fieldset>
      {kind === "hub" ? (
        <div className="grid gap-3 sm:grid-cols-2">
          <Text label="Repository" placeholder="owner/name-GGUF" value={repository} onChange={setRepository} />
          <Text label="File" placeholder="model-Q4_K_M.gguf" value={file} onChange={setFile} />
        </div>
      ) : (
        <Text label="Address" placeholder="https://example.org/model.gguf" value={url} onChange={setUrl} />
      )}
      <Text label="Name in the list (optional)" placeholder="My model" value={name} onChange={setName} />
      {failure && <Notice failure={failure} />}
      <div className="flex gap-2">
        <Button type="submit" look="primary" disabled={busy || empty}>
          {action}
        </Button>
        <Button onClick={onCancel}>Cancel</Button>
      </div>
    </form>
  );
}

interface ChoiceProps {
  group: string;
  label: string;
  checked: boolean;
  onChoose: () => void;
}

function Choice({ group, label, checked, onChoose }: ChoiceProps) {
  return (
    <label className="flex min-h-8 items-center gap-2">
      <input type="radio" name={group} checked={checked} onChange={onChoose} className="size-4 accent-accent" />
      {label}
    </label>
  );
}

interface TextProps {
  label: string;
  placeholder: string;
  value: string;
  onChange: (value: string) => void;
}

function Text({ label, placeholder, value, onChange }: TextProps) {
  return (
    <label className="flex min-w-0 flex-col gap-1 text-sm">
      <span className="text-muted">{label}</span>
      <input
        placeholder={placeholder}
        spellCheck={false}
        autoCapitalize="none"
        maxLength={2_000}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        className={`${fieldClass} min-w-0`}
      />
    </label>
  );
}
