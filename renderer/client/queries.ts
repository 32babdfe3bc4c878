import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import type { Api, MemoryKind, MemoryStatus } from "../../app/contract/index.ts";

/** What a list of memories is narrowed to. */
export interface MemoryFilter {
  query: string;
  kind: MemoryKind | null;
  status: MemoryStatus | "all";
  pinned: boolean;
}

/** The files that a folder is looked through for. */
export type FileKind = "model" | "embedder" | "chats" | "folders";

const page = 100;
const hour = 3_600_000;

interface Page {
  items: unknown[];
  total: number;
}

function nextOffset(_last: Page, pages: Page[]): number | undefined {
  const loaded = pages.reduce((sum, { items }) => sum + items.length, 0);
  return loaded < (pages.at(-1)?.total ?? 0) && pages.at(-1)?.items.length !== 0 ? loaded : undefined;
}

/** Everything the window reads, each under the key by which an event names it. */
export const queries = (api: Api) => ({
  status: () =>
    queryOptions({
      queryKey: ["status"],
      queryFn: ({ signal }) => api.system.status(undefined, { signal }),
      // Events say that the state changed; how far a model has come only asking tells.
      refetchInterval: ({ state }) => (state.data?.model.status === "loading" ? 400 : false),
    }),
  /** The list of models to choose from, and whether they run here. */
  catalog: () =>
    queryOptions({
      queryKey: ["models", "catalog"],
      queryFn: ({ signal }) => api.models.catalog(undefined, { signal }),
    }),
  /** Models on their way. */
  downloads: () =>
    queryOptions({
      queryKey: ["models", "downloads"],
      queryFn: ({ signal }) => api.models.downloads(undefined, { signal }),
      // Events say that the state changed; how much has arrived only asking tells.
      refetchInterval: ({ state }) => (state.data?.some((each) => each.state === "running") ? 500 : false),
    }),
  /** Models on this computer. */
  installed: () =>
    queryOptions({
      queryKey: ["models", "installed"],
      queryFn: ({ signal }) => api.models.installed(undefined, { signal }),
    }),
  /** The model on another computer, if one is set up. */
  remote: () =>
    queryOptions({
      queryKey: ["models", "remote"],
      queryFn: ({ signal }) => api.remote.state(undefined, { signal }),
    }),
  /** What Ebb has asked of others. */
  outbound: () =>
    queryOptions({
      queryKey: ["models", "outbound"],
      queryFn: ({ signal }) => api.models.outbound(undefined, { signal }),
      // Of a request no event tells.
      staleTime: 0,
    }),
  /** How a model writes. */
  modelSettings: (path: string) =>
    queryOptions({
      queryKey: ["models", "settings", path],
      queryFn: ({ signal }) => api.model.settings({ path }, { signal }),
    }),
  settings: () =>
    queryOptions({
      queryKey: ["settings"],
      queryFn: ({ signal }) => api.system.settings(undefined, { signal }),
    }),
  conversations: (query: string) =>
    infiniteQueryOptions({
      queryKey: ["conversations", query],
      queryFn: ({ signal, pageParam }) =>
        api.conversations.list({ limit: page, offset: pageParam, ...(query ? { query } : {}) }, { signal }),
      initialPageParam: 0,
      getNextPageParam: nextOffset,
    }),
  conversation: (id: string) =>
    queryOptions({
      queryKey: ["conversation", id],
      queryFn: ({ signal }) => api.conversations.get({ id }, { signal }),
    }),
  explanation: (replyId: string) =>
    queryOptions({
      // Goes stale with the conversation: retrying and erasing change it.
      queryKey: ["conversation", "explanation", replyId],
      queryFn: ({ signal }) => api.chat.explain({ replyId }, { signal }),
    }),
  memories: (filter: MemoryFilter) =>
    infiniteQueryOptions({
      queryKey: ["memories", "list", filter],
      queryFn: ({ signal, pageParam }) =>
        api.memories.list(
          {
            status: filter.status,
            limit: page,
            offset: pageParam,
            ...(filter.query ? { query: filter.query } : {}),
            ...(filter.kind ? { kind: filter.kind } : {}),
            ...(filter.pinned ? { pinned: true } : {}),
          },
          { signal },
        ),
      initialPageParam: 0,
      getNextPageParam: nextOffset,
    }),
  memory: (id: string) =>
    queryOptions({
      queryKey: ["memories", "one", id],
      queryFn: ({ signal }) => api.memories.get({ id }, { signal }),
    }),
  /** What was tidied up last. */
  tidied: () =>
    queryOptions({
      queryKey: ["memories", "tidied"],
      queryFn: ({ signal }) => api.memories.tidied(undefined, { signal }),
    }),
  /** What the user likes and avoids. */
  preferences: () =>
    queryOptions({
      queryKey: ["memories", "preferences"],
      queryFn: ({ signal }) => api.memories.preferences(undefined, { signal }),
    }),
  /** Those that are open, and those done lately. */
  reminders: () =>
    queryOptions({
      queryKey: ["reminders"],
      queryFn: ({ signal }) => api.reminders.list(undefined, { signal }),
    }),
  /** Goals of their own: those that are open, or those that are over. */
  goals: (over: boolean) =>
    infiniteQueryOptions({
      queryKey: ["tasks", "goals", over],
      queryFn: ({ signal, pageParam }) => api.tasks.goals({ over, limit: page, offset: pageParam }, { signal }),
      initialPageParam: 0,
      getNextPageParam: nextOffset,
    }),
  /** A goal and all beneath it. */
  outline: (id: string, gone: boolean) =>
    queryOptions({
      queryKey: ["tasks", "outline", id, gone],
      queryFn: ({ signal }) => api.tasks.outline({ id, gone }, { signal }),
    }),
  taskHistory: (id: string) =>
    queryOptions({
      queryKey: ["tasks", "history", id],
      queryFn: ({ signal }) => api.tasks.history({ id }, { signal }),
    }),
  /** What is asked about tasks. */
  taskQuestions: () =>
    queryOptions({
      queryKey: ["tasks", "questions"],
      queryFn: ({ signal }) => api.tasks.questions(undefined, { signal }),
    }),
  /** The memory to ask "Still true?" about, if any. */
  question: () =>
    queryOptions({
      queryKey: ["memories", "question"],
      queryFn: ({ signal }) => api.memories.question(undefined, { signal }),
      // Doubt comes with time alone, of which no event tells.
      staleTime: hour,
    }),
  /** What was asked last in quick-ask. */
  recent: () =>
    queryOptions({
      queryKey: ["recent"],
      queryFn: ({ signal }) => api.chat.recent({}, { signal }),
    }),
  folder: (wanted: FileKind, folder: string | null) =>
    queryOptions({
      queryKey: ["folder", wanted, folder],
      queryFn: ({ signal }) => {
        const browse = { model: api.model, embedder: api.embedder, chats: api.transfer, folders: api.transfer }[wanted]
          .browse;
        return browse(folder === null ? {} : { folder }, { signal });
      },
      // A folder tells nobody when it changes.
      staleTime: 0,
    }),
});
