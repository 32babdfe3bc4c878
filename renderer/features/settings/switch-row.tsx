import { Switch } from "@base-ui/react/switch";
import { type ReactNode, useId } from "react";

interface Props {
  on: boolean;
  onChange: (on: boolean) => void;
  title: string;
  /** What it means as it stands. */
  children: ReactNode;
}

/** A setting that is on or off. */
export function SwitchRow({ on, onChange, title, children }: Props) {
  const label = useId();
  const detail = useId();
  return (
    <div className="flex items-center gap-4 px-5 py-3.5">
      <div className="min-w-0 flex-1 text-sm">
        <p id={label} className="font-medium">
          {title}
        </p>
        <p id={detail} className="text-muted">
          {children}
        </p>
      </div>
      <Switch.Root
        checked={on}
        onCheckedChange={onChange}
        aria-labelledby={label}
        aria-describedby={detail}
        className="flex h-6 w-10 shrink-0 cursor-pointer rounded-full bg-line-strong p-0.5 transition-colors data-checked:bg-accent"
      >
        <Switch.Thumb className="size-5 rounded-full bg-raised transition-transform data-checked:translate-x-4" />
      </Switch.Root>
    </div>
  );
}
