/** How large Ebb's windows open, in pixels. The hosts open them so, and the pages in a browser compare themselves with it. */
export const windowSizes = {
  main: { width: 1_180, height: 820 },
  quick: { width: 680, height: 520 },
} as const;
