import { useQuery, useQueryClient } from "@tanstack/react-query";
import { ChevronRight } from "lucide-react";
import { type FormEvent, useState } from "react";
import { defaultModelSettings } from "../../../app/contract/model-defaults.ts";
import type { ModelSettings } from "../../../app/contract/model-settings.ts";
import { useApi, useQueries } from "../../client/context.tsx";
import { type ShownFailure, toFailure } from "../../client/failure.ts";
import { Button } from "../../ui/button.tsx";
import { fieldClass } from "../../ui/field.ts";
import { Notice } from "../../ui/notice.tsx";
import { toast } from "../../ui/toast.tsx";

interface Field {
  name: keyof ModelSettings;
  label: string;
  detail: string;
  min: number;
  max: number;
  step: number;
}

const fields: readonly Field[] = [
  {
    name: "temperature",
    label: "Temperature",
    detail: "0 is the same answer each time; more is more varied",
    min: 0,
    max: 2,
    step: 0.01,
  },
  {
    name: "maxTokens",
    label: "Longest reply",
    detail: "In tokens; a word has about 1.3",
    min: 16,
    max: 32_768,
    step: 1,
  },
  {
    name: "contextSize",
    label: "Context",
    detail: "Tokens read at once; more takes more memory",
    min: 512,
    max: 1_048_576,
    step: 1,
  },
  { name: "topP", label: "Top-p", detail: "Share of the likeliest words", min: 0.01, max: 1, step: 0.01 },
  { name: "topK", label: "Top-k", detail: "Number of the likeliest words; 0 for any", min: 0, max: 1_000, step: 1 },
  { name: "minP", label: "Min-p", detail: "Least likelihood, against the likeliest", min: 0, max: 1, step: 0.01 },
];

/** How a model writes, folded: few need it. `path` is the model's file. */
export function HowItWrites({ path }: { path: string }) {
  const { data } = useQuery(useQueries().modelSettings(path));
  if (!data) return null;
  return (
    <details className="group/writes -mx-2 text-sm" data-how-it-writes>
      <summary className="flex cursor-pointer list-none items-center gap-1.5 rounded-lg px-2 py-1 text-muted hover:bg-hover [&::-webkit-details-marker]:hidden">
        <ChevronRight className="size-4 transition-transform group-open/writes:rotate-90" aria-hidden />
        How it writes
      </summary>
      <Form key={JSON.stringify(data)} path={path} settings={data} />
    </details>
  );
}

function Form({ path, settings }: { path: string; settings: ModelSettings }) {
  const api = useApi();
  const cache = useQueryClient();
  const queries = useQueries();
  const [values, setValues] = useState(() => asTexts(settings));
  const [failure, setFailure] = useState<ShownFailure | null>(null);
  const [saving, setSaving] = useState(false);

  const save = async (event: FormEvent) => {
    event.preventDefault();
    setFailure(null);
    setSaving(true);
    try {
      const change = Object.fromEntries(fields.map(({ name }) => [name, Number(values[name])]));
      const saved = await api.model.configure({ path, change });
      toast({ title: "Saved", detail: "It holds from the next reply on." });
      cache.setQueryData(queries.modelSettings(path).queryKey, saved);
    } catch (error) {
      setFailure(toFailure(error));
    } finally {
      setSaving(false);
    }
  };

  return (
    <form onSubmit={save} className="flex flex-col gap-3 px-2 pt-2 pb-1">
      <div className="grid grid-cols-[repeat(auto-fill,minmax(13rem,1fr))] gap-3">
        {fields.map(({ name, label, detail, min, max, step }) => (
          <label key={name} className="flex flex-col gap-1">
            <span className="font-medium">{label}</span>
            <input
              type="number"
              required
              min={min}
              max={max}
              step={step}
              value={values[name]}
              onChange={(event) => setValues({ ...values, [name]: event.target.value })}
              className={fieldClass}
            />
            <span className="text-xs text-muted">{detail}</span>
          </label>
        ))}
      </div>
      {failure && <Notice failure={failure} />}
      <div className="flex gap-2">
        <Button type="submit" look="primary" size="small" disabled={saving}>
          Save
        </Button>
        <Button size="small" disabled={saving} onClick={() => setValues(asTexts(defaultModelSettings))}>
          Fill in the defaults
        </Button>
      </div>
    </form>
  );
}

function asTexts(settings: ModelSettings): Record<keyof ModelSettings, string> {
  return Object.fromEntries(fields.map(({ name }) => [name, `${settings[name]}`])) as Record<
    keyof ModelSettings,
    string
  >;
}
