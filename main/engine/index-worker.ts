import { setPriority } from "node:os";
import { parentPort, workerData } from "node:worker_threads";
import { indexTask, workOnIndex } from "../../app/storage/index-build.ts";

// Takes seconds to minutes, so it has a thread of its own; only on Linux does a thread have a priority of its own.
if (process.platform === "linux") setPriority(0, 10);
parentPort?.postMessage(workOnIndex(indexTask.parse(workerData)));
