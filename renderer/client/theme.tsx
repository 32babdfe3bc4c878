import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import type { Settings } from "../../app/contract/index.ts";
import { useQueries } from "./context.tsx";

type Theme = Settings["theme"];
const key = "ebb-theme";

/** Shows a theme, and keeps its name on this side too, so that the next window paints in it before the engine answers. */
function applyTheme(theme: Theme): void {
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  localStorage.setItem(key, theme);
}

export function applyLastTheme(): void {
  const theme = localStorage.getItem(key);
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
}

/** Keeps the page in the theme that the user chose. */
export function ChosenTheme() {
  const { data } = useQuery(useQueries().settings());
  useEffect(() => {
    if (data) applyTheme(data.theme);
  }, [data]);
  return null;
}
