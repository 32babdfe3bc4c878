import { QueryClient } from "@tanstack/react-query";
import type { SystemEvent } from "../../app/contract/index.ts";
import type { Connection } from "./connection.ts";

/** A cache that is right until an event says otherwise: nothing is asked again on focus, on mount or by the clock. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: Number.POSITIVE_INFINITY,
        retry: false,
        networkMode: "always",
        refetchOnWindowFocus: false,
        refetchOnReconnect: false,
      },
      mutations: { retry: false, networkMode: "always" },
    },
  });
}

const pause = 500;

/** Keeps the cache fresh by the engine's events for as long as the window lives. */
export async function followEvents(connection: Connection, cache: QueryClient): Promise<never> {
  for (let first = true; ; first = false) {
    await connection.opened();
    // What happened while nobody listened is not told again; at the start, only what failed must be asked again.
    void cache.invalidateQueries(first ? { predicate: ({ state }) => state.status === "error" } : {});
    try {
      for await (const event of await connection.api.system.events()) apply(event, cache);
    } catch {
      // The bar over the window shows a lost connection; a broken stream is opened again below.
    }
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

function apply(event: SystemEvent, cache: QueryClient): void {
  const queryKey = event.type === "conversation" ? ["conversation", event.id] : [event.type];
  void cache.invalidateQueries({ queryKey });
  if (["status", "settings", "reminders", "models"].includes(event.type)) return;
  // What was asked is offered again only for as long as it is stored.
  void cache.invalidateQueries({ queryKey: ["recent"] });
  // What stands under messages names memories and tasks, and goes or changes with them.
  if (event.type === "memories" || event.type === "tasks") {
    void cache.invalidateQueries({ queryKey: ["conversation"] });
  }
  // What is forgotten, or brought in, may be a reminder's or a task's.
  void cache.invalidateQueries({ queryKey: ["reminders"] });
  if (event.type === "memories" || event.type === "conversations")
    void cache.invalidateQueries({ queryKey: ["tasks"] });
}
