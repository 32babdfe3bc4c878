import type { ReactNode } from "react";
import type { ModelState, ReplyPace } from "../../../app/contract/index.ts";
import { useApi } from "../../client/context.tsx";
import { Button } from "../../ui/button.tsx";
import { fileSize } from "../../ui/format.ts";
import { Notice } from "../../ui/notice.tsx";
import { cardClass } from "../../ui/page.tsx";
import { PercentBar } from "../../ui/percent-bar.tsx";
import { HowItWrites } from "./how-it-writes.tsx";
import { ModelTest } from "./model-test.tsx";
import { RunNote } from "./run-note.tsx";

interface Props {
  model: ModelState;
  onStop: () => void;
  onReload: () => void;
}

const backendNames = { cpu: "Processor", cuda: "CUDA", vulkan: "Vulkan", metal: "Metal" } as const;

export function CurrentModel({ model, onStop, onReload }: Props) {
  const api = useApi();
  if (model.status === "none") {
    return (
      <div className={`${cardClass} px-5 py-4`} data-model="none">
        <p className="font-medium">No model</p>
        <p className="mt-1 text-sm text-muted">
          Ebb answers from memory: it saves what you tell it and quotes what it knows, with dates. With a model it can
          also talk, write and reason.
        </p>
      </div>
    );
  }
  const { file } = model;
  return (
    <div className={`${cardClass} flex flex-col gap-4 px-5 py-4`} data-model={model.status}>
      <div>
        <p className="font-medium">{file.name}</p>
        <p className="mt-0.5 font-mono text-xs break-all text-muted">{file.path}</p>
      </div>
      {"backend" in model && (
        <dl className="flex flex-wrap gap-x-8 gap-y-2 text-sm">
          <Fact name="Size">{fileSize(file.bytes)}</Fact>
          <Fact name="Context">{model.contextSize.toLocaleString()} tokens</Fact>
          <Fact name="Runs on">
            {backendNames[model.backend]}
            {model.gpuLayers > 0 && `, ${model.gpuLayers} layers on the GPU`}
          </Fact>
          {model.pace && <Fact name="Last replies">{paceWords(model.pace)}</Fact>}
        </dl>
      )}
      <RunNote model={model} />
      <HowItWrites path={file.path} />
      {model.status === "loading" && <Progress value={model.progress} name={file.name} />}
      {model.status === "failed" && <Notice failure={model.failure} />}
      <div className="flex flex-wrap gap-2">
        {(model.status === "failed" || ("notice" in model && model.notice !== null)) && (
          <Button look="primary" onClick={onReload}>
            Try again
          </Button>
        )}
        <Button onClick={onStop}>Stop using</Button>
        {model.status === "ready" && <ModelTest key={file.path} test={() => api.models.test()} />}
      </div>
    </div>
  );
}

function paceWords({ firstTokenMs, tokensPerSecond }: ReplyPace): string {
  const first = `first word after ${(firstTokenMs / 1_000).toFixed(1)} s`;
  return tokensPerSecond === null ? first : `${tokensPerSecond.toFixed(1)} tokens a second, ${first}`;
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt className="text-xs text-muted">{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Progress({ value, name }: { value: number; name: string }) {
  const percent = Math.round(value * 100);
  return (
    <div className="flex items-center gap-3 text-sm text-muted">
      <PercentBar label={`Loading ${name}`} percent={percent} />
      <span>Loading, {percent} %</span>
    </div>
  );
}
