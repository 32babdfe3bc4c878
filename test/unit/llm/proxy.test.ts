import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { afterEach, expect, onTestFinished, test, vi } from "vitest";
import { ask } from "../../../app/llm/download/request.ts";

afterEach(() => vi.unstubAllEnvs());

/** A certificate for a host of the test's own, trusted until the test ends. Null where there is no openssl. */
function certificate(host: string): { key: string; cert: string } | null {
  const folder = mkdtempSync(join(tmpdir(), "ebb-tls-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const [keyFile, certFile] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", keyFile];
  const about = ["-subj", `/CN=${host}`, "-addext", `subjectAltName=DNS:${host}`, "-days", "2", "-out", certFile];
  if (spawnSync("openssl", ["req", "-x509", ...key, ...about]).status !== 0) return null;
  const cert = readFileSync(certFile, "utf8");
  const before = getCACertificates("default");
  setDefaultCACertificates([...before, cert]);
  onTestFinished(() => setDefaultCACertificates(before));
  return { key: readFileSync(keyFile, "utf8"), cert };
}

async function listening(server: { listen: (port: number, host: string, then: () => void) => unknown }): Promise<void> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
}

test("https goes through HTTPS_PROXY, and past it for the hosts of NO_PROXY; nothing else leaves", async (context) => {
  const host = "models.example";
  const pair = certificate(host);
  if (!pair) return context.skip("there is no openssl here");
  const origin = createTlsServer(pair, (request, response) => response.end(`served ${request.url}`));
  await listening(origin);
  onTestFinished(() => void origin.close());
  const { port } = origin.address() as AddressInfo;

  const tunnels: string[] = [];
  const proxy = createServer((_request, response) => response.writeHead(405).end());
  proxy.on("connect", (request, client) => {
    tunnels.push(request.url ?? "");
    const upstream = connect(port, "127.0.0.1", () => {
      client.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      upstream.pipe(client).pipe(upstream);
    });
    for (const socket of [client, upstream]) socket.on("error", () => undefined);
  });
  await listening(proxy);
  onTestFinished(() => void proxy.close());

  vi.stubEnv("HTTPS_PROXY", `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`);
  vi.stubEnv("NO_PROXY", "");
  const options = { headers: {}, signal: AbortSignal.timeout(10_000), patienceMs: 5_000, onRequest: () => {} };
  const answer = await ask(new URL(`https://${host}/model.gguf`), options);
  let body = "";
  for await (const chunk of answer.body) body += String(chunk);
  expect(answer.status).toBe(200);
  expect(body).toBe("served /model.gguf");
  expect(tunnels).toEqual([`${host}:443`]);

  vi.stubEnv("NO_PROXY", host);
  await expect(ask(new URL(`https://${host}/model.gguf`), options)).rejects.toMatchObject({
    code: "DOWNLOAD_UNREACHABLE",
  });
  expect(tunnels.length).toBe(1);

  vi.stubEnv("NO_PROXY", "");
  vi.stubEnv("HTTPS_PROXY", "not an address");
  await expect(ask(new URL(`https://${host}/model.gguf`), options)).rejects.toMatchObject({
    code: "DOWNLOAD_UNREACHABLE",
  });
});
