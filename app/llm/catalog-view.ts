import type { CatalogModel, ModelFit } from "../contract/models.ts";
import { addressOf, type CatalogEntry, type OwnEntry, shapeOfEntry } from "./catalog.ts";
import { fitOf, type Memory, type ModelShape, recommend, runsWell } from "./fit.ts";

/** What is known of the machine, and of what is here already. */
export type CatalogState = {
  memory: Memory;
  /** In use; stands in for Hugging Face. */
  mirror: string | null;
  /** Paths by the id of the entry. */
  installed: ReadonlyMap<string, string>;
  /** Ids of downloads by the id of the entry. */
  downloads: ReadonlyMap<string, string>;
};

/** A fit as the window is told it. */
export function shownFit(shape: ModelShape, memory: Memory): ModelFit {
  const found = fitOf(shape, memory);
  return { ...found, layers: shape.layers, quick: runsWell(shape, found) };
}

/** The list of models as it is shown: the recommended one, the user's own, what runs well here, what runs, and
 * what does not. */
export function catalogView(
  shipped: readonly CatalogEntry[],
  own: readonly OwnEntry[],
  state: CatalogState,
): { models: CatalogModel[]; recommended: string | null } {
  const judged = shipped.map((entry) => {
    const shape = shapeOfEntry(entry);
    return { entry, shape, fit: shownFit(shape, state.memory) };
  });
  const best = recommend(judged);
  const rank = (item: (typeof judged)[number]): number => {
    if (item === best) return 0;
    if (item.fit.verdict === "no") return 3;
    return item.fit.quick ? 1 : 2;
  };
  const listed = judged.toSorted((a, b) => rank(a) - rank(b)).map(({ entry, fit }) => shippedModel(entry, fit, state));
  const owned = own.map((entry) => ownModel(entry, state));
  const first = best ? 1 : 0;
  return {
    models: [...listed.slice(0, first), ...owned, ...listed.slice(first)],
    recommended: best?.entry.id ?? null,
  };
}

function shippedModel(entry: CatalogEntry, modelFit: ModelFit, state: CatalogState): CatalogModel {
  const { repository, file, revision } = entry;
  const { id, name, parameters, quantisation, bytes, bytesAreExact, verified, licence, licenceUrl } = entry;
  const { languages, contextLength, thinks, goodFor } = entry;
  return {
    ...{ id, name, parameters, quantisation, bytes, bytesAreExact, verified, licence, licenceUrl },
    ...{ languages, contextLength, thinks, goodFor },
    own: false,
    source: { kind: "hub", repository, file },
    host: hostOf(addressOf({ kind: "hub", repository, file, revision }, state.mirror)),
    fit: modelFit,
    ...here(id, state),
  };
}

function ownModel({ id, name, source }: OwnEntry, state: CatalogState): CatalogModel {
  return {
    id,
    name,
    own: true,
    source: source.kind === "hub" ? { kind: "hub", repository: source.repository, file: source.file } : source,
    host: hostOf(addressOf(source, state.mirror)),
    parameters: null,
    quantisation: null,
    bytes: null,
    bytesAreExact: false,
    verified: "header",
    licence: null,
    licenceUrl: null,
    languages: [],
    contextLength: null,
    thinks: false,
    goodFor: null,
    fit: null,
    ...here(id, state),
  };
}

const here = (id: string, { installed, downloads }: CatalogState) => ({
  installedPath: installed.get(id) ?? null,
  downloadId: downloads.get(id) ?? null,
});

const hostOf = (address: string): string => new URL(address).hostname;
