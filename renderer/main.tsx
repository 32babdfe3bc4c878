import "./styles.css";
import { CSPProvider } from "@base-ui/react/csp-provider";
import { QueryClientProvider } from "@tanstack/react-query";
import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";
import { connect } from "./client/connect.ts";
import { ConnectionProvider } from "./client/context.tsx";
import { createQueryClient, followEvents } from "./client/events.ts";
import { applyLastTheme } from "./client/theme.ts";

applyLastTheme();
const connection = connect();
const cache = createQueryClient();
void followEvents(connection, cache);

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root.");
createRoot(root).render(
  // The content security policy lets no component write a <style> element of its own.
  <CSPProvider disableStyleElements>
    <QueryClientProvider client={cache}>
      <ConnectionProvider connection={connection}>
        <App />
      </ConnectionProvider>
    </QueryClientProvider>
  </CSPProvider>,
);
