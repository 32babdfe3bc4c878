import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Machine } from "./port.ts";

const order = ["cuda", "metal", "vulkan", "cpu"] as const;

/** What there is to run models on, as the system lists it: no driver is loaded, which could bring the process down. */
export async function inspectMachine(): Promise<Machine> {
  const { getLlamaGpuTypes, getModuleVersion } = await import("node-llama-cpp");
  const [types, version, gpus] = await Promise.all([getLlamaGpuTypes("supported"), getModuleVersion(), listGpus()]);
  const supported = new Set<string>(types.map((type) => type || "cpu")).add("cpu");
  const { platform, arch } = process;
  const parts = [platform, arch, cpus()[0]?.model ?? "", `${totalmem()}`, version, [...supported].join(), ...gpus];
  return {
    backends: order.filter((backend) => supported.has(backend)),
    signature: createHash("sha256").update(parts.join("\n")).digest("base64url").slice(0, 22),
  };
}

/** A line for each graphics card and for the version of its driver. A Mac's is told by the model of its processor. */
async function listGpus(): Promise<string[]> {
  if (process.platform === "linux") return listOnLinux();
  if (process.platform === "win32") return listOnWindows();
  return [];
}

async function listOnLinux(): Promise<string[]> {
  const text = (path: string) => readFile(path, "utf8").catch(() => "");
  const devices = "/sys/bus/pci/devices";
  const found = await readdir(devices).catch(() => []);
  const lines = await Promise.all(
    found.toSorted().map(async (slot) => {
      const of = (part: string) => text(join(devices, slot, part));
      const [kind, vendor, device] = await Promise.all([of("class"), of("vendor"), of("device")]);
      // 0x03 is a display controller.
      return kind.startsWith("0x03") ? [`${slot} ${vendor.trim()} ${device.trim()}`] : [];
    }),
  );
  return [...lines.flat(), await text("/proc/driver/nvidia/version")];
}

async function listOnWindows(): Promise<string[]> {
  const reg = join(process.env.SystemRoot ?? "C:\\Windows", "System32", "reg.exe");
  const displays = "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Class\\{4d36e968-e325-11ce-bfc1-08002be10318}";
  const ask = (value: string) =>
    promisify(execFile)(reg, ["query", displays, "/s", "/v", value], { timeout: 2_000, windowsHide: true }).then(
      ({ stdout }) => stdout.trim(),
      () => "",
    );
  return Promise.all([ask("DriverDesc"), ask("DriverVersion")]);
}
