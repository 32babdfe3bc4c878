import { findDate } from "../../language/dates.ts";
import { ownWords, sentencesOf } from "../../language/source-text.ts";
import type { ProposedIntent } from "../intent.ts";
import { findNamed, isUnder, type Named } from "./names.ts";
import { dateValue, readValue, type Said } from "./values.ts";

/** What a sentence asks of the tasks, read by rule. */
export type Command =
  | { does: "intents"; intents: ProposedIntent[] }
  /** Take back the last change. */
  | { does: "undo" }
  /** Say what is left to do, of everything or of one goal, or what the value of a detail is. */
  | { does: "show"; named: Named | null }
  /** Answer the open question: change it, or keep it. */
  | { does: "settle"; change: boolean }
  /** Several things fit what was said. */
  | { does: "unclear"; said: string; among: Named[] };

/** What commands are read against. */
export type Scene = Said & {
  /** Everything in open goals. */
  known: () => readonly Named[];
  /** The same of goals that are over, as far as they may be spoken of. */
  closed: () => readonly Named[];
  /** Path of the goal that is spoken of now, or null. */
  active: string | null;
  /** True where the reply before asked whether a value shall be changed. */
  asked: boolean;
};

/** Sentences that are read, characters of one that is a plain command, and of a label. */
const bounds = { sentences: 12, sentence: 400, label: 120 } as const;

const leadIn =
  /^(?:(?:please|ok(?:ay)?|so|now|and|then|also|hey|hi|ebb|well|right|alright|great|thanks|just|actually|can you|could you|would you|will you|i(?:'d| would) like (?:you )?to|i want (?:you )?to|let(?:'s| us)|we should)[\s,!]+)+/i;

/**
 * The commands in a message, in order; `whole` where it is nothing else. Only plain ones are read: what names nothing that there is
 * is no command but a new one to begin, so that "I'm done with my coffee" stays talk. Never throws, in linear time.
 */
export function readCommands(message: string, scene: Scene): { commands: Command[]; whole: boolean } {
  const sentences = sentencesOf(ownWords(message)).slice(0, bounds.sentences);
  const commands: Command[] = [];
  let others = 0;
  for (const { text, start, end } of sentences) {
    const command = text.length > bounds.sentence ? null : readSentence(text, message.slice(start, end), scene);
    if (command) commands.push(command);
    else others++;
  }
  return { commands, whole: commands.length > 0 && others === 0 };
}

function readSentence(sentence: string, quote: string, scene: Scene): Command | null {
  const text = sentence
    .replaceAll("’", "'")
    .replace(leadIn, "")
    .replace(/[\s,]*(?:please|thanks|thank you)?[.!?\s]*$/i, "")
    .trim();
  if (text === "" || text.includes("\uFFFC")) return null;
  for (const [pattern, read] of rules) {
    const match = pattern.exec(text);
    const command = match && read(match, scene, quote);
    if (command) return command;
  }
  return null;
}

type Rule = readonly [RegExp, (match: RegExpExecArray, scene: Scene, quote: string) => Command | null];

const list = "(?:my |the |our )?(?:to-?dos?(?: list)?|task list|list of tasks|tasks|list)";

/** The first that reads the sentence wins. */
const rules: readonly Rule[] = [
  [/^(?:undo|revert|take back|take) ?(?:that|it|this|the last (?:change|one|step)|back|that back|it back)?$/i, undo],
  [
    /^(?:yes|yeah|yep|sure|right|exactly|correct)?[, ]*(?:please )?(?:do )?(?:change|update|switch)(?: it| that| them| both)?(?: then| to that)?$/i,
    (_, scene) => (scene.asked ? { does: "settle", change: true } : null),
  ],
  [/^(?:yes|yeah|yep|sure|do it|go ahead)$/i, (_, scene) => (scene.asked ? { does: "settle", change: true } : null)],
  [
    /^(?:no|nope|nah)?[, ]*(?:(?:keep|leave|stay with|stick with)(?: it| that| them)?(?: as (?:it is|they are|is|before)| alone)?|no change)?$/i,
    (_, scene) => (scene.asked ? { does: "settle", change: false } : null),
  ],
  [
    /^(?:what(?:'s| is| are| have i| do (?:i|we) have| else is)? (?:still )?(?:left|open|to do|to be done|missing)(?: to (?:do|be done))?|what(?:'s| is) next|how far (?:am i|are we|along am i|along are we)|where (?:am i|are we)|what(?:'s| is) the (?:status|state))(?: (?:for|with|on|in|of|about) (.+))?$/i,
    show,
  ],
  [
    /^(?:what(?:'s| is| are) (?:on )?|show (?:me )?|list |tell me |give me )(?:all )?(?:my |the |our )?(?:open |current |remaining |unfinished )?(?:tasks?(?: list)?|to-?dos?(?: list)?|goals?|projects?)$/i,
    show,
  ],
  [/^(?:what|when|where|who|which|how much|how many)(?:'s| is| are| was)? (?:the |my |our )?(.+)$/i, tellValue],
  [
    /^(?:add|create|make|start|begin|open|new)(?: me)?(?: an?)?(?: new)? (?:task|goal|project|to-?do)(?: item)?(?:(?: called| named| for me)?(?: to)?|:| -)? (.+)$/i,
    ([, what = ""], scene, quote) => begin(what, scene, quote),
  ],
  [/^(?:to-?do|task|goal): ?(.+)$/i, ([, what = ""], scene, quote) => begin(what, scene, quote)],
  [
    new RegExp(`^(?:add|put) (.+?) (?:to|on|onto|in) ${list}$`, "i"),
    ([, what = ""], scene, quote) => begin(what, scene, quote),
  ],
  [/^(?:add|new|create)(?: an?)?(?: new)?(?: sub-?)?(?: ?step|task)?:? (.+?) (?:to|under|for|in|into) (.+)$/i, addTo],
  [
    /^(?:add|new|create)(?: an?)?(?: new)? (?:sub-?)?step:? (.+)$/i,
    ([, what = ""], scene, quote) => (scene.active === null ? null : partsUnder(scene.active, what, scene, quote)),
  ],
  [
    /^(?:i(?:'m| am)|we(?:'re| are))? ?(?:all )?(?:done|finished|through|ready) with (.+)$/i,
    ([, what = ""], scene, quote) => on("COMPLETE", what, scene, quote),
  ],
  [
    /^(?:i|we)(?:'ve| have)? (?:just |already |finally )?(?:done|did|finished|completed|ticked off) (.+?)(?: (?:already|today|now|yesterday))?$/i,
    ([, what = ""], scene, quote) => on("COMPLETE", what, scene, quote),
  ],
  [
    /^(?:mark|check|tick|cross) (.+?) (?:as )?(?:off|done|complete|completed|finished)$/i,
    ([, what = ""], scene, quote) => on("COMPLETE", what, scene, quote),
  ],
  [/^(?:check|tick|cross) off (.+)$/i, ([, what = ""], scene, quote) => on("COMPLETE", what, scene, quote)],
  [/^(?:complete|finish) (.+)$/i, ([, what = ""], scene, quote) => on("COMPLETE", what, scene, quote)],
  [
    /^(.+?) (?:is|are|has been|have been)(?: now| already| finally)? (?:done|finished|complete|completed)$/i,
    ([, what = ""], scene, quote) => on("COMPLETE", what, scene, quote),
  ],
  [/^what if (.+?) (?:is|are|was|were|would be|=) (.+)$/i, set("WHAT_IF")],
  [/^(?:roll back|go back on|revert) (.+)$/i, ([, what = ""], scene, quote) => on("ROLLBACK", what, scene, quote)],
  [
    /^(?:cancel|drop|abandon|call off|scrap|skip) (.+)$/i,
    ([, what = ""], scene, quote) => on("CANCEL", what, scene, quote),
  ],
  [
    /^(?:remove|delete|take out|take off|strike|cross out) (.+?)(?: (?:from|off|out of) (.+))?$/i,
    ([, what = "", from = ""], scene, quote) => on("REMOVE", what, scene, quote, from),
  ],
  [
    /^(?:restore|bring back|reinstate|put back|re-?open|keep) (.+?)(?: after all| again)?$/i,
    ([, what = ""], scene, quote) => on("RESTORE", what, scene, quote),
  ],
  [/^(?:set|change|move|switch|update|put|make) (.+?) (?:to|into|=|be) (.+)$/i, set("UPDATE")],
  [/^(.+?) (?:is|are|shall be|should be) (.+)$/i, set("NEW")],
];

function undo(_: RegExpExecArray, __: Scene): Command {
  return { does: "undo" };
}

function show([, of]: RegExpExecArray, scene: Scene): Command | null {
  if (of === undefined) return { does: "show", named: null };
  const meant = findNamed(of, open(scene), scene.active);
  if (!meant) return null;
  return "named" in meant ? { does: "show", named: meant.named } : { does: "unclear", said: of, among: meant.among };
}

/** A detail of the goal that is talked about, by its very name: elsewhere the question is one for the memory. */
function tellValue([, what = ""]: RegExpExecArray, scene: Scene): Command | null {
  const { active } = scene;
  if (active === null) return null;
  const slots = open(scene).filter(({ node, path }) => node.kind === "slot" && isUnder(path, active));
  const meant = onlyExact(what, slots, scene);
  return meant && "named" in meant ? { does: "show", named: meant.named } : null;
}

function begin(what: string, scene: Scene, quote: string): Command | null {
  const intents = beginGoal(what, scene).map((intent) => ({ ...intent, quote }));
  return intents.length > 0 ? { does: "intents", intents } : null;
}

/** The intents of a new goal in plain words: "by Friday" becomes its slot `due`. None where the words hold no name. */
export function beginGoal(words: string, said: Said): ProposedIntent[] {
  const { rest, due } = takeDue(words, said);
  const label = labelOf(rest);
  if (label === "") return [];
  const goal = { op: "NEW" as const, node: label, kind: "goal" as const };
  return due === null ? [goal] : [goal, { op: "NEW", node: `${label}/due`, kind: "slot", value: due }];
}

function addTo([, what = "", where = ""]: RegExpExecArray, scene: Scene, quote: string): Command | null {
  const meant = findNamed(where.replace(/\s+list$/i, ""), open(scene), scene.active);
  if (!meant) return null;
  if ("among" in meant) return { does: "unclear", said: where, among: meant.among };
  const { path, node } = meant.named;
  return node.kind === "slot" ? null : partsUnder(path, what, scene, quote);
}

/** "milk, eggs and bread" are three; "budget: 500" is a slot with its value. */
function partsUnder(path: string, what: string, scene: Scene, quote: string): Command | null {
  const slot = /^([^:]{1,60}):\s+(.+)$/.exec(what);
  if (slot) {
    const [, name = "", value = ""] = slot;
    const node = `${path}/${labelOf(name)}`;
    return { does: "intents", intents: [{ op: "NEW", node, kind: "slot", value: readValue(value, scene), quote }] };
  }
  const labels = what
    .split(/,\s*(?:and\s+)?|\s+and\s+/i)
    .map(labelOf)
    .filter((label) => label !== "");
  if (labels.length === 0) return null;
  return {
    does: "intents",
    intents: labels.map((label) => ({ op: "NEW", node: `${path}/${label}`, kind: "step", quote })),
  };
}

type ForNode = "COMPLETE" | "CANCEL" | "REMOVE" | "RESTORE" | "ROLLBACK";

/** The intent on what is named, if it is there and can be done with it. */
function on(op: ForNode, what: string, scene: Scene, quote: string, above = ""): Command | null {
  const within = above === "" ? null : findNamed(above, open(scene), null);
  if (above !== "" && !within) return null;
  const near = within && "named" in within ? within.named.path : scene.active;
  const known = scene.known();
  const ids = new Set(known.map(({ node }) => node.id));
  const closed = op === "RESTORE" ? scene.closed().filter(({ node }) => !ids.has(node.id)) : [];
  const able = [...known, ...closed].filter(
    ({ standing, node }) =>
      (op === "RESTORE" ? standing !== "open" : standing === "open" || (op === "REMOVE" && standing === "finished")) &&
      !(op === "COMPLETE" && node.kind === "slot"),
  );
  const meant = findNamed(what, able, near);
  if (!meant) return null;
  if ("among" in meant) return { does: "unclear", said: what, among: meant.among };
  return { does: "intents", intents: [{ op, node: meant.named.path, quote }] };
}

/** Gives a slot that there is a value, asks what if, or (NEW) states a value, which contradicts another one. */
function set(op: "UPDATE" | "WHAT_IF" | "NEW") {
  return ([, what = "", words = ""]: RegExpExecArray, scene: Scene, quote: string): Command | null => {
    const slots = open(scene).filter(({ node }) => node.kind === "slot");
    // A mere statement may be about anything: there it must be the slot's very name.
    const meant = op === "NEW" ? onlyExact(what, slots, scene) : findNamed(what, slots, scene.active);
    if (!meant) return null;
    if ("among" in meant) return { does: "unclear", said: what, among: meant.among };
    const { node, path } = meant.named;
    const value = readValue(words, scene, node.value === null ? null : String(node.value));
    return { does: "intents", intents: [{ op, node: path, value, quote, ...(op === "NEW" && { kind: "slot" }) }] };
  };
}

function onlyExact(what: string, slots: readonly Named[], scene: Scene): ReturnType<typeof findNamed> {
  const name = labelOf(what).toLowerCase();
  return findNamed(
    what,
    slots.filter(({ node }) => node.label.toLowerCase() === name),
    scene.active,
  );
}

const open = ({ known }: Scene): Named[] => known().filter(({ standing }) => standing === "open");

function takeDue(what: string, scene: Said): { rest: string; due: string | null } {
  const found = findDate(what, scene.at, scene.zone, "future");
  const due =
    found && /^(?:by|until|till|before|due|on|for)\b/i.test(found.words.trim()) ? dateValue(found, scene.zone) : null;
  if (!found || due === null) return { rest: what, due: null };
  const rest = `${what.slice(0, found.index)} ${what.slice(found.index + found.words.length)}`;
  return labelOf(rest) === "" ? { rest: what, due: null } : { rest, due };
}

/** Words as a label: without article, quotation marks, slashes and end marks. */
function labelOf(words: string): string {
  return words
    .replaceAll(/["“”/\n]+/g, " ")
    .replace(/^(?:\s|to |the |an? |my )+/i, "")
    .replaceAll(/\s+/g, " ")
    .replace(/[\s.,;:!?-]+$/, "")
    .trim()
    .slice(0, bounds.label)
    .trim();
}
