import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, onTestFinished, test, vi } from "vitest";
import { listModels } from "../../../../app/llm/remote/model.ts";

afterEach(() => {
  vi.unstubAllEnvs();
});

const quick = { connect: 1_000, firstByte: 1_000, idle: 1_000 };

function list(base: string, host: string, noted: string[] = []): Promise<unknown> {
  const onRequest = (asked: string) => {
    noted.push(asked);
    return () => undefined;
  };
  return listModels(base, host, "key", { onRequest, patience: quick }, new AbortController().signal);
}

test("https goes through the proxy of the environment, which is shown the host and not the key", async () => {
  const seen: string[] = [];
  const proxy = createServer();
  proxy.on("connect", (request, socket) => {
    seen.push(`${request.method} ${request.url} ${JSON.stringify(request.headers)}`);
    socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => new Promise<void>((resolve) => proxy.close(() => resolve())));
  vi.stubEnv("HTTPS_PROXY", `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`);
  vi.stubEnv("NO_PROXY", undefined);
  vi.stubEnv("no_proxy", undefined);
  await expect(list("https://models.example.org/v1", "models.example.org")).rejects.toMatchObject({
    code: "REMOTE_UNREACHABLE",
  });
  expect(seen).toHaveLength(1);
  expect(seen[0]).toContain("CONNECT models.example.org:443");
  expect(seen[0]).not.toContain("Bearer");
});

test("http goes no further than the own network, whatever a name stands for", async () => {
  const dns = await import("node:dns");
  const real = dns.lookup;
  const lookup = ((_host: string, _options: object, done: (error: null, found: object[]) => void) =>
    done(null, [{ address: "203.0.113.7", family: 4 }])) as unknown as typeof real;
  const { syncBuiltinESMExports } = await import("node:module");
  dns.default.lookup = lookup;
  syncBuiltinESMExports();
  onTestFinished(() => {
    dns.default.lookup = real;
    syncBuiltinESMExports();
  });
  const noted: string[] = [];
  await expect(list("http://gpu-box:8000/v1", "gpu-box:8000", noted)).rejects.toMatchObject({
    code: "REMOTE_UNREACHABLE",
    message: "gpu-box:8000 is not in your own network.",
  });
  expect(noted).toEqual(["gpu-box:8000"]);
});

test("an answer of any size is read up to a bound", async () => {
  const server = createServer((_request, response) => {
    response.on("error", () => undefined);
    response.writeHead(200, { "content-type": "application/json" });
    const more = (): void => {
      while (!response.destroyed && response.write("x".repeat(65_536)));
    };
    response.on("drain", more);
    more();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  await expect(list(`http://${host}/v1`, host)).rejects.toMatchObject({ code: "REMOTE_FAILED" });
});
