import type { OutboundRequest } from "./storage/outbound.ts";
import type { Vault } from "./vault.ts";

/** Notes a request as it goes out; returns what takes the bytes that came back. @throws a STORAGE_ error: then nothing is to be asked */
export function noteRequest(vault: Vault, request: Omit<OutboundRequest, "bytes">): (bytes: number) => void {
  const seq = vault.write(() => vault.outbound.begin(request));
  return (bytes) => {
    try {
      vault.write(() => vault.outbound.setBytes(seq, bytes));
    } catch {
      // A full disk, or a request that the end of Ebb cut short: that it was made stands there.
    }
  };
}
