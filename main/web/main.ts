import "../node-guard.ts";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { defaultFolder } from "../../app/storage/folder.ts";
import { handOver } from "./hand-over.ts";
import { startHost } from "./host.ts";

// Whatever Ebb writes is for this user's eyes only.
process.umask(0o077);

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const { values } = parseArgs({
  options: {
    /** Prints the address instead of opening a window. */
    "no-window": { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
  strict: false,
});

async function main(): Promise<void> {
  if (values.help) {
    say(
      "npm start -- [--web] [--no-window]\n\n  --web        use the web host even where Electron is there\n  --no-window  print the address, open nothing",
    );
    return;
  }
  const folder = defaultFolder();
  if (await handOver(folder, "open")) return say("Ebb is running already; its window is open now.");
  const host = await startHost({
    folder,
    files: join(import.meta.dirname, "../renderer"),
    inferenceEntry: join(import.meta.dirname, "inference.js"),
    checkEntry: join(import.meta.dirname, "check-worker.js"),
    window: values["no-window"] !== true,
    say,
  });
  if (host === "taken") {
    // Two starts at the same moment: the other one answers as soon as it is up.
    for (let attempt = 0; attempt < 10; attempt += 1) {
      if (await handOver(folder, "open")) return say("Ebb is running already; its window is open now.");
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    say(`Another program is using Ebb's data folder ${folder}. End it, then start Ebb again.`);
    process.exitCode = 1;
    return;
  }
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => void host.quit());
  await host.ended;
}

await main();
process.exit();
