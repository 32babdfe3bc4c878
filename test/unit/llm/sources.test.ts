import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addressOf } from "../../../app/llm/catalog.ts";
import { judge, retryAfter } from "../../../app/llm/download/answer.ts";
import { backoffMs } from "../../../app/llm/download/backoff.ts";
import { Pace, secondsLeft } from "../../../app/llm/download/pace.ts";
import { mirrorOfEnvironment, OwnModels } from "../../../app/llm/own-models.ts";
import { requireSource, safeFileName } from "../../../app/llm/source-url.ts";

function ownModels(): { own: OwnModels; stored: () => unknown } {
  let value: unknown;
  let next = 0;
  const put = (given: unknown): void => {
    value = JSON.parse(JSON.stringify(given));
  };
  const own = new OwnModels({ get: () => value, put }, () => `${++next}`);
  return { own, stored: () => value };
}

describe("an address to download from", () => {
  test("is https, or this machine's own, without a password", () => {
    for (const good of [
      "https://huggingface.co/a/b/resolve/main/c.gguf",
      " https://example.org/x.gguf?token=1#part ",
      "http://127.0.0.1:8080/x.gguf",
      "http://localhost/x.gguf",
      "http://[::1]:9/x.gguf",
    ]) {
      expect(requireSource(good).hash).toBe("");
    }
    for (const bad of [
      "",
      "huggingface.co/a",
      "http://example.org/x.gguf",
      "http://127.0.0.1.example.org/x.gguf",
      "http://localhost.example.org/x",
      "https://me:secret@example.org/x.gguf",
      "https://me@example.org/x.gguf",
      "file:///etc/passwd",
      "ftp://example.org/x.gguf",
      "javascript:alert(1)",
      `https://example.org/${"x".repeat(3_000)}`,
    ]) {
      expect(() => requireSource(bad), bad).toThrow(expect.objectContaining({ code: "INVALID_INPUT" }));
    }
  });

  test("stands in for the hub where it is a mirror, and only there", () => {
    const { own } = ownModels();
    own.setMirror("https://mirror.example.org/hf/");
    expect(own.mirror).toBe("https://mirror.example.org/hf");
    const source = { kind: "hub", repository: "a/b", file: "sub dir/c+d.gguf", revision: "main" } as const;
    expect(addressOf(source, own.mirror)).toBe("https://mirror.example.org/hf/a/b/resolve/main/sub%20dir/c%2Bd.gguf");
    expect(addressOf(source, null)).toMatch(/^https:\/\/huggingface\.co\/a\/b\//);
    expect(addressOf({ kind: "url", url: "https://example.org/x.gguf" }, own.mirror)).toBe(
      "https://example.org/x.gguf",
    );
    expect(() => own.setMirror("http://example.org")).toThrow(expect.objectContaining({ code: "INVALID_INPUT" }));
    expect(() => own.setMirror("https://example.org/?x=1")).toThrow();
    own.setMirror(" ");
    expect(own.mirror).toBe(null);
    expect(mirrorOfEnvironment({ HF_ENDPOINT: "https://hf-mirror.example/" })).toBe("https://hf-mirror.example");
    expect(mirrorOfEnvironment({ HF_ENDPOINT: "nonsense" })).toBe(null);
    expect(mirrorOfEnvironment({})).toBe(null);
  });

  test("a file name that it gives is one that any file system takes", () => {
    expect(safeFileName("/a/b/Model-Q4_K_M.GGUF")).toBe("Model-Q4_K_M.gguf");
    expect(safeFileName("..%2f..%2fetc%2fpasswd.gguf")).toBe("passwd.gguf");
    expect(safeFileName("C:\\models\\con.gguf")).toBe("model-con.gguf");
    expect(safeFileName(".gguf")).toBe("model.gguf");
    expect(safeFileName("模型 量化.gguf")).toBe("模型 量化.gguf");
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.webPath()), (text) => {
        const name = safeFileName(text);
        expect(name).toMatch(/^[^/\\\p{Cc}<>:"|?*]+\.gguf$/u);
        expect(name).not.toMatch(/^[. ]|[. ]\.gguf$/);
        expect(Buffer.byteLength(name)).toBeLessThanOrEqual(165);
        expect(safeFileName(name)).toBe(name);
      }),
    );
  });
});

describe("the user's own models", () => {
  test("are added, changed and removed, and outlive what can't be read", () => {
    const { own } = ownModels();
    const id = own.add("", { kind: "hub", repository: "owner/name-GGUF", file: "Tiny-Q4_K_M.gguf" });
    expect(own.entries).toMatchObject([{ id, name: "Tiny-Q4_K_M", source: { revision: "main" } }]);
    own.edit(id, "Tiny", { kind: "url", url: "https://example.org/tiny.gguf" });
    expect(own.entries).toMatchObject([{ id, name: "Tiny", source: { kind: "url" } }]);
    own.remove(id);
    expect(own.entries).toEqual([]);
    expect(() => own.remove(id)).toThrow(expect.objectContaining({ code: "NOT_FOUND" }));
    const broken = new OwnModels({ get: () => ({ entries: "nonsense", mirror: 7 }), put: () => {} }, () => "x");
    expect([broken.entries, broken.mirror]).toEqual([[], null]);
  });

  test("that can't be downloaded are refused with a sentence, and nothing is kept", () => {
    const { own, stored } = ownModels();
    for (const [code, source] of [
      ["INVALID_INPUT", { kind: "hub", repository: "no-owner", file: "x.gguf" }],
      ["INVALID_INPUT", { kind: "hub", repository: "a/../b", file: "x.gguf" }],
      ["INVALID_INPUT", { kind: "hub", repository: "a/b", file: "../../x.gguf" }],
      ["INVALID_INPUT", { kind: "hub", repository: "a/b", file: "model.safetensors" }],
      ["INVALID_INPUT", { kind: "url", url: "http://example.org/x.gguf" }],
      ["INVALID_INPUT", { kind: "url", url: "https://example.org/model.bin" }],
      ["MODEL_UNSUPPORTED", { kind: "hub", repository: "a/b", file: "x-00001-of-00003.gguf" }],
      ["MODEL_UNSUPPORTED", { kind: "url", url: "https://example.org/x-00002-of-00003.gguf" }],
    ] as const) {
      expect(() => own.add("x", source), JSON.stringify(source)).toThrow(expect.objectContaining({ code }));
    }
    expect(stored()).toBe(undefined);
  });
});

describe("how answers are judged", () => {
  const begun = { from: 100, etag: '"a"', totalBytes: 1_000, expectedBytes: null };

  test("a part is taken only of the same file, from the right place", () => {
    const headers = { "content-range": "bytes 100-999/1000", etag: '"a"' };
    expect(judge(begun, 206, headers, "h", 0)).toMatchObject({ kind: "write", at: 100, totalBytes: 1_000 });
    expect(judge(begun, 206, { ...headers, etag: '"b"' }, "h", 0).kind).toBe("restart");
    expect(judge(begun, 206, { ...headers, "content-range": "bytes 100-998/999" }, "h", 0).kind).toBe("restart");
    expect(judge(begun, 206, { ...headers, "content-range": "bytes 99-999/1000" }, "h", 0).kind).toBe("restart");
    expect(judge(begun, 206, {}, "h", 0).kind).toBe("restart");
    expect(judge(begun, 200, { "content-length": "1000", etag: 'W/"a"' }, "h", 0)).toMatchObject({
      kind: "write",
      at: 0,
      etag: null,
    });
    expect(judge({ ...begun, from: 1_000 }, 416, { "content-range": "bytes */1000" }, "h", 0).kind).toBe("complete");
    expect(judge(begun, 416, { "content-range": "bytes */1000" }, "h", 0).kind).toBe("restart");
  });

  test("any answer at all comes to something", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 999 }),
        fc.dictionary(
          fc.constantFrom("etag", "content-range", "content-length", "retry-after", "content-type"),
          fc.string(),
        ),
        (status, headers) => {
          const { kind } = judge(begun, status, headers, "h", 0);
          expect(["write", "complete", "restart", "wait", "fail"]).toContain(kind);
          if (kind === "write") expect([200, 206]).toContain(status);
        },
      ),
    );
  });

  test("a pause is named in seconds or by a date", () => {
    expect(retryAfter("120", 0)).toBe(120_000);
    expect(retryAfter(new Date(90_000).toUTCString(), 60_000)).toBe(30_000);
    expect(retryAfter(new Date(0).toUTCString(), 60_000)).toBe(0);
    expect(retryAfter("soon", 0)).toBe(null);
    expect(retryAfter(undefined, 0)).toBe(null);
  });

  test("waits grow to a minute, half of them by chance, and never below what was asked for", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50 }),
        fc.option(fc.nat(1e6)),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (n, asked, random) => {
          const ms = backoffMs(n, asked, random);
          expect(ms).toBeGreaterThanOrEqual(Math.max(500, asked ?? 0));
          expect(ms).toBeLessThanOrEqual(Math.max(60_000, asked ?? 0));
        },
      ),
    );
  });

  test("speed is that of the last seconds, and the time left follows from it", () => {
    const pace = new Pace();
    for (let second = 0; second <= 20; second++)
      pace.note(second * 1_000, second < 10 ? second * 100 : 1_000 + (second - 10) * 500);
    expect(pace.bytesPerSecond(20_000, 6_000)).toBeCloseTo(500, 5);
    expect(secondsLeft(500, 6_000, 10_000)).toBe(8);
    expect(secondsLeft(null, 0, 1)).toBe(null);
    expect(secondsLeft(0, 0, 1)).toBe(null);
    pace.forget();
    expect(pace.bytesPerSecond(21_000, 6_000)).toBe(null);
  });
});
