/**
 * Renders every icon in resources/icons from Ebb's mark; run it after changing the mark, and commit what it writes.
 * The mark is also in renderer/ui/logo.tsx and renderer/favicon.svg, which must be kept like it.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { findBrowser } from "../main/web/browser.ts";

const folder = join(import.meta.dirname, "../resources/icons");
const teal = "#0f5661";
const cream = "#f4f1ea";

const svg = (body: string, box = "0 0 32 32") =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${box}">\n  <title>Ebb</title>\n${body}</svg>\n`;
const strokes = (color: string, width: number, paths: [string, number][]) =>
  `  <g fill="none" stroke="${color}" stroke-linecap="round" stroke-width="${width}">\n${paths
    .map(([d, opacity]) => `    <path d="${d}"${opacity === 1 ? "" : ` opacity="${opacity}"`} />\n`)
    .join("")}  </g>\n`;

const tile = `  <rect width="32" height="32" rx="9" fill="${teal}" />\n`;
const waves = strokes(cream, 2.6, [
  ["M7 11.5c3-3 6-3 9 0s6 3 9 0", 1],
  ["M9.5 17c2.2-2.2 4.4-2.2 6.5 0s4.3 2.2 6.5 0", 0.7],
  ["M12 22.3c1.3-1.3 2.7-1.3 4 0s2.7 1.3 4 0", 0.42],
]);
const mark = svg(tile + waves);

/** Up to 24 px three waves run into each other; two heavier ones still read as the same mark. */
const smallMark = svg(
  tile +
    strokes(cream, 3.4, [
      ["M6 12.2c3.3-3.6 6.7-3.6 10 0s6.7 3.6 10 0", 1],
      ["M9.5 20.4c2.2-2.6 4.4-2.6 6.5 0s4.3 2.6 6.5 0", 0.72],
    ]),
);

/** macOS draws its icons in the middle 824 of 1024 pixels. */
const macMark = mark.replace("0 0 32 32", "-3.884 -3.884 39.767 39.767");

/** macOS colours the menu bar's icons itself, from their alpha alone. Two waves at one pixel a point, three at two. */
const template = svg(
  strokes("#000", 1.9, [
    ["M1.6 5.4c2.1-2.8 4.3-2.8 6.4 0s4.3 2.8 6.4 0", 1],
    ["M3.9 11.1c1.4-1.9 2.7-1.9 4.1 0s2.7 1.9 4.1 0", 0.72],
  ]),
  "0 0 16 16",
);
const doubleTemplate = svg(
  strokes("#000", 1.7, [
    ["M1.4 4.3c2.2-2.7 4.4-2.7 6.6 0s4.4 2.7 6.6 0", 1],
    ["M3.4 8.6c1.5-1.9 3.1-1.9 4.6 0s3.1 1.9 4.6 0", 0.75],
    ["M5.4 12.7c.9-1.1 1.7-1.1 2.6 0s1.7 1.1 2.6 0", 0.5],
  ]),
  "0 0 16 16",
);

const browser = await chromium.launch({ executablePath: findBrowser() ?? "", args: ["--no-sandbox", "--disable-gpu"] });
const page = await browser.newPage({ deviceScaleFactor: 1 });

async function render(source: string, size: number): Promise<Buffer> {
  await page.setViewportSize({ width: size, height: size });
  await page.setContent(`<style>*{margin:0}svg{display:block;width:${size}px;height:${size}px}</style>${source}`);
  return page.screenshot({ omitBackground: true, clip: { x: 0, y: 0, width: size, height: size } });
}
const tileOf = (size: number) => render(size <= 24 ? smallMark : mark, size);

/** A Windows icon of PNG images: a header, a directory entry of 16 bytes each, then the images. */
function ico(images: { size: number; png: Buffer }[]): Buffer {
  const header = Buffer.alloc(6 + 16 * images.length);
  header.writeUInt16LE(1, 2);
  header.writeUInt16LE(images.length, 4);
  let offset = header.length;
  images.forEach(({ size, png }, index) => {
    const at = 6 + 16 * index;
    header.writeUInt8(size % 256, at);
    header.writeUInt8(size % 256, at + 1);
    header.writeUInt16LE(1, at + 4);
    header.writeUInt16LE(32, at + 6);
    header.writeUInt32LE(png.length, at + 8);
    header.writeUInt32LE(offset, at + 12);
    offset += png.length;
  });
  return Buffer.concat([header, ...images.map(({ png }) => png)]);
}

/** A macOS icon of PNG images: each chunk is a type, the chunk's length and the image. */
function icns(images: { type: string; png: Buffer }[]): Buffer {
  const chunk = (type: string, body: Buffer) => {
    const head = Buffer.alloc(8);
    head.write(type, "latin1");
    head.writeUInt32BE(body.length + 8, 4);
    return Buffer.concat([head, body]);
  };
  return chunk("icns", Buffer.concat(images.map(({ type, png }) => chunk(type, png))));
}

const linuxSizes = [16, 24, 32, 48, 64, 128, 256, 512];
const windowsSizes = [16, 20, 24, 32, 48, 64, 256];
/** Two types may hold the same pixels: a size, and the double of the size half as large. */
const macSizes = { ic11: 32, ic12: 64, ic07: 128, ic13: 256, ic08: 256, ic14: 512, ic09: 512, ic10: 1024 };

mkdirSync(join(folder, "linux"), { recursive: true });
const write = (name: string, content: Buffer | string) => writeFileSync(join(folder, name), content);

write("icon.svg", mark);
write("icon.png", await tileOf(512));
write("tray.png", await tileOf(24));
write("tray@2x.png", await tileOf(48));
write("trayTemplate.png", await render(template, 16));
write("trayTemplate@2x.png", await render(doubleTemplate, 32));
for (const size of linuxSizes) write(`linux/${size}x${size}.png`, await tileOf(size));

const windowsImages = [];
for (const size of windowsSizes) windowsImages.push({ size, png: await tileOf(size) });
write("icon.ico", ico(windowsImages));

const macImages = [];
for (const [type, size] of Object.entries(macSizes)) macImages.push({ type, png: await render(macMark, size) });
write("icon.icns", icns(macImages));

await browser.close();
