import { Menu } from "@base-ui/react/menu";
import { useQueryClient } from "@tanstack/react-query";
import { ArrowDownUp } from "lucide-react";
import { useRef, useState } from "react";
import type { Api } from "../../../app/contract/index.ts";
import { limits } from "../../../app/contract/limits.ts";
import { useApi } from "../../client/context.tsx";
import { type ShownFailure, toFailure } from "../../client/failure.ts";
import { Button, buttonClass } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { count, fileSize } from "../../ui/format.ts";
import { toast, toastFailure } from "../../ui/toast.tsx";
import { ExportAll } from "./export-all.tsx";
import { ImportChats } from "./import-chats.tsx";

const item = "cursor-pointer rounded-lg px-3 py-1.5 outline-none data-highlighted:bg-hover";

/** Taking everything out, or the memories alone, and bringing in what is elsewhere. */
export function TransferMenu() {
  const api = useApi();
  const cache = useQueryClient();
  const input = useRef<HTMLInputElement>(null);
  const [failure, setFailure] = useState<ShownFailure | null>(null);
  const [chatsOpen, setChatsOpen] = useState(false);
  const [exportOpen, setExportOpen] = useState(false);

  const take = async (file: File) => {
    try {
      const { added, skipped, changeId } = await readIn(api, file);
      void cache.invalidateQueries({ queryKey: ["memories"] });
      toast({
        title: `${count(added, "memory", "memories")} imported.`,
        ...(skipped > 0 && { detail: `${skipped.toLocaleString()} already known and left as they are.` }),
        ...(changeId && { action: { label: "Undo", run: () => api.memories.undo({ changeId }) } }),
      });
    } catch (error) {
      setFailure(error instanceof TooLarge ? error.failure : toFailure(error));
    }
  };

  return (
    <>
      <Menu.Root>
        <Menu.Trigger className={buttonClass({ size: "small" })}>
          <ArrowDownUp className="size-3.5" aria-hidden />
          Export or import
        </Menu.Trigger>
        <Menu.Portal>
          <Menu.Positioner className="z-50" align="end" sideOffset={4}>
            <Menu.Popup className="rounded-xl border border-line bg-raised p-1 text-sm shadow-lift outline-none">
              <Menu.Item className={item} onClick={() => setExportOpen(true)}>
                Export everything…
              </Menu.Item>
              <Menu.Item className={item} onClick={() => writeOut(api, "json").catch(toastFailure)}>
                Export memories as JSON
              </Menu.Item>
              <Menu.Item className={item} onClick={() => writeOut(api, "markdown").catch(toastFailure)}>
                Export memories as Markdown
              </Menu.Item>
              <Menu.Item className={item} onClick={() => input.current?.click()}>
                Import memories (JSON)…
              </Menu.Item>
              <Menu.Item className={item} onClick={() => setChatsOpen(true)}>
                Import everything or conversations…
              </Menu.Item>
            </Menu.Popup>
          </Menu.Positioner>
        </Menu.Portal>
      </Menu.Root>
      <ExportAll open={exportOpen} onClose={() => setExportOpen(false)} />
      <ImportChats open={chatsOpen} onClose={() => setChatsOpen(false)} />
      <input
        ref={input}
        type="file"
        accept=".json,application/json"
        aria-label="Import file"
        tabIndex={-1}
        className="sr-only"
        onChange={(event) => {
          const file = event.target.files?.[0];
          // The same file picked again must count as a change.
          event.target.value = "";
          if (file) void take(file);
        }}
      />
      <Dialog
        open={failure !== null}
        onClose={() => setFailure(null)}
        title="Nothing was imported"
        description={
          failure && (
            <span data-code={failure.code}>
              {failure.message} {failure.remedy}
            </span>
          )
        }
        cancel="Close"
        actions={<Button onClick={() => input.current?.click()}>Pick another file</Button>}
      />
    </>
  );
}

class TooLarge extends Error {
  readonly failure: ShownFailure = {
    code: "TOO_LARGE",
    message: "This file is too large to be an export of Ebb's memories.",
    remedy: `Pick a JSON file of at most ${fileSize(limits.importChars)}.`,
  };
}

async function readIn(api: Api, file: File): Promise<Awaited<ReturnType<Api["memories"]["import"]>>> {
  // A character takes at most four bytes: what is larger need not be read to be refused.
  if (file.size > limits.importChars * 4) throw new TooLarge();
  const json = await file.text();
  if (json.length > limits.importChars) throw new TooLarge();
  return api.memories.import({ json });
}

async function writeOut(api: Api, format: "json" | "markdown"): Promise<void> {
  const { fileName, text, count: memories } = await api.memories.export({ format });
  const type = format === "json" ? "application/json" : "text/markdown";
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement("a");
  link.href = address;
  link.download = fileName;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
  toast({ title: `${count(memories, "memory", "memories")} exported.`, detail: fileName });
}
