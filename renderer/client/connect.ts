import type { Connection } from "./connection.ts";
import { connectWeb } from "./web.ts";

/** Opens the line to the engine over the carrier of this host. The rest of the window cannot tell which one it is. */
export function connect(): Connection {
  return connectWeb();
}
