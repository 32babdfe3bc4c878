import { Monitor, Moon, Sun } from "lucide-react";
import { useId } from "react";
import type { Settings } from "../../../app/contract/index.ts";

type Theme = Settings["theme"];

const themes = [
  { value: "system", name: "System", Icon: Monitor },
  { value: "light", name: "Light", Icon: Sun },
  { value: "dark", name: "Dark", Icon: Moon },
] as const;

export function ThemeChoice({ theme, onChange }: { theme: Theme; onChange: (theme: Theme) => void }) {
  const group = useId();
  return (
    <fieldset className="flex gap-1 self-start rounded-xl bg-panel p-1">
      <legend className="sr-only">Theme</legend>
      {themes.map(({ value, name, Icon }) => (
        <label
          key={value}
          className="flex items-center gap-2 rounded-lg px-3.5 py-1.5 text-sm text-muted transition-colors hover:text-ink has-checked:bg-raised has-checked:text-ink has-checked:shadow-lift has-focus-visible:outline-2 has-focus-visible:outline-ring"
        >
          <input
            type="radio"
            name={group}
            value={value}
            checked={theme === value}
            onChange={() => onChange(value)}
            className="sr-only"
          />
          <Icon className="size-4" aria-hidden />
          {name}
        </label>
      ))}
    </fieldset>
  );
}
