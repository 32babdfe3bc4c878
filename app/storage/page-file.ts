import { closeSync, fdatasyncSync, openSync, readSync, writeSync } from "node:fs";
import { MalformedPage, type PageLayout, pageCleaner, pageLayout } from "./page-remains.ts";

/** Bytes read in one step: a few milliseconds. */
const readAtOnce = 1 << 18;
/** SQLite never uses the page that holds this byte, by which it locks the file. */
const lockByte = 1 << 30;

/**
 * The numbers of the pages with bytes that belong to nothing, step by step. The file must stay as it is meanwhile.
 * @throws MalformedPage, and the file system's error
 */
export function* findRemains(file: number): Generator<void, number[]> {
  const layout = layoutOf(file);
  const { pageSize } = layout;
  const cleaned = pageCleaner(layout);
  const chunk = Buffer.alloc(readAtOnce);
  const found: number[] = [];
  for (let offset = 0; ; offset += readAtOnce) {
    // A page of its own size at the beginning of a step: other programs may not read it where locks are mandatory.
    const skipped = offset === lockByte ? pageSize : 0;
    const bytes = readSync(file, chunk, 0, readAtOnce - skipped, offset + skipped);
    for (let at = 0; at + pageSize <= bytes; at += pageSize) {
      const number = (offset + skipped + at) / pageSize + 1;
      if (cleaned(chunk.subarray(at, at + pageSize), number)) found.push(number);
    }
    if (bytes < readAtOnce - skipped) return found;
    yield;
  }
}

/** Zeroes what belongs to nothing in those pages, and waits until that is on the disk. Nobody may write to the file meanwhile. */
export function cleanPages(file: number, numbers: readonly number[]): void {
  const layout: PageLayout = layoutOf(file);
  const { pageSize } = layout;
  const cleaned = pageCleaner(layout);
  const page = Buffer.alloc(pageSize);
  for (const number of numbers) {
    const offset = (number - 1) * pageSize;
    // The file may have become shorter.
    if (readSync(file, page, 0, pageSize, offset) < pageSize) continue;
    const clean = cleaned(page, number);
    if (clean && writeSync(file, clean, 0, pageSize, offset) < pageSize)
      throw new Error("a page was not written whole");
  }
  if (numbers.length > 0) fdatasyncSync(file);
}

/** Does both for a database file that nobody has open. @throws MalformedPage, and the file system's error */
export function* cleanFile(path: string): Generator<void> {
  const file = openSync(path, "r+");
  try {
    cleanPages(file, yield* findRemains(file));
  } finally {
    closeSync(file);
  }
}

function layoutOf(file: number): PageLayout {
  const header = Buffer.alloc(100);
  if (readSync(file, header, 0, header.length, 0) < header.length) throw new MalformedPage();
  return pageLayout(header);
}
