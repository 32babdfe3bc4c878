import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { StorageState, SystemStatus } from "../../app/contract/index.ts";
import { useApi } from "../client/context.tsx";
import { type ShownFailure, toFailure } from "../client/failure.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { fullMoment } from "../ui/format.ts";
import { Notice } from "../ui/notice.tsx";
import { FullPage } from "./full-page.tsx";

interface Props {
  storage: Extract<StorageState, { status: "unavailable" }>;
  dataFolder: string;
}

/** The whole window while the memory cannot be opened: why, and each way out that there is. */
export function StorageUnavailable({ storage: { failure, backupAt, canStartFresh }, dataFolder }: Props) {
  const api = useApi();
  const cache = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<ShownFailure | null>(null);
  const [asking, setAsking] = useState(false);

  const run = async (action: () => Promise<SystemStatus>) => {
    setAsking(false);
    setBusy(true);
    setFailed(null);
    try {
      cache.setQueryData(["status"], await action());
      void cache.invalidateQueries();
    } catch (error) {
      setFailed(toFailure(error));
    }
    setBusy(false);
  };

  return (
    <FullPage title="Ebb cannot open its memory">
      <div data-code={failure.code}>
        <p>{failure.message}</p>
        <p className="mt-2 text-muted">{failure.remedy}</p>
      </div>
      <p className="rounded-lg bg-panel px-3 py-2 font-mono text-[0.8125rem] break-all">{dataFolder}</p>
      {failed && <Notice failure={failed} />}
      <div className="flex flex-col items-stretch gap-2">
        <Button look="primary" disabled={busy} onClick={() => run(() => api.system.reopen())}>
          Try again
        </Button>
        {backupAt !== null && (
          <Button disabled={busy} onClick={() => run(() => api.system.restoreBackup())}>
            Restore backup from {fullMoment(backupAt)}
          </Button>
        )}
        {canStartFresh && (
          <Button look="quiet" disabled={busy} onClick={() => setAsking(true)}>
            Start with an empty memory
          </Button>
        )}
      </div>
      <Dialog
        open={asking}
        onClose={() => setAsking(false)}
        title="Start with an empty memory?"
        description="The damaged file is set aside in the data folder, not deleted. Ebb begins again and knows nothing of what was said before."
        actions={
          <Button look="danger" onClick={() => run(() => api.system.startFresh())}>
            Start empty
          </Button>
        }
      />
    </FullPage>
  );
}
