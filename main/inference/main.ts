/** Entry of the inference processes: one runs the language model, one the embedder. Each may be killed at any time. */
import "./llama-hook.ts";
import { RPCHandler } from "@orpc/server/message-port";
import { OnnxEmbedder } from "../../app/embed/onnx.ts";
import { embedderRouter } from "../../app/embed/server.ts";
import { inferenceRouter } from "../../app/llm/inference-server.ts";
import { LlamaGenerator } from "../../app/llm/llama.ts";
import { enginePort } from "./engine-port.ts";

if (Number(process.versions.napi) < 10) {
  process.stderr.write(`Ebb needs Node.js 24 or newer; this is ${process.version}.\n`);
  process.exit(1);
}

const router = { ...inferenceRouter(new LlamaGenerator()), embedder: embedderRouter(new OnnxEmbedder()) };
new RPCHandler(router).upgrade(await enginePort());
