import "./styles.css";
import { type ReactNode, useMemo } from "react";
import { Router } from "wouter";
import { useConnectionState, useHost } from "./client/context.tsx";
import { ChatSession } from "./client/session.tsx";
import { startPage } from "./client/start.tsx";
import { ChosenTheme } from "./client/theme.tsx";
import { QuickView } from "./features/quick/quick-view.tsx";
import { useShortcuts } from "./features/quick/shortcuts.ts";
import { Refused, Stopped } from "./shell/full-page.tsx";
import { ExternalLinkProvider } from "./ui/external-link.tsx";
import { ToastProvider, toastFailure } from "./ui/toast.tsx";

/** The quick-ask page: one question at a time. Every link leads to the main window, because this page has one view only. */
function Quick() {
  const host = useHost();
  const useMainWindow = useMemo(() => {
    const go = (route: string) => void host.showMain(route).catch(toastFailure);
    const location: [string, (route: string) => void] = ["/", go];
    return Object.assign(() => location, { hrefs: (route: string) => `./#${route}` });
  }, [host]);
  return (
    <Router hook={useMainWindow}>
      <ToastProvider>
        <ExternalLinkProvider>
          <ChatSession origin="quick">
            <ChosenTheme />
            <Gate>
              <QuickView />
            </Gate>
          </ChatSession>
        </ExternalLinkProvider>
      </ToastProvider>
    </Router>
  );
}

function Gate({ children }: { children: ReactNode }) {
  const connection = useConnectionState();
  if (connection === "refused" || connection === "stopped") {
    return <Blocked>{connection === "refused" ? <Refused /> : <Stopped />}</Blocked>;
  }
  return children;
}

/** Whatever there is to show, Esc puts the window away. */
function Blocked({ children }: { children: ReactNode }) {
  useShortcuts({ dismiss: useHost().dismiss });
  return children;
}

startPage(<Quick />);
