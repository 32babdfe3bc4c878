import { useState } from "react";
import type { ExportEvent } from "../../../app/contract/index.ts";
import { useApi } from "../../client/context.tsx";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { FileBrowser } from "../../ui/file-browser.tsx";
import { Notice } from "../../ui/notice.tsx";
import { PathField } from "../../ui/path-field.tsx";
import { Progress } from "../../ui/progress.tsx";
import { toast } from "../../ui/toast.tsx";
import { useLongWork } from "./use-long-work.ts";

interface Props {
  open: boolean;
  onClose: () => void;
}

type Format = "json" | "markdown";
type Going = Omit<Extract<ExportEvent, { type: "progress" }>, "type">;
type Done = Extract<ExportEvent, { type: "done" }>;

const formats: Record<Format, { title: string; detail: string }> = {
  json: { title: "One file (JSON)", detail: "All of it, to keep or to bring into another Ebb." },
  markdown: { title: "A folder to read (Markdown)", detail: "A page for each conversation, and one for the memories." },
};

/** Writes everything into a folder of the user's choice. Closing it while it works leaves nothing there. */
export function ExportAll({ open, onClose }: Props) {
  const api = useApi();
  const [format, setFormat] = useState<Format>("json");
  const [folder, setFolder] = useState<string | null>(null);
  const { progress, failure, close, run } = useLongWork<Going, Done>(onClose);

  const write = (to: string) =>
    run(
      { done: 0, total: 0 },
      (options) => api.transfer.exportAll({ folder: to, format }, options),
      ({ path }) => toast({ title: "Everything is exported.", detail: path, timeout: 20_000 }),
    );

  return (
    <Dialog
      open={open}
      onClose={close}
      title="Export everything"
      description="Your conversations, your memories with the words that they come from, and your settings. Whoever can open the file can read them."
      cancel={progress ? "Cancel export" : "Close"}
      actions={
        progress === null &&
        folder !== null && (
          <Button look="primary" onClick={() => void write(folder)}>
            Export to this folder
          </Button>
        )
      }
    >
      {failure && <Notice failure={failure} />}
      {progress ? (
        <Progress label="Writing" done={progress.done} total={progress.total} />
      ) : (
        <>
          <fieldset className="flex flex-col gap-2">
            <legend className="sr-only">Format</legend>
            {(Object.keys(formats) as Format[]).map((name) => (
              <label
                key={name}
                className="flex cursor-pointer items-start gap-3 rounded-xl border border-line px-3.5 py-2.5 text-sm has-checked:border-accent has-checked:bg-tint"
              >
                <input
                  type="radio"
                  name="format"
                  checked={format === name}
                  onChange={() => setFormat(name)}
                  className="mt-0.5 size-4 accent-accent"
                />
                <span>
                  <span className="block font-medium">{formats[name].title}</span>
                  <span className="text-muted">{formats[name].detail}</span>
                </span>
              </label>
            ))}
          </fieldset>
          <PathField
            label="Path of a folder"
            placeholder="/path/to/a/folder"
            action="Export"
            onChoose={(path) => void write(path)}
          />
          <FileBrowser
            wanted="folders"
            icon={null}
            empty="No folders in here."
            onFolder={setFolder}
            onChoose={() => {}}
          />
        </>
      )}
    </Dialog>
  );
}
