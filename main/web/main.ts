import "../node-guard.ts";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { defaultFolder } from "../../app/storage/folder.ts";
import { commandOf } from "../command.ts";
import { bundledEmbedder } from "../engine/resources.ts";
import { type HandOver, handOver } from "./hand-over.ts";
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

const help = `npm start -- [--quick-ask | --hidden] [--no-window] [--web]

  --quick-ask  open only the small window for one question; bind this to a key of your desktop
  --hidden     open no window yet, and go on running when the last one is closed
  --no-window  print addresses, open nothing
  --web        use the web host even where Electron is there`;

function sayRunning({ shown }: HandOver): void {
  say(
    `Ebb is running already; ${shown ? "its window is open now" : "it has printed the address where you started it"}.`,
  );
}

async function main(): Promise<void> {
  if (values.help) {
    say(help);
    return;
  }
  const folder = defaultFolder();
  const command = commandOf(process.argv.slice(2));
  const other = command === "hidden" ? null : await handOver(folder, command);
  if (other) return sayRunning(other);
  const host = await startHost({
    folder,
    files: join(import.meta.dirname, "../renderer"),
    inferenceEntry: join(import.meta.dirname, "inference.js"),
    embedderFolder: bundledEmbedder(import.meta.dirname),
    checkEntry: join(import.meta.dirname, "check-worker.js"),
    indexEntry: join(import.meta.dirname, "index-worker.js"),
    command,
    window: values["no-window"] !== true,
    say,
  });
  if (host === "taken") {
    if (command === "hidden") return say("Ebb is running already.");
    // Two starts at the same moment: the other one answers as soon as it is up.
    for (let attempt = 0; attempt < 10; attempt += 1) {
      const first = await handOver(folder, command);
      if (first) return sayRunning(first);
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
