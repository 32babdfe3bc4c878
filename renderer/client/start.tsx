import { CSPProvider } from "@base-ui/react/csp-provider";
import { QueryClientProvider } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { createRoot } from "react-dom/client";
import { connect } from "./connect.ts";
import { HostProvider } from "./context.tsx";
import { createQueryClient, followEvents } from "./events.ts";
import { applyLastTheme } from "./theme.tsx";

/** Connects the page to the engine and shows it. Called once, by the entry of each page. */
export function startPage(page: ReactNode): void {
  applyLastTheme();
  const host = connect();
  const cache = createQueryClient();
  void followEvents(host.connection, cache);

  const root = document.getElementById("root");
  if (!root) throw new Error("The page has no #root.");
  createRoot(root).render(
    // The content security policy lets no component write a <style> element of its own.
    <CSPProvider disableStyleElements>
      <QueryClientProvider client={cache}>
        <HostProvider host={host}>{page}</HostProvider>
      </QueryClientProvider>
    </CSPProvider>,
  );
}
