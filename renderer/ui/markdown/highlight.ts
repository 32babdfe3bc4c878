import { useEffect, useState } from "react";
import type { Options } from "react-markdown";

type Plugins = NonNullable<Options["rehypePlugins"]>;

let loaded: Plugins | null = null;
let loading: Promise<Plugins> | null = null;

/** Fetches the highlighter with its grammars on first need; they are larger than the rest of the chat. */
function load(): Promise<Plugins> {
  loading ??= import("rehype-highlight").then(({ default: rehypeHighlight }) => {
    // One transformer for all blocks: each holds its compiled grammars.
    const transform = rehypeHighlight();
    loaded = [() => transform];
    return loaded;
  });
  return loading;
}

const none: Plugins = [];

/** The plugins that colour code; none until they are here, or where there is no code. */
export function useHighlighter(hasCode: boolean): Plugins {
  const [plugins, setPlugins] = useState(loaded);
  useEffect(() => {
    if (!hasCode || plugins) return;
    let mounted = true;
    load().then(
      (result) => mounted && setPlugins(result),
      // Uncoloured code reads as well; the next block tries again.
      () => {
        loading = null;
      },
    );
    return () => {
      mounted = false;
    };
  }, [hasCode, plugins]);
  return hasCode && plugins ? plugins : none;
}
