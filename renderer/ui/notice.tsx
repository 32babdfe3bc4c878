import { CircleAlert, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import type { ShownFailure } from "../client/failure.ts";

interface Props {
  failure: Pick<ShownFailure, "message" | "remedy"> & { code?: string };
  /** `danger` for what failed, `notice` for a state to know about. */
  tone?: "danger" | "notice";
  /** What the user can do about it here. */
  children?: ReactNode;
}

/** A failure in the user's words: what happened, what to do, and the buttons that do it. */
export function Notice({ failure, tone = "danger", children }: Props) {
  const Icon = tone === "danger" ? CircleAlert : TriangleAlert;
  return (
    <div
      role={tone === "danger" ? "alert" : "status"}
      data-code={failure.code}
      className={`flex items-start gap-3 rounded-xl px-4 py-3 text-sm ${tone === "danger" ? "bg-danger-tint" : "bg-notice-tint"}`}
    >
      <Icon className={`mt-0.5 size-4 shrink-0 ${tone === "danger" ? "text-danger" : "text-notice"}`} aria-hidden />
      <div className="min-w-0 flex-1">
        <p className="font-medium">{failure.message}</p>
        {failure.remedy && <p className="mt-0.5">{failure.remedy}</p>}
        {children && <div className="mt-2.5 flex flex-wrap gap-2">{children}</div>}
      </div>
    </div>
  );
}
