import { type Graph, isFinished, isPresent, nodesOf, type TaskNode } from "../graph.ts";

/** A node as people speak of it. */
export type Named = {
  node: TaskNode;
  /** Labels from the root goal on, joined by "/": how an intent names it. */
  path: string;
  /** `gone` where it was removed or cancelled, or a goal above it was. */
  standing: "open" | "finished" | "gone";
};

/** The nodes of a graph as people speak of them, at most `limit` of them, those of the newest goals first; constraints are left out. */
export function namedIn(graph: Graph, limit: number): Named[] {
  const found: Named[] = [];
  const roots = nodesOf(graph, graph.children.get("")).sort((a, b) => b.updatedAt - a.updatedAt);
  const walk = (node: TaskNode, above: string, gone: boolean): void => {
    if (found.length >= limit || node.kind === "constraint") return;
    const isGone = gone || !isPresent(node);
    const path = above === "" ? node.label : `${above}/${node.label}`;
    found.push({ node, path, standing: isGone ? "gone" : isFinished(node) ? "finished" : "open" });
    for (const part of nodesOf(graph, graph.children.get(node.id))) walk(part, path, isGone);
  };
  for (const root of roots) walk(root, "", false);
  return found;
}

/** What a phrase names: one node, several that fit equally well, or none. */
export type Meant = { named: Named } | { among: Named[] } | null;

const filler = new Set(
  "a an the my our your this that these those some of for to in on at with and it please".split(" "),
);

/** Verbs with which tasks begin: "book flight" is spoken of as "the flight", and "the book" is something else. */
const verbs = new Set(
  `plan book buy call get make find write send pay fix clean organise organize arrange schedule prepare visit renew file read finish
  order pick return check update create build learn start choose move water cook wash paint repair cancel sign submit print pack do go
  take bring ask tell talk meet reserve apply register hire rent sell draft review test install set sort tidy mow feed walk bake study
  practise practice collect drop fetch post mail email phone text contact follow replace compare research decide book`.split(
    /\s+/,
  ),
);

/** Lower-cased words of a phrase without accents; those that tell nothing apart are left out where others remain. */
export function tellingWords(phrase: string): string[] {
  const words =
    phrase
      .toLowerCase()
      .normalize("NFKD")
      .replaceAll(/\p{M}+/gu, "")
      .match(/[\p{L}\p{N}]+/gu) ?? [];
  const telling = words.filter((word) => !filler.has(word)).map(singular);
  return telling.length > 0 ? telling : words;
}

const singular = (word: string): string =>
  word.length > 3 && word.endsWith("s") && !/(?:ss|us|is)$/.test(word) ? word.slice(0, -1) : word;

/**
 * Which of the nodes a phrase such as "the flight of the trip" names: the one whose label it says, or whose label and path have
 * all its words. The node that fits with fewest words of its own goes first; `near` (a path) breaks ties for what lies under it.
 */
export function findNamed(phrase: string, nodes: readonly Named[], near: string | null): Meant {
  const said = new Set(tellingWords(phrase));
  if (said.size === 0) return null;
  let best: { fit: number; all: Named[] } = { fit: 0, all: [] };
  for (const named of nodes) {
    const fit = fitOf(said, named) + (near !== null && isUnder(named.path, near) ? 0.05 : 0);
    if (fit < 0.5) continue;
    if (fit > best.fit + 1e-9) best = { fit, all: [named] };
    else if (fit > best.fit - 1e-9) best.all.push(named);
  }
  const [only, ...others] = best.all;
  if (!only) return null;
  return others.length === 0 ? { named: only } : { among: best.all };
}

/** The words of a label by which people speak of it: the verb counts only where there is no thing. */
export function thingWords(label: string): string[] {
  const words = tellingWords(label);
  const [first = "", ...rest] = words;
  return rest.length > 0 && verbs.has(first) ? rest : words;
}

/** 1 where the phrase is the label; less the more words only one of them has; 0 where it has a word that is in no label of the path. */
function fitOf(said: ReadonlySet<string>, { node, path }: Named): number {
  const [first = ""] = tellingWords(node.label);
  const own = new Set(thingWords(node.label));
  const above = new Set(tellingWords(path.slice(0, path.lastIndexOf("/") + 1)));
  let shared = 0;
  let strange = 0;
  for (const word of said) {
    if (own.has(word)) shared++;
    else if (!above.has(word) && word !== first) strange++;
  }
  if (shared === 0 || strange > 0) return 0;
  return shared / own.size - 0.01 * Math.max(0, said.size - shared);
}

/** True for the node at `above` itself and all below it. */
export function isUnder(path: string, above: string): boolean {
  return path === above || path.startsWith(`${above}/`);
}
