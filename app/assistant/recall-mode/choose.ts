import type { Recalled } from "../../memory/recall/recall.ts";
import { asksPast } from "./question.ts";

/** At most so many memories are quoted in one answer. */
const quoted = 3;
/** Of the best one's score; what scores less is another matter. */
const closeTo = 0.7;

const stopWords = new Set("a an the at in on to of for my me i and or is are".split(" "));

const words = (text: string): string[] =>
  text
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "" && !stopWords.has(word));

/**
 * The memories that answer the question, best first: one matter, as it is now, or as it was where the past is asked for. One good
 * answer is worth more than three of which two are beside the point.
 */
export function chooseAnswers(question: string, recalled: readonly Recalled[]): Recalled[] {
  const past = asksPast(question);
  const current = recalled.filter((item) => item.memory?.status !== "superseded");
  const former = recalled.filter((item) => item.memory?.status === "superseded");
  const inTime = past && former.length > 0 ? former : current;
  const fitting = inCircumstance(question, inTime);
  const best = fitting[0];
  if (!best) return [];
  return fitting
    .filter((item) => item.score >= closeTo * best.score && item.source === best.source && sameMatter(item, best))
    .slice(0, quoted);
}

/** Where the question names a circumstance ("at work"), what holds in another one is left out. */
function inCircumstance(question: string, recalled: readonly Recalled[]): readonly Recalled[] {
  const asked = new Set(words(question));
  const contextOf = (item: Recalled): string[] => words(item.memory?.context ?? "");
  const named = recalled.filter((item) => {
    const context = contextOf(item);
    return context.length > 0 && context.every((word) => asked.has(word));
  });
  if (named.length === 0) return recalled;
  return recalled
    .filter((item) => contextOf(item).length === 0 || named.includes(item))
    .sort((a, b) => Number(named.includes(b)) - Number(named.includes(a)) || b.score - a.score);
}

/** Memories about different people or things are not one answer; turns stand each for itself. */
function sameMatter(item: Recalled, best: Recalled): boolean {
  if (!item.memory || !best.memory) return true;
  const about = (subject: string): string => subject.split(" ").at(-1) ?? subject;
  return about(item.memory.subject) === about(best.memory.subject) && item.memory.kind === best.memory.kind;
}
