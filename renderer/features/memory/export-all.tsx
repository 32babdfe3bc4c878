import { useRef, useState } from "react";
import type { ExportEvent } from "../../../app/contract/index.ts";
import { useApi } from "../../client/context.tsx";
import { type ShownFailure, toFailure } from "../../client/failure.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { FileBrowser } from "../../ui/file-browser.tsx";
import { Notice } from "../../ui/notice.tsx";
import { PathField } from "../../ui/path-field.tsx";
import { Progress } from "../../ui/progress.tsx";
import { toast } from "../../ui/toast.tsx";

interface Props {
  open: boolean;
  onClose: () => void;
}

type Format = "json" | "markdown";
type Going = Extract<ExportEvent, { type: "progress" }>;

const formats: Record<Format, { title: string; detail: string }> = {
  json: { title: "One file (JSON)", detail: "All of it, to keep or to bring into another Ebb." },
  markdown: { title: "A folder to read (Markdown)", detail: "A page for each conversation, and one for the memories." },
};

/** Writes everything into a folder of the user's choice. Closing it while it works leaves nothing there. */
export function ExportAll({ open, onClose }: Props) {
  const api = useApi();
  const [format, setFormat] = useState<Format>("json");
  const [folder, setFolder] = useState<string | null>(null);
  const [progress, setProgress] = useState<Going | null>(null);
  const [failure, setFailure] = useState<ShownFailure | null>(null);
  const running = useRef<AbortController | null>(null);

  const close = () => {
    running.current?.abort();
    setFailure(null);
    onClose();
  };

  const write = async (to: string) => {
    const cancel = new AbortController();
    running.current = cancel;
    setFailure(null);
    setProgress({ type: "progress", done: 0, total: 0 });
    try {
      for await (const event of await api.transfer.exportAll({ folder: to, format }, { signal: cancel.signal })) {
        if (event.type === "progress") setProgress(event);
        else {
          onClose();
          toast({ title: "Everything is exported.", detail: event.path, timeout: 20_000 });
        }
      }
    } catch (error) {
      if (!cancel.signal.aborted) setFailure(toFailure(error));
    } finally {
      running.current = null;
      setProgress(null);
    }
  };

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
