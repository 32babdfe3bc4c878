import type { implement } from "@orpc/server";
import { browseFolder, chatFiles, expandHome } from "../browse.ts";
import type { contract } from "../contract/index.ts";
import type { Engine } from "../engine.ts";
import { toApiError } from "./errors.ts";

type Implementer = ReturnType<typeof implement<typeof contract>>["transfer"];

/** What taking everything out, and bringing in what is elsewhere, asks for. */
export function transferHandlers(api: Implementer, engine: Engine) {
  return {
    exportAll: api.exportAll.handler(({ input, signal }) =>
      typed(engine.session.exports.write(expandHome(input.folder), input.format, signal), engine.status.dataFolder),
    ),
    importFile: api.importFile.handler(({ input, signal }) =>
      typed(engine.session.imports.importFile(expandHome(input.path), signal), engine.status.dataFolder),
    ),
    browse: api.browse.handler(({ input }) => browseFolder(input.folder, chatFiles)),
  };
}

/** What fails in the middle of a stream no longer passes the router's own translation of errors. */
async function* typed<T>(events: AsyncGenerator<T>, folder: string): AsyncGenerator<T> {
  try {
    yield* events;
  } catch (error) {
    throw toApiError(error, folder);
  }
}
