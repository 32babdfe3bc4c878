import { useQuery } from "@tanstack/react-query";
import { type ComponentType, lazy, type ReactNode, Suspense } from "react";
import { Route, Router, Switch } from "wouter";
import { useHashLocation } from "wouter/use-hash-location";
import { useConnectionState, useQueries } from "./client/context.tsx";
import { IncognitoChat } from "./client/incognito.tsx";
import { ChatSession } from "./client/session.tsx";
import { ChosenTheme } from "./client/theme.tsx";
import { ChatView } from "./features/chat/chat-view.tsx";
import { IncognitoView } from "./features/chat/incognito-view.tsx";
import { Refused, Stopped, Unanswered } from "./shell/full-page.tsx";
import { Shell } from "./shell/shell.tsx";
import { StorageUnavailable } from "./shell/storage-unavailable.tsx";
import { ExternalLinkProvider } from "./ui/external-link.tsx";
import { Spinner } from "./ui/spinner.tsx";
import { ToastProvider } from "./ui/toast.tsx";

const MemoryView = later(() => import("./features/memory/memory-view.tsx").then((module) => module.MemoryView));
const ModelsView = later(() => import("./features/models/models-view.tsx").then((module) => module.ModelsView));
const TasksView = later(() => import("./features/tasks/view.tsx").then((module) => module.TasksView));
const SettingsView = later(() => import("./features/settings/settings-view.tsx").then((module) => module.SettingsView));

function later<Props>(load: () => Promise<ComponentType<Props>>) {
  return lazy(async () => ({ default: await load() }));
}

export function App() {
  return (
    <Router hook={useHashLocation}>
      <ToastProvider>
        <ExternalLinkProvider>
          <ChatSession origin="chat">
            <ChosenTheme />
            <IncognitoChat>
              <Gate>
                <Shell>
                  <Suspense fallback={<Spinner />}>
                    <Views />
                  </Suspense>
                </Shell>
              </Gate>
            </IncognitoChat>
          </ChatSession>
        </ExternalLinkProvider>
      </ToastProvider>
    </Router>
  );
}

function Views() {
  return (
    <Switch>
      <Route path="/c/:id/m/:message">{({ id, message }) => <ChatView conversationId={id} target={message} />}</Route>
      <Route path="/c/:id">{({ id }) => <ChatView conversationId={id} target={null} />}</Route>
      <Route path="/incognito/:id">{({ id }) => <IncognitoView id={id} />}</Route>
      <Route path="/memory/:id?">{({ id }) => <MemoryView id={id ?? null} />}</Route>
      <Route path="/tasks/:goal?/:node?">
        {({ goal, node }) => <TasksView goal={goal ?? null} node={node ?? null} />}
      </Route>
      <Route path="/models">
        <ModelsView />
      </Route>
      <Route path="/settings">
        <SettingsView />
      </Route>
      <Route>
        <ChatView conversationId={null} target={null} />
      </Route>
    </Switch>
  );
}

/** Shows the app, or the page that says why there is none to show. */
function Gate({ children }: { children: ReactNode }) {
  const connection = useConnectionState();
  const { data } = useQuery(useQueries().status());
  if (connection === "refused") return <Refused />;
  if (connection === "stopped") return <Stopped />;
  if (connection === "lost" && !data) return <Unanswered />;
  if (data?.storage.status === "unavailable") {
    return <StorageUnavailable storage={data.storage} dataFolder={data.dataFolder} />;
  }
  return children;
}
