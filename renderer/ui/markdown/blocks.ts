const fence = /^ {0,3}(`{3,}|~{3,})/;
const definition = /^ {0,3}\[(?!m\d+\])[^\]]+\]:/m;
const leadingMark = /^( {0,3})\[(m\d+)\]:/gm;
const listItem = /^([-*+]|\d{1,9}[.)])(\s|$)/;

/**
 * Cuts markdown into pieces that can be rendered apart, so that while a reply streams only its last piece is parsed
 * again. Joined with a blank line they mean the same as the whole: a text with link or footnote definitions, which
 * reach across pieces, stays whole, and so does a list with all that is indented under it.
 */
export function splitBlocks(text: string): string[] {
  if (definition.test(text)) return [text];
  const blocks: string[] = [];
  let lines: string[] = [];
  let open: string | null = null;
  let blank = false;

  for (const line of text.split("\n")) {
    if (open === null && blank && lines.length > 0 && startsBlock(line)) {
      blocks.push(lines.join("\n"));
      lines = [];
    }
    const mark = fence.exec(line)?.[1];
    if (open === null) open = mark ?? null;
    else if (mark?.startsWith(open) && line.trim() === mark) open = null;
    blank = line.trim() === "";
    if (!blank || lines.length > 0) lines.push(line);
  }
  if (lines.length > 0) blocks.push(lines.join("\n"));
  return blocks;
}

const startsBlock = (line: string): boolean => line !== "" && !/^\s/.test(line) && !listItem.test(line);

/** Keeps a citation mark that begins a line, as in "[m1]: you said", from being read as a link definition and hidden. */
export const keepMarks = (block: string): string =>
  fence.test(block) ? block : block.replace(leadingMark, "$1\\[$2]:");
