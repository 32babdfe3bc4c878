/** The look of text fields and selects that stand on a page. */
export const fieldClass =
  "min-h-9 rounded-lg border border-line-strong bg-raised px-3 py-1.5 text-sm outline-offset-0 placeholder:text-muted";
