import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useEffect, useState } from "react";
import type { Failure } from "../../app/contract/index.ts";
import { useApi, useConnectionState, useQueries } from "../client/context.tsx";
import { Button } from "../ui/button.tsx";
import { toastFailure } from "../ui/toast.tsx";

const patience = 400;

/** States of the whole app, over every view: quiet, and only while they last. */
export function Banners() {
  const api = useApi();
  const { data } = useQuery(useQueries().status());
  return (
    <>
      <Reconnecting />
      {data?.storage.status === "readOnly" && <Banner failure={data.storage.failure} name="read-only" />}
      {data?.inference.status === "failed" && (
        <Banner failure={data.inference.failure} name="inference">
          <Button size="small" onClick={() => api.model.reload().catch(toastFailure)}>
            Try again
          </Button>
        </Banner>
      )}
    </>
  );
}

interface BannerProps {
  failure: Failure;
  name: string;
  children?: ReactNode;
}

function Banner({ failure, name, children }: BannerProps) {
  return (
    <div
      role="status"
      data-banner={name}
      data-code={failure.code}
      className="flex flex-wrap items-center gap-x-3 gap-y-1 bg-notice-tint px-4 py-2 text-sm"
    >
      <p className="min-w-0 flex-1">
        <span className="font-medium">{failure.message}</span> {failure.remedy}
      </p>
      {children}
    </div>
  );
}

/** Says so when the line is lost for longer than a blink. */
function Reconnecting() {
  const lost = useConnectionState() === "lost";
  const [shown, show] = useState(false);
  useEffect(() => {
    if (!lost) {
      show(false);
      return;
    }
    const timer = setTimeout(() => show(true), patience);
    return () => clearTimeout(timer);
  }, [lost]);
  if (!shown) return null;
  return (
    <div role="status" data-banner="reconnecting" className="bg-panel px-4 py-1.5 text-center text-sm text-muted">
      Reconnecting… What you typed is kept.
    </div>
  );
}
