import { registerHooks } from "node:module";

/**
 * Before it loads its binary, node-llama-cpp forks a process to see whether that would crash. This process exists to take
 * that crash, and an Electron utility process cannot fork: the test is answered without being made. Import this first.
 */
registerHooks({
  load(url, context, nextLoad) {
    if (!url.endsWith("/node-llama-cpp/dist/bindings/utils/testBindingBinary.js")) return nextLoad(url, context);
    const source = "export async function testBindingBinary() { return true; }";
    return { format: "module", shortCircuit: true, source };
  },
});
