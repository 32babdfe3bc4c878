import { fork } from "node:child_process";
import { afterEach, expect, test } from "vitest";
import { connect } from "../../../main/engine/inference-process.ts";
import { channelPort } from "../../../main/transport/child-process.ts";
import { inferenceEntry } from "../../fixtures/inference.ts";

const child = () =>
  fork(inferenceEntry, [], { serialization: "advanced", execArgv: [], stdio: ["ignore", "pipe", "pipe", "ipc"] });
let running = child();
afterEach(() => {
  running.kill("SIGKILL");
  running = child();
});

function client(onClose = () => {}) {
  const exited = new Promise<void>((resolve) => running.once("exit", () => resolve()));
  return connect({ port: channelPort(running, "client"), kill: () => running.kill("SIGKILL"), exited }, onClose);
}

test("malformed messages neither end the process nor show up in its output", async () => {
  let output = "";
  for (const stream of [running.stdout, running.stderr]) stream?.on("data", (chunk) => (output += chunk));
  const api = client();
  await api.ping();
  const secret = "my-secret-diary";
  const frames: unknown[] = [
    secret,
    `{"i":"${secret}`,
    "null",
    "[]",
    `{"i":1,"p":{"u":"/ping"}}`,
    `{"i":"a"}`,
    `{"i":"a","p":null}`,
    `{"i":"a","p":{"u":7}}`,
    `{"i":"a","p":{"u":"http://[bad"}}`,
    `{"i":"a","p":{"u":"/ping","h":{"content-type":"multipart/form-data; boundary=x"},"b":"${secret}"}}`,
    `{"i":"a","p":{"u":"/ping","h":{"content-disposition":"attachment; filename*=utf-8''%ff"}}}`,
    `{"i":"a","p":{"u":"/ping","h":7}}`,
    `{"i":"a","t":3}`,
    `{"i":"a","t":9,"p":{}}`,
    `{"i":"a","p":{"u":"/no/such/procedure","b":{"json":"${secret}"}}}`,
    `{"i":"b","p":{"u":"/generate","b":{"json":{"id":"${secret}"}}}}`,
    `{"i":"c","p":{"u":"/generate","b":"${secret}"}}`,
    { i: "a" },
    new Map([["a", secret]]),
    12,
    new Uint8Array([123, 255]),
  ];
  for (const frame of frames) running.send(frame as string);
  expect(await api.ping()).toEqual({ pid: running.pid });
  expect(running.exitCode).toBeNull();
  expect(output).toBe("");
}, 30_000);

test("the end of the process fails pending and later calls at once", async () => {
  let closed = 0;
  const api = client(() => closed++);
  await api.ping();
  running.kill("SIGSTOP");
  const pending = api.ping();
  const begun = performance.now();
  running.kill("SIGKILL");
  await expect(pending).rejects.toThrow();
  expect(performance.now() - begun).toBeLessThan(1_000);
  await expect(api.ping()).rejects.toThrow();
  expect(closed).toBe(1);
}, 30_000);

test("a process that cannot be started closes the port", async () => {
  const broken = fork("/no/such/script.mjs", [], { execPath: "/no/such/node", execArgv: [], stdio: "ignore" });
  const port = channelPort(broken, "client");
  await new Promise<void>((resolve) => port.on("close", () => resolve()));
  expect(() => port.postMessage("{}")).toThrow();
}, 30_000);
