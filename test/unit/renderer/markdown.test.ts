import { describe, expect, test } from "vitest";
import { safeAddress } from "../../../renderer/ui/external-link.tsx";
import { keepMarks, splitBlocks } from "../../../renderer/ui/markdown/blocks.ts";
import { rehypeCitations, rehypeNoImages } from "../../../renderer/ui/markdown/tree.ts";

describe("cutting a streamed reply into blocks", () => {
  test("loses nothing and keeps fences and lists whole", () => {
    const text = "Intro.\n\n- one\n\n  more of one\n- two\n\n```js\na\n\nb\n```\n\nEnd.";
    const blocks = splitBlocks(text);
    expect(blocks.join("\n\n").replace(/\n+/g, "\n")).toBe(text.replace(/\n+/g, "\n"));
    expect(blocks.length).toBeGreaterThan(1);
    expect(blocks.find((block) => block.includes("```"))?.trim()).toBe("```js\na\n\nb\n```");
    expect(blocks.find((block) => block.includes("- one"))).toContain("- two");
  });

  test("keeps a text with link definitions whole", () => {
    expect(splitBlocks("See [x].\n\n[x]: http://example.com")).toHaveLength(1);
    expect(keepMarks("[m1]: you said")).toBe("\\[m1]: you said");
  });
});

const text = (value: string) => ({ type: "text", value });
const element = (tagName: string, children: object[], properties = {}) => ({
  type: "element",
  tagName,
  children,
  properties,
});

describe("citations", () => {
  test("become links, in code they stay text, and unknown ones stay text", () => {
    const tree = { type: "root", children: [element("p", [text("Yes [m1], [m9].")]), element("code", [text("[m1]")])] };
    rehypeCitations(new Set(["m1"]))()(tree as never);
    const json = JSON.stringify(tree);
    expect(json.match(/dataMark/g)).toHaveLength(1);
    expect(json).toContain("[m9]");
    expect(json).toContain('"value":"[m1]"');
  });
});

test("an image becomes a link that names it", () => {
  const tree = { type: "root", children: [element("img", [], { src: "http://x.invalid/p.png", alt: "cat" })] };
  rehypeNoImages()(tree as never);
  expect(JSON.stringify(tree)).not.toContain('"img"');
  expect(JSON.stringify(tree)).toContain("image: cat (http://x.invalid/p.png)");
});

test("only web and mail addresses may be offered to open", () => {
  for (const bad of [
    "javascript:alert(1)",
    " javascript:alert(1)",
    "data:text/html,x",
    "file:///etc/passwd",
    "vbscript:x",
    "/relative",
    "ebb://x",
    "blob:http://x/1",
  ]) {
    expect(safeAddress(bad), bad).toBeNull();
  }
  expect(safeAddress("https://example.com/a b")).toBe("https://example.com/a%20b");
  expect(safeAddress("mailto:ada@example.com")).toBe("mailto:ada@example.com");
});
