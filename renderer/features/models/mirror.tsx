import { useState } from "react";
import type { ModelCatalog } from "../../../app/contract/index.ts";
import { useApi } from "../../client/context.tsx";
import { Button } from "../../ui/button.tsx";
import { fieldClass } from "../../ui/field.ts";
import { Notice } from "../../ui/notice.tsx";
import { useAct } from "./use-act.ts";

/** For networks that don't reach Hugging Face: the address that stands in for it. */
export function Mirror({ mirror }: { mirror: ModelCatalog["mirror"] }) {
  const api = useApi();
  const { failure, busy, run } = useAct();
  const [address, setAddress] = useState(mirror.chosen ?? "");
  const host = new URL(mirror.inUse).host;
  return (
    <details className="text-sm">
      <summary className="w-fit cursor-pointer rounded-lg text-muted hover:text-ink">
        Models come from {host}
        {mirror.fromEnvironment && " (HF_ENDPOINT)"}
      </summary>
      <form
        className="mt-3 flex flex-col gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          void run(() => api.models.setMirror({ address: address.trim() === "" ? null : address }));
        }}
      >
        <label className="flex flex-col gap-1">
          <span className="text-muted">
            Address of a mirror of Hugging Face, if yours does not reach it; empty for Hugging Face itself
          </span>
          <span className="flex gap-2">
            <input
              placeholder="https://mirror.example.org"
              spellCheck={false}
              autoCapitalize="none"
              maxLength={2_000}
              value={address}
              onChange={(event) => setAddress(event.target.value)}
              className={`${fieldClass} min-w-0 flex-1 font-mono`}
            />
            <Button type="submit" disabled={busy || address.trim() === (mirror.chosen ?? "")}>
              Save
            </Button>
          </span>
        </label>
        {failure && <Notice failure={failure} />}
      </form>
    </details>
  );
}
