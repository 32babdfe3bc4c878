import type { implement } from "@orpc/server";
import type { contract } from "../contract/index.ts";
import type { Engine } from "../engine.ts";

type Implementer = ReturnType<typeof implement<typeof contract>>["models"];

/** What the list of models, downloads and installed files ask for. */
export function modelsHandlers(api: Implementer, engine: Engine) {
  const library = () => engine.session.modelFiles;
  return {
    catalog: api.catalog.handler(() => library().catalog()),
    addEntry: api.addEntry.handler(({ input }) => library().addEntry(input.name, input.source)),
    editEntry: api.editEntry.handler(({ input }) => library().editEntry(input.id, input.name, input.source)),
    removeEntry: api.removeEntry.handler(({ input }) => library().removeEntry(input.id)),
    setMirror: api.setMirror.handler(({ input }) => library().setMirror(input.address)),
    downloads: api.downloads.handler(() => library().downloads()),
    download: api.download.handler(({ input }) => library().download(input.entryId, input.use)),
    copy: api.copy.handler(({ input }) => library().copy(input.path, input.use)),
    pause: api.pause.handler(({ input }) => library().pause(input.id)),
    resume: api.resume.handler(({ input }) => library().resume(input.id)),
    cancel: api.cancel.handler(({ input }) => library().cancel(input.id)),
    installed: api.installed.handler(() => library().installed()),
    remove: api.remove.handler(({ input }) => library().remove(input.path)),
    test: api.test.handler(() => library().test()),
    outbound: api.outbound.handler(() => library().outbound()),
  };
}
