import { useQuery } from "@tanstack/react-query";
import { Globe } from "lucide-react";
import { useEffect } from "react";
import { useApi, useQueries } from "../../client/context.tsx";
import { toFailure } from "../../client/failure.ts";
import { Button } from "../../ui/button.tsx";
import { Notice } from "../../ui/notice.tsx";
import { cardClass, ScrollPage, Section } from "../../ui/page.tsx";
import { Spinner } from "../../ui/spinner.tsx";
import { Catalog } from "./catalog.tsx";
import { CurrentModel } from "./current-model.tsx";
import { Downloads } from "./downloads.tsx";
import { FileModel } from "./file-model.tsx";
import { Installed } from "./installed.tsx";
import { Outbound } from "./outbound.tsx";
import { Remote } from "./remote.tsx";
import { useAct } from "./use-act.ts";

export function ModelsView() {
  const api = useApi();
  const { data, error } = useQuery(useQueries().status());
  const { failure, run } = useAct();
  const model = data?.model;
  const loading = model?.status === "loading";
  const remote = data?.remote ?? null;
  // While another computer answers, a model here is not in use: choosing it makes it so.
  const current = model && "file" in model && !remote ? model.file.path : null;

  useEffect(() => {
    document.title = "Models · Ebb";
  }, []);

  const use = (path: string) => void run(() => api.model.choose({ path }));

  return (
    <ScrollPage title="Models">
      <Section title="In use">
        {remote && (
          <div className={`${cardClass} flex flex-wrap items-center gap-3 border-notice px-5 py-4`} data-remote-in-use>
            <Globe className="size-5 shrink-0 text-notice" aria-hidden />
            <p className="min-w-0 flex-1 basis-60 text-sm">
              <span className="font-medium">{remote.model}</span> on {remote.host} answers. What you write in chats goes
              there.
            </p>
            <Button onClick={() => run(() => api.remote.stop())}>Disconnect</Button>
          </div>
        )}
        {remote && model && model.status !== "none" && <p className="text-sm text-muted">On this computer:</p>}
        {model && remote && model.status === "none" ? null : model ? (
          <CurrentModel
            model={model}
            onStop={() => run(() => api.model.clear())}
            onReload={() => run(() => api.model.reload())}
          />
        ) : error ? (
          <Notice failure={toFailure(error)} />
        ) : (
          <Spinner />
        )}
        {failure && <Notice failure={failure} />}
      </Section>
      <Downloads />
      <Installed current={current} disabled={loading} onUse={use} />
      {model && <Catalog hasModel={model.status !== "none"} current={current} onUse={use} />}
      <FileModel disabled={loading} current={current} onUse={use} />
      <Remote />
      <Outbound />
    </ScrollPage>
  );
}
