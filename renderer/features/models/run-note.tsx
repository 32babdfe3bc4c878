import type { ModelState } from "../../../app/contract/index.ts";

/** What the user gets less than was asked for, and that a model sleeps; nothing where neither is so. */
export function RunNote({ model }: { model: ModelState }) {
  const notice = "notice" in model ? model.notice : null;
  const asleep = model.status === "asleep";
  if (notice === null && !asleep) return null;
  return (
    <div className="flex flex-col gap-1 text-sm" data-notice={notice !== null}>
      {asleep && <p className="text-muted">Asleep: its memory is free. Your next question wakes it up.</p>}
      {notice !== null && <p className="text-notice">{notice}</p>}
    </div>
  );
}
