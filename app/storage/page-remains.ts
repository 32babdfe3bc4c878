/** A page of a database that does not keep to SQLite's file format. */
export class MalformedPage extends Error {}

const isInterior = new Map([
  [0x02, true],
  [0x05, true],
  [0x0a, false],
  [0x0d, false],
]);
const tableInterior = 0x05;
const tableLeaf = 0x0d;
const firstPageHeader = 100;
const freeblockHeader = 4;
/** A cell takes so many bytes at least. */
const smallestCell = 4;
const overflowPointer = 4;

/** How a database file is laid out, from its first page: bytes a page has, and how many of those SQLite uses. */
export type PageLayout = { pageSize: number; usable: number };

/** Reads the layout from the first 100 bytes of the file. @throws MalformedPage where they are no header of a database */
export function pageLayout(header: Buffer): PageLayout {
  if (header.length < firstPageHeader || header.toString("latin1", 0, 15) !== "SQLite format 3")
    throw new MalformedPage();
  const stored = header.readUInt16BE(16);
  const pageSize = stored === 1 ? 65_536 : stored;
  if (pageSize < 512 || (pageSize & (pageSize - 1)) !== 0) throw new MalformedPage();
  return { pageSize, usable: pageSize - header.readUInt8(20) };
}

/**
 * Makes a function that gives a b-tree page back with every byte zeroed that belongs to nothing, or null where it is so already or
 * no b-tree page. `number` counts from 1. Its result is valid until the next call.
 *
 * SQLite zeroes what is deleted (secure_delete), but where rows move between pages, its rebuildPage and copyNodeContent leave
 * copies of them behind in the unused middle of a page: those outlive the row. What counts follows section 1.6 of
 * https://sqlite.org/fileformat2.html: header, cell pointers, the cells that they point to, headers of free blocks. Pages of
 * other kinds begin with the number of another page, and no file has so many pages that it could be taken for a kind.
 * @throws MalformedPage where the parts of the page overlap or do not add up
 */
export function pageCleaner({ pageSize, usable }: PageLayout): (page: Buffer, number: number) => Buffer | null {
  const clean = Buffer.alloc(pageSize);
  return (page, number) => {
    const start = number === 1 ? firstPageHeader : 0;
    const interior = isInterior.get(page[start] ?? 0);
    if (interior === undefined) return null;
    const kind = page[start] ?? 0;
    const pointers = start + (interior ? 12 : 8);
    const cells = page.readUInt16BE(start + 3);
    const content = page.readUInt16BE(start + 5) || 65_536;
    const pointersEnd = pointers + 2 * cells;
    if (pointersEnd > content || content > usable) throw new MalformedPage();
    clean.fill(0, pointersEnd, usable);
    page.copy(clean, 0, 0, pointersEnd);
    page.copy(clean, usable, usable, pageSize);
    let accounted = page[start + 7] ?? 0;
    const keep = (at: number, size: number, kept: number): void => {
      if (at < content || at + size > usable) throw new MalformedPage();
      page.copy(clean, at, at, at + kept);
      accounted += size;
    };
    for (let place = pointers; place < pointersEnd; place += 2) {
      const at = page.readUInt16BE(place);
      const size = cellSize(page, at, kind, usable);
      keep(at, size, size);
    }
    for (let at = page.readUInt16BE(start + 1), before = 0; at !== 0; ) {
      if (at <= before || at + freeblockHeader > usable) throw new MalformedPage();
      keep(at, page.readUInt16BE(at + 2), freeblockHeader);
      before = at;
      at = page.readUInt16BE(at);
    }
    if (accounted !== usable - content) throw new MalformedPage();
    return clean.equals(page) ? null : clean;
  };
}

/** Bytes of the cell on its page: section 1.6 of the file format, with the share of a long payload that stays on the page. */
function cellSize(page: Buffer, at: number, kind: number, usable: number): number {
  let end = kind === tableInterior || kind === 0x02 ? at + 4 : at;
  if (kind === tableInterior) return varint(page, end).end - at;
  const payload = varint(page, end);
  end = kind === tableLeaf ? varint(page, payload.end).end : payload.end;
  const most = kind === tableLeaf ? usable - 35 : Math.floor(((usable - 12) * 64) / 255) - 23;
  if (payload.value <= most) return Math.max(end - at + payload.value, smallestCell);
  const least = Math.floor(((usable - 12) * 32) / 255) - 23;
  const share = least + ((payload.value - least) % (usable - 4));
  return end - at + (share <= most ? share : least) + overflowPointer;
}

/** SQLite's variable-length integer: 7 bits a byte, high bit set on all but the last; all 8 bits of the ninth. */
function varint(page: Buffer, at: number): { value: number; end: number } {
  let value = 0;
  for (let place = at; place < page.length; place++) {
    const byte = page[place] ?? 0;
    if (place - at === 8) return { value: value * 256 + byte, end: place + 1 };
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) return { value, end: place + 1 };
  }
  throw new MalformedPage();
}
