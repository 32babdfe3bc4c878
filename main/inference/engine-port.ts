import type { CarrierPort } from "../transport/carrier.ts";
import { channelPort } from "../transport/child-process.ts";
import { portCarrier } from "../transport/message-port.ts";

/**
 * The port to the engine that had this process started: the first that a desktop host hands over, or the channel of the
 * process that forked it. The process ends with it: nobody else could ever end it.
 */
export async function enginePort(): Promise<CarrierPort> {
  const port = process.parentPort ? await handedOver(process.parentPort) : forked();
  // Not `exit`, which waits for what llama.cpp is computing.
  port.on("close", () => process.kill(process.pid, "SIGKILL"));
  return port;
}

function handedOver(host: Electron.ParentPort): Promise<CarrierPort> {
  return new Promise((resolve) => {
    host.once("message", ({ ports: [port] }) => {
      if (port) resolve(portCarrier(port, "server"));
    });
  });
}

function forked(): CarrierPort {
  if (process.send === undefined) {
    process.stderr.write("The inference process is started by Ebb, not by hand.\n");
    process.exit(1);
  }
  return channelPort(process, "server");
}
