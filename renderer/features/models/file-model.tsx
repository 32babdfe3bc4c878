import { Box } from "lucide-react";
import { useState } from "react";
import { useApi } from "../../client/context.tsx";
import { FileBrowser } from "../../ui/file-browser.tsx";
import { Notice } from "../../ui/notice.tsx";
import { Section } from "../../ui/page.tsx";
import { PathField } from "../../ui/path-field.tsx";
import { useAct } from "./use-act.ts";

interface Props {
  disabled: boolean;
  current: string | null;
  onUse: (path: string) => void;
}

/** For a model file that is on this computer already: used where it lies, or from a copy of Ebb's own. */
export function FileModel({ disabled, current, onUse }: Props) {
  const api = useApi();
  const { failure, run } = useAct();
  const [copy, setCopy] = useState(false);
  const choose = (path: string) => (copy ? void run(() => api.models.copy({ path, use: true })) : onUse(path));
  return (
    <Section
      title="Use a model file"
      detail="Ebb runs models in the GGUF format. If you have such a file, pick it here; it is used where it lies."
    >
      <label className="flex w-fit items-center gap-2 text-sm">
        <input
          type="checkbox"
          checked={copy}
          onChange={(event) => setCopy(event.target.checked)}
          className="size-4 accent-accent"
        />
        Copy it into Ebb's folder first, so that it stays if the original goes
      </label>
      <PathField
        label="Path of a model file"
        placeholder="/path/to/model.gguf"
        action="Use model"
        disabled={disabled}
        onChoose={choose}
      />
      {failure && <Notice failure={failure} />}
      <FileBrowser
        wanted="model"
        icon={<Box className="size-4 text-accent" />}
        empty="No folders and no .gguf files here."
        disabled={disabled}
        onChoose={choose}
        current={current}
      />
    </Section>
  );
}
