import { useQueryClient } from "@tanstack/react-query";
import { FileText } from "lucide-react";
import type { ImportEvent, ImportProgress } from "../../../app/contract/index.ts";
import { useApi } from "../../client/context.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { FileBrowser } from "../../ui/file-browser.tsx";
import { count, fileSize } from "../../ui/format.ts";
import { Notice } from "../../ui/notice.tsx";
import { PathField } from "../../ui/path-field.tsx";
import { Progress } from "../../ui/progress.tsx";
import { toast } from "../../ui/toast.tsx";
import { useLongWork } from "./use-long-work.ts";

interface Props {
  open: boolean;
  onClose: () => void;
}

type Done = Extract<ImportEvent, { type: "done" }>;

/** Brings in conversations held elsewhere. Closing it while it works takes back what was brought in so far. */
export function ImportChats({ open, onClose }: Props) {
  const api = useApi();
  const cache = useQueryClient();
  const { progress, failure, close, run } = useLongWork<ImportProgress, Done>(onClose);

  const take = async (path: string) => {
    await run(
      { phase: "checking", done: 0, total: 0 },
      (options) => api.transfer.importFile({ path }, options),
      (done) => tell(done, () => api.memories.undo({ changeId: done.changeId ?? "" })),
    );
    void cache.invalidateQueries({ queryKey: ["conversations"] });
    void cache.invalidateQueries({ queryKey: ["memories"] });
  };

  return (
    <Dialog
      open={open}
      onClose={close}
      title="Import"
      description="Everything that another Ebb has exported (JSON), an export from ChatGPT or Claude, as it was downloaded (zip) or unpacked (JSON), or group chats in Ebb's own format. Nothing leaves this computer."
      actions={null}
      cancel={progress ? "Cancel import" : "Close"}
    >
      {failure && <Notice failure={failure} />}
      {progress ? (
        <Checking {...progress} />
      ) : (
        <>
          <PathField label="Path of an export" placeholder="/path/to/export.zip" action="Import" onChoose={take} />
          <FileBrowser
            wanted="chats"
            icon={<FileText className="size-4 text-accent" />}
            empty="No folders and no zip or JSON files here."
            onChoose={take}
          />
        </>
      )}
    </Dialog>
  );
}

function Checking({ phase, done, total }: ImportProgress) {
  const label = phase === "checking" ? "Checking the file" : "Bringing in messages";
  return <Progress label={label} done={done} total={total} {...(phase === "checking" && { shown: fileSize })} />;
}

function tell({ conversations, messages, skipped, memories, changeId }: Done, undo: () => Promise<unknown>): void {
  const known = skipped > 0 ? `${count(skipped, "message was", "messages were")} here already.` : "";
  if (changeId === null) {
    toast({ title: "Nothing new in that file.", detail: known });
    return;
  }
  const brought = [
    conversations > 0 && count(conversations, "conversation", "conversations"),
    messages > 0 && count(messages, "message", "messages"),
    memories > 0 && count(memories, "memory", "memories"),
  ].filter(Boolean);
  toast({
    title: `${brought.join(", ")} imported.`,
    detail: [known, messages > 0 && "Ebb reads them in the background and learns from what you said."]
      .filter(Boolean)
      .join(" "),
    timeout: 20_000,
    action: { label: "Undo", run: undo },
  });
}
