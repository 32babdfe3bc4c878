import type { ComponentProps } from "react";

const base =
  "inline-flex shrink-0 items-center justify-center gap-2 rounded-lg font-medium transition-colors select-none disabled:cursor-default disabled:opacity-50";

const looks = {
  primary: "bg-accent text-on-accent enabled:hover:bg-accent-hover",
  plain: "border border-line bg-raised text-ink enabled:hover:bg-hover",
  quiet: "text-muted enabled:hover:bg-hover enabled:hover:text-ink",
  /** For the one thing to do in a line of text. */
  accent: "text-accent enabled:hover:bg-hover",
  danger: "bg-danger text-on-danger enabled:hover:bg-danger-hover",
} as const;

const sizes = {
  normal: "min-h-9 px-3.5 py-1.5 text-sm",
  small: "min-h-7 px-2.5 py-0.5 text-[0.8125rem]",
} as const;

interface Look {
  look?: keyof typeof looks;
  size?: keyof typeof sizes;
}

/** The class names of a button, for elements that only look like one. */
export const buttonClass = ({ look = "plain", size = "normal" }: Look = {}): string =>
  `${base} ${looks[look]} ${sizes[size]}`;

export function Button({ look, size, className = "", ...props }: ComponentProps<"button"> & Look) {
  return (
    <button
      type="button"
      {...props}
      className={`${buttonClass({ ...(look && { look }), ...(size && { size }) })} ${className}`}
    />
  );
}

/** A button that shows only an icon; its label is its accessible name and its tooltip. */
export function IconButton({ label, className = "", ...props }: ComponentProps<"button"> & { label: string }) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      {...props}
      className={`inline-flex size-8 shrink-0 items-center justify-center rounded-lg text-muted transition-colors enabled:hover:bg-hover enabled:hover:text-ink disabled:opacity-40 ${className}`}
    />
  );
}
