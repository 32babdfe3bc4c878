import { createContext, type ReactNode, useContext, useMemo, useSyncExternalStore } from "react";
import type { Api } from "../../app/contract/index.ts";
import type { Connection, ConnectionState } from "./connection.ts";
import type { Host } from "./host.ts";
import { queries } from "./queries.ts";

const HostContext = createContext<Host | null>(null);

export function HostProvider({ host, children }: { host: Host; children: ReactNode }) {
  return <HostContext value={host}>{children}</HostContext>;
}

export function useHost(): Host {
  const host = useContext(HostContext);
  if (!host) throw new Error("No HostProvider above this component.");
  return host;
}

export const useConnection = (): Connection => useHost().connection;

export const useApi = (): Api => useConnection().api;

export function useQueries(): ReturnType<typeof queries> {
  const api = useApi();
  return useMemo(() => queries(api), [api]);
}

export function useConnectionState(): ConnectionState {
  const connection = useConnection();
  return useSyncExternalStore(
    (listener) => connection.subscribe(listener),
    () => connection.state(),
  );
}
