/** Entry of the inference process: runs the language model, and may be killed at any time. */
import "./llama-hook.ts";
import { RPCHandler } from "@orpc/server/message-port";
import { inferenceRouter } from "../../app/llm/inference-server.ts";
import { LlamaGenerator } from "../../app/llm/llama.ts";
import { enginePort } from "./engine-port.ts";

if (Number(process.versions.napi) < 10) {
  process.stderr.write(`Ebb needs Node.js 24 or newer; this is ${process.version}.\n`);
  process.exit(1);
}

new RPCHandler(inferenceRouter(new LlamaGenerator())).upgrade(await enginePort());
