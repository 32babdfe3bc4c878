import { createContext, type ReactNode, useContext, useMemo, useSyncExternalStore } from "react";
import type { Api } from "../../app/contract/index.ts";
import type { Connection, ConnectionState } from "./connection.ts";
import { queries } from "./queries.ts";

const ConnectionContext = createContext<Connection | null>(null);

export function ConnectionProvider({ connection, children }: { connection: Connection; children: ReactNode }) {
  return <ConnectionContext value={connection}>{children}</ConnectionContext>;
}

export function useConnection(): Connection {
  const connection = useContext(ConnectionContext);
  if (!connection) throw new Error("No ConnectionProvider above this component.");
  return connection;
}

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
