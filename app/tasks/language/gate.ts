import { isUnder, type Named, tellingWords, thingWords } from "./names.ts";

/** Characters of a turn that are looked at. */
const readChars = 2_000;

const planning =
  /\b(?:plan(?:ning)?|organi[sz]e|arrange|schedule|prepare|book(?:ing)?|set up|sort out|task|to-?dos?|project|goal|steps?|deadline|due|checklist|list|cart|basket|itinerary|agenda|budget|errands?|milestones?|help me (?:\w+ ){0,2}(?:plan|organi[sz]e|make|build|write|find|choose|decide|buy|get|move|learn))\b/i;
const changing =
  /\b(?:instead|rather|actually|after all|change|changed|switch|swap|replace|remove|drop|cancel|skip|add|put|take (?:out|off)|undo|go back|revert|keep|done|finished|complete[d]?|booked|bought|postpone|move (?:it|that|the)|make it|let'?s|no longer|not any ?more|what if|suppose|start over|left to do|what'?s left|what'?s next|mark)\b/i;

/**
 * Whether a turn may touch the tasks, so that the model is asked what it means for them; it is asked of each turn that goes on about a
 * goal, where nearly anything may be an answer. `talked` are the paths of goals that the last turns of this conversation touched. A
 * turn that is let through in vain costs one short answer of the model; one that is held back changes nothing.
 */
export function mayTouchTasks(turn: string, known: readonly Named[], talked: readonly string[]): boolean {
  const text = turn.slice(0, readChars);
  if (!/[\p{L}\p{N}]/u.test(text)) return false;
  if (
    talked.length > 0 &&
    known.some(({ path, standing }) => standing === "open" && talked.some((goal) => isUnder(path, goal)))
  ) {
    return true;
  }
  if (planning.test(text)) return true;
  const words = new Set(tellingWords(text));
  const named = known.some(
    ({ node, standing }) => standing === "open" && thingWords(node.label).every((word) => words.has(word)),
  );
  if (named) return true;
  return changing.test(text) && known.some(({ node }) => thingWords(node.label).some((word) => words.has(word)));
}
