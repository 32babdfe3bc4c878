import { memo, type ReactNode, useMemo } from "react";
import ReactMarkdown, { type Components, type Options } from "react-markdown";
import remarkGfm from "remark-gfm";
import { Link } from "wouter";
import { ExternalLink, safeAddress } from "../external-link.tsx";
import { keepMarks, splitBlocks } from "./blocks.ts";
import { CodeBlock } from "./code-block.tsx";
import { useHighlighter } from "./highlight.ts";
import { rehypeCitations, rehypeNoImages } from "./tree.ts";

/** Where the mark of a citation leads, and what it says there. */
export interface Citation {
  mark: string;
  href: string;
  text: string;
}

const remarkPlugins: Options["remarkPlugins"] = [remarkGfm];

interface Props {
  text: string;
  citations: readonly Citation[];
  /** True while the text is being written and its citations may still be unknown: their marks are shown, without a link. */
  running: boolean;
}

/** Text of a model, which is not to be trusted: no HTML, no loads, and links only through a question. */
export const Markdown = memo(function Markdown({ text, citations, running }: Props) {
  const blocks = splitBlocks(text);
  return (
    <div className="markdown" dir="auto">
      {blocks.map((block, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a block is known by its place; only the last one grows.
        <Block key={index} text={block} citations={citations} running={running} />
      ))}
    </div>
  );
});

const Block = memo(function Block({ text, citations, running }: Props) {
  const highlighter = useHighlighter(/^ {0,3}(```|~~~)/m.test(text));
  const rehypePlugins = useMemo<Options["rehypePlugins"]>(
    () => [
      rehypeNoImages,
      rehypeCitations(running ? null : new Set(citations.map(({ mark }) => mark))),
      ...highlighter,
    ],
    [citations, running, highlighter],
  );
  const components = useMemo(() => ({ ...plain, a: anchor(citations) }), [citations]);
  return (
    <ReactMarkdown
      remarkPlugins={remarkPlugins}
      rehypePlugins={rehypePlugins}
      components={components}
      urlTransform={(url) => safeAddress(url) ?? ""}
    >
      {keepMarks(text)}
    </ReactMarkdown>
  );
});

const plain: Components = {
  pre: ({ children }) => <CodeBlock>{children}</CodeBlock>,
  // Only task lists have one: nothing else that a model writes becomes a form control.
  input: ({ checked }) => (
    <input type="checkbox" checked={checked} disabled readOnly aria-label={checked ? "Done" : "To do"} />
  ),
  table: ({ children }) => (
    <div className="table-scroll">
      <table>{children}</table>
    </div>
  ),
};

function anchor(citations: readonly Citation[]): NonNullable<Components["a"]> {
  return (props) => {
    const { href, children } = props;
    const mark: unknown = "data-mark" in props ? props["data-mark"] : undefined;
    const citation = citations.find((candidate) => candidate.mark === mark);
    if (citation) return <Cite citation={citation} />;
    if (typeof mark === "string") return <span className="cite">{mark.slice(1)}</span>;
    return href ? <ExternalLink address={href}>{children}</ExternalLink> : <PlainLink>{children}</PlainLink>;
  };
}

function Cite({ citation: { mark, href, text } }: { citation: Citation }) {
  return (
    <Link href={href} className="cite" title={text} aria-label={`Memory ${mark}: ${text}`}>
      {mark.slice(1)}
    </Link>
  );
}

/** A link that leads nowhere safe, such as javascript:, is only its words. */
const PlainLink = ({ children }: { children: ReactNode }) => <span>{children}</span>;
