import { fork } from "node:child_process";
import { createORPCClient } from "@orpc/client";
import { RPCLink } from "@orpc/client/message-port";
import type { ContractRouterClient } from "@orpc/contract";
import type { embedderContract } from "../../app/embed/contract.ts";
import type { inferenceContract } from "../../app/llm/inference-contract.ts";
import type { CarrierPort } from "../transport/carrier.ts";
import { channelPort } from "../transport/child-process.ts";

/** What every such process can be asked; each is used for one of the two. */
export type InferenceClient = ContractRouterClient<typeof inferenceContract & { embedder: typeof embedderContract }>;

/** A started process, by whatever means the host starts one. */
export type InferenceProcess = {
  port: CarrierPort;
  /** At once, without asking. */
  kill(): void;
  /** Resolves when it is gone. */
  exited: Promise<void>;
};

/** Starts the script at `entry` as a Node process. Its output goes nowhere: llama.cpp's may hold parts of a prompt. */
export function forkInference(entry: string): InferenceProcess {
  const child = fork(entry, [], {
    serialization: "advanced",
    stdio: ["ignore", "ignore", "ignore", "ipc"],
    execArgv: [],
  });
  const exited = new Promise<void>((resolve) => {
    child.once("exit", () => resolve());
    child.once("error", () => resolve());
  });
  return { port: channelPort(child, "client"), kill: () => void child.kill("SIGKILL"), exited };
}

/** The process as the engine talks to it. `onClose` is called before pending calls fail. */
export function connect(process: InferenceProcess, onClose: () => void): InferenceClient {
  process.port.on("close", onClose);
  return createORPCClient(new RPCLink({ port: process.port }));
}
