/** A reply's words as a memory: without the marks of what the reply itself drew on. */
export function memoryText(reply: string): string {
  return reply.replaceAll(/[ \t]*\[m\d{1,3}(?:\s*[,;]\s*m\d{1,3})*\]/gi, "").trim();
}

/** The text that is selected inside of the element; null where nothing is, or where the selection reaches beyond. */
export function selectedIn(element: Element | null | undefined): string | null {
  const selection = getSelection();
  if (!element || !selection || selection.isCollapsed) return null;
  if (!element.contains(selection.anchorNode) || !element.contains(selection.focusNode)) return null;
  return selection.toString().trim() || null;
}
