/** Ebb's own scheme: a standard, secure origin that no web page and no file can have. */
export const scheme = "app";
export const pageOrigin = `${scheme}://ebb`;

export type PageName = "index.html" | "quick.html";

/** The address of one of Ebb's pages, on a view such as "/c/ID". */
export function pageAddress(page: PageName, route: string | null = null): string {
  return `${pageOrigin}/${page}${route === null ? "" : `#${route}`}`;
}

/** True for whatever belongs to Ebb's own pages: their files, and files that a page makes itself (an export). */
export function isOwnAddress(address: string): boolean {
  return address.startsWith(`${pageOrigin}/`) || address.startsWith(`blob:${pageOrigin}/`);
}
