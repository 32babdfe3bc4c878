import { parentPort, workerData } from "node:worker_threads";
import { z } from "zod";
import { findFaults } from "../../app/storage/check.ts";

// Reads the whole database page by page, which may take seconds, so it has a thread of its own.
parentPort?.postMessage(findFaults(z.string().parse(workerData)));
