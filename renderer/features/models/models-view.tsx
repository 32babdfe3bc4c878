import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Box } from "lucide-react";
import { useEffect, useState } from "react";
import { useApi, useQueries } from "../../client/context.tsx";
import { type ShownFailure, toFailure } from "../../client/failure.ts";
import { FileBrowser } from "../../ui/file-browser.tsx";
import { Notice } from "../../ui/notice.tsx";
import { ScrollPage, Section } from "../../ui/page.tsx";
import { PathField } from "../../ui/path-field.tsx";
import { Spinner } from "../../ui/spinner.tsx";
import { CurrentModel } from "./current-model.tsx";

export function ModelsView() {
  const api = useApi();
  const cache = useQueryClient();
  const { data, error } = useQuery(useQueries().status());
  const [failure, setFailure] = useState<ShownFailure | null>(null);
  const loading = data?.model.status === "loading";

  useEffect(() => {
    document.title = "Models · Ebb";
  }, []);

  const run = async (action: () => Promise<unknown>) => {
    setFailure(null);
    try {
      const done = action();
      // The engine answers when the model is ready; the status shows how far it has come until then.
      void cache.invalidateQueries({ queryKey: ["status"] });
      await done;
    } catch (caught) {
      setFailure(toFailure(caught));
    }
    void cache.invalidateQueries({ queryKey: ["status"] });
  };
  const choose = (path: string) => run(() => api.model.choose({ path }));

  return (
    <ScrollPage title="Models">
      <Section title="In use">
        {data ? (
          <CurrentModel
            model={data.model}
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
      <Section
        title="Use a model file"
        detail="Ebb runs models in the GGUF format. They can be had from model hubs such as Hugging Face: download a file whose name ends in .gguf with your browser, then pick it here. A model of 3 to 8 billion parameters at 4 bits suits most computers."
      >
        <PathField
          label="Path of a model file"
          placeholder="/path/to/model.gguf"
          action="Use model"
          disabled={loading}
          onChoose={choose}
        />
        <FileBrowser
          wanted="model"
          icon={<Box className="size-4 text-accent" />}
          empty="No folders and no .gguf files here."
          disabled={loading}
          onChoose={choose}
          current={data && "file" in data.model ? data.model.file.path : null}
        />
      </Section>
    </ScrollPage>
  );
}
