/** The part of a hast node that the passes below need. */
interface Node {
  type: string;
  value?: string;
  tagName?: string;
  properties?: Record<string, unknown>;
  children?: Node[];
}

const marks = /\[(m\d+(?:\s*[,;]\s*m\d+)*)\]/g;

/**
 * Turns citation marks such as [m1] in running text into `a` elements that carry the mark; code stays as it is. With a
 * set of known marks, others stay text.
 */
export function rehypeCitations(known: ReadonlySet<string> | null) {
  const cut = (text: string): Node[] => {
    const parts: Node[] = [];
    let end = 0;
    for (const match of text.matchAll(marks)) {
      const cited = (match[1] ?? "").split(/\s*[,;]\s*/);
      if (known && !cited.every((mark) => known.has(mark))) continue;
      // The space before a mark would leave it standing alone at the start of a line.
      parts.push({ type: "text", value: text.slice(end, match.index).trimEnd() });
      for (const mark of cited) {
        parts.push({ type: "element", tagName: "a", properties: { dataMark: mark }, children: [] });
      }
      end = match.index + match[0].length;
    }
    return end === 0 ? [{ type: "text", value: text }] : [...parts, { type: "text", value: text.slice(end) }];
  };
  const visit = (node: Node): void => {
    node.children =
      node.children?.flatMap((child) => {
        if (child.type === "text") return cut(child.value ?? "");
        if (child.tagName !== "code" && child.tagName !== "a") visit(child);
        return [child];
      }) ?? [];
  };
  return () => visit;
}

/** Replaces every image by a link that names it: nothing that a model writes makes the page load anything. */
export function rehypeNoImages() {
  const visit = (node: Node, inLink: boolean): void => {
    node.children =
      node.children?.map((child) => {
        if (child.tagName !== "img") {
          visit(child, inLink || child.tagName === "a");
          return child;
        }
        const { alt, src } = child.properties ?? {};
        const address = String(src ?? "");
        const text: Node = { type: "text", value: `image: ${alt ? `${alt} ` : ""}(${address})` };
        return inLink ? text : { type: "element", tagName: "a", properties: { href: address }, children: [text] };
      }) ?? [];
  };
  return (tree: Node) => visit(tree, false);
}
