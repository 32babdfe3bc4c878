import { type CarrierPort, channelPort } from "../transport/child-process.ts";

/** The port to the engine that started this process. The process ends with it: nobody else could ever end it. */
export function enginePort(): CarrierPort {
  if (process.send === undefined) {
    process.stderr.write("The inference process is started by Ebb, not by hand.\n");
    process.exit(1);
  }
  const port = channelPort(process, "server");
  // Not `exit`, which waits for what llama.cpp is computing.
  port.on("close", () => process.kill(process.pid, "SIGKILL"));
  return port;
}
