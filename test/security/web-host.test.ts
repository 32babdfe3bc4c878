import { readFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { limits } from "../../app/contract/index.ts";
import { closeCodes } from "../../main/web/socket.ts";
import { connectClient, knock, startTestHost, temporaryFolder } from "../fixtures/web-host.ts";

type Answer = { status: number; headers: Record<string, string | string[] | undefined>; body: string };

/** A request with exactly this path and these headers: no client tidies them up. */
function ask(port: number, path: string, headers: Record<string, string> = {}, method = "GET"): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const call = request({ host: "127.0.0.1", port, path, method, headers }, (response) => {
      let body = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        body += chunk;
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
    });
    call.on("error", reject);
    call.end();
  });
}

const call = (id: string, path: string, body: unknown = {}): string =>
  JSON.stringify({ i: id, p: { u: `/${path}`, b: { json: body, meta: [] } } });

describe("the socket", () => {
  test("answers nothing without a secret", async () => {
    const { port } = await startTestHost();
    const silent = await knock(port, [], { ms: 400 });
    expect(silent.frames).toEqual([]);
    const eager = await knock(port, [call("1", "system/status")]);
    expect(eager).toMatchObject({ frames: [], code: closeCodes.wrongSecret });
  });

  test("closes on a wrong secret, whatever its shape, and carries out no command with it", async () => {
    const { port, secret } = await startTestHost();
    const wrong = [
      "0".repeat(64),
      "",
      secret.slice(1),
      `${secret}0`,
      secret.toUpperCase(),
      null,
      1,
      {},
      [secret],
      true,
    ];
    for (const guess of wrong) {
      const heard = await knock(port, [
        JSON.stringify({ secret: guess, command: { name: "open" } }),
        call("1", "system/status"),
      ]);
      expect(heard).toMatchObject({ frames: [], code: closeCodes.wrongSecret });
    }
  });

  test("carries out a command only in its own shape, and none that leads elsewhere", async () => {
    const { port, secret } = await startTestHost();
    const malformed = [
      "open",
      null,
      1,
      [],
      {},
      { name: "quit" },
      { name: "open", route: "https://example.com" },
      { name: "open", route: "//example.com/x?y" },
      { name: "open", route: "/c/1&secret=0" },
      { name: "open", route: "/c/1#x" },
      { name: "open", route: `/${"a".repeat(201)}` },
      { name: "open", route: ["/"] },
    ];
    for (const command of malformed) {
      const heard = await knock(port, [JSON.stringify({ secret, command }), call("1", "system/status")]);
      expect(heard, JSON.stringify(command)).toMatchObject({ frames: [], code: closeCodes.malformed });
    }
    for (const command of [{ name: "open" }, { name: "open", route: "/c/1" }, { name: "quick-ask" }]) {
      const heard = await knock(port, [JSON.stringify({ secret, command }), call("1", "system/status")]);
      // Without a window it is told so, and the socket that brought a command serves nothing else.
      expect(heard).toMatchObject({ frames: ['{"ok":true,"shown":false}'], code: 1000 });
    }
  });

  test("refuses the secret of an earlier launch", async () => {
    const folder = temporaryFolder();
    const first = await startTestHost(folder);
    await first.host.quit();
    const second = await startTestHost(folder);
    expect(second.port).toBe(first.port);
    expect(second.secret).not.toBe(first.secret);
    const heard = await knock(second.port, [JSON.stringify({ secret: first.secret })]);
    expect(heard).toMatchObject({ frames: [], code: closeCodes.wrongSecret });
  });

  test("refuses pages of other sites and requests that name another host", async () => {
    const { port, secret } = await startTestHost();
    const greeting = [JSON.stringify({ secret })];
    const origins = [
      "https://example.com",
      "null",
      `http://127.0.0.1:${port + 1}`,
      `https://127.0.0.1:${port}`,
      `http://127.0.0.1:${port}.example.com`,
      "",
    ];
    for (const origin of origins) {
      expect(await knock(port, greeting, { origin })).toMatchObject({ frames: [], status: 403 });
    }
    for (const host of ["example.com", `example.com:${port}`, "127.0.0.1", `[::1]:${port}`]) {
      expect(await knock(port, greeting, { host })).toMatchObject({ frames: [], status: 403 });
    }
    expect(await knock(port, greeting, { path: "/other" })).toMatchObject({ frames: [], status: 403 });
    expect((await knock(port, greeting)).frames).toHaveLength(1);
  });

  test("ends on malformed and oversized frames, and the next window is served as ever", async () => {
    const { port, secret } = await startTestHost();
    const greeting = JSON.stringify({ secret });
    const malformed = [
      "",
      "{",
      "null",
      "[]",
      '{"i":"1"}',
      '{"i":"1","p":null}',
      '{"i":1,"t":99,"p":{"u":"/x"}}',
      '{"i":"1","p":{"u":"http://example.com/x"}}',
      Buffer.from([0xff, 0xfe, 0]),
    ];
    for (const frame of malformed) {
      const heard = await knock(port, [greeting, frame], { ms: 300 });
      expect(heard.frames[0]).toContain('"ok":true');
      expect(heard.frames.slice(1).join(""), String(frame)).not.toMatch(/dataFolder/);
    }
    const huge = await knock(port, [greeting, Buffer.alloc(limits.frameBytes + 1)], { ms: 20_000 });
    expect(huge.code).toBe(1009);
    const { api, socket } = await connectClient({ port, secret });
    expect((await api.system.status()).storage.status).toBe("ready");
    socket.close();
  });

  test("knows no procedure outside of the contract", async () => {
    const { port, secret } = await startTestHost();
    for (const path of ["__proto__/toString", "constructor", "system/__proto__", "system", "", "system/status/extra"]) {
      const heard = await knock(port, [JSON.stringify({ secret }), call("1", path)], { ms: 300 });
      expect(heard.frames.slice(1).join(""), path).not.toContain("dataFolder");
      if (heard.code === null) expect(heard.frames[1], path).toContain("UNKNOWN_PROCEDURE");
    }
  });

  test("holds no more than a few strangers at a time", async () => {
    const { port, secret } = await startTestHost();
    const crowd = await Promise.all(Array.from({ length: 30 }, () => knock(port, [], { ms: 700 })));
    expect(crowd.filter((heard) => heard.status === 503).length).toBeGreaterThan(0);
    expect((await knock(port, [JSON.stringify({ secret })])).frames).toHaveLength(1);
  });

  test("is not blocked by handshakes that are no good", async () => {
    const { port, secret } = await startTestHost();
    const bad = { upgrade: "websocket", connection: "Upgrade", origin: `http://127.0.0.1:${port}` };
    for (let i = 0; i < 40; i += 1) {
      expect((await ask(port, "/socket", { ...bad, host: `127.0.0.1:${port}` })).status).toBe(400);
    }
    expect((await knock(port, [JSON.stringify({ secret })])).frames).toHaveLength(1);
  });
});

describe("the file server", () => {
  test("serves the page with a policy that lets nothing from elsewhere in", async () => {
    const { port } = await startTestHost();
    for (const [path, title] of [
      ["/", "<title>Ebb</title>"],
      ["/quick.html", "<title>Ask Ebb</title>"],
    ] as const) {
      const page = await ask(port, path, { host: `127.0.0.1:${port}` });
      expect(page.status).toBe(200);
      expect(page.body).toContain(title);
      expect(page.body).not.toMatch(/<script(?![^>]*src=)|<style|style=/);
      const policy = String(page.headers["content-security-policy"]);
      expect(policy).toMatch(/default-src 'none'/);
      expect(policy).not.toMatch(/unsafe|https?:|\*/);
      expect(page.headers["x-content-type-options"]).toBe("nosniff");
      expect(page.headers["referrer-policy"]).toBe("no-referrer");
    }
  });

  test("serves nothing from outside the built window", async () => {
    const { port, folder } = await startTestHost();
    const host = { host: `127.0.0.1:${port}` };
    const paths = [
      "/../main/web.js",
      "/..%2fmain/web.js",
      "/%2e%2e/main/web.js",
      "/..\\main\\web.js",
      "//etc/passwd",
      "/assets/../../main/web.js",
      `/${join(folder, "ebb.db")}`,
      "/%00",
      "/%",
      "/.stamp",
      "/web.json",
      `/${"a/".repeat(5_000)}`,
    ];
    for (const path of paths) {
      const answer = await ask(port, path, host);
      expect(answer.status, path).toBeGreaterThanOrEqual(400);
      expect(answer.body).toBe("");
    }
  });

  test("refuses a foreign Host, a foreign Origin and every method but GET and HEAD", async () => {
    const { port } = await startTestHost();
    expect((await ask(port, "/", { host: "example.com" })).status).toBe(403);
    expect((await ask(port, "/", { host: `example.com:${port}` })).status).toBe(403);
    expect((await ask(port, "/", { host: `127.0.0.1:${port}`, origin: "https://example.com" })).status).toBe(403);
    for (const method of ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"]) {
      expect((await ask(port, "/", { host: `127.0.0.1:${port}` }, method)).status).toBe(405);
    }
  });

  test("listens on the loopback address only", async () => {
    const { port } = await startTestHost();
    const listening = readFileSync("/proc/net/tcp", "utf8")
      .split("\n")
      .map((line) => line.trim().split(/\s+/));
    const ours = listening.filter(
      (row) => row[3] === "0A" && Number.parseInt(row[1]?.split(":")[1] ?? "", 16) === port,
    );
    expect(ours.map((row) => row[1]?.split(":")[0])).toEqual(["0100007F"]);
  });
});
