import { nativeTheme } from "electron";

/** The colour of an empty window, so that it does not flash before its page has painted; as `--surface` in the styles. */
export function surfaceColour(): string {
  return nativeTheme.shouldUseDarkColors ? "#13191c" : "#f8f6f1";
}
