import { EbbError } from "../contract/errors.ts";
import type { ChatTurn, EarlierTurns } from "./port.ts";

/** Smaller contexts hold no useful conversation; larger ones than the maximum are a mistake, and kill llama.cpp. */
const contextBounds = { min: 64, max: 1_048_576 } as const;

const defaultContextSize = 8_192;

/** The context size to ask for. @throws EbbError INVALID_INPUT for a size that cannot be meant */
export function chooseContextSize(requested: number | undefined, trained: number): number {
  const wanted = requested ?? defaultContextSize;
  if (!Number.isInteger(wanted) || wanted < contextBounds.min || wanted > contextBounds.max) {
    const range = `${contextBounds.min} and ${contextBounds.max}`;
    throw new EbbError("INVALID_INPUT", `A context of ${wanted} tokens is not possible.`, `Choose between ${range}.`);
  }
  return Math.min(wanted, trained);
}

export type FittedHistory = {
  turns: readonly ChatTurn[];
  /** Turns left out at the beginning. */
  droppedTurns: number;
  promptTokens: number;
  /** Tokens that the reply may take. */
  replyTokens: number;
};

/**
 * Leaves out the oldest exchanges until the prompt leaves room for a reply: `maxTokens`, or a quarter of the context if
 * that is less. `measure` counts the tokens of the whole rendered prompt.
 *
 * It is called with few more turns than fit, since measuring a whole long conversation would take long. The cut moves in
 * steps of a quarter of what fits, so that the prompt keeps its beginning, and the model its memory of it, over several calls.
 * @throws EbbError CONTEXT_OVERFLOW if the last turn alone is too long
 */
export function fitHistory(
  history: readonly ChatTurn[],
  contextSize: number,
  maxTokens: number,
  measure: (turns: readonly ChatTurn[]) => number,
): FittedHistory {
  const budget = contextSize - 2 - Math.min(maxTokens, Math.floor(contextSize / 4));
  const fitted = (start: number): FittedHistory | undefined => {
    const turns = history.slice(start);
    const promptTokens = measure(turns);
    if (promptTokens > budget) return undefined;
    return {
      turns,
      droppedTurns: start,
      promptTokens,
      replyTokens: Math.min(maxTokens, contextSize - 2 - promptTokens),
    };
  };
  // A cut comes before a turn of the user, so that no answer stands without its question.
  const starts = [...history.keys()].filter((index) => index === 0 || history[index]?.role === "user");
  let fits = starts.length;
  let best: FittedHistory | undefined;
  let tooLong = -1;
  // Mostly all of it fits; a token has about four characters.
  const length = history.reduce((sum, { text }) => sum + text.length, 0);
  if (length <= contextSize * 4) {
    const all = fitted(0);
    if (all !== undefined) return all;
  }
  for (let kept = 1; ; kept *= 2) {
    const candidate = Math.max(0, starts.length - kept);
    const result = fitted(starts[candidate] ?? 0);
    if (result === undefined) {
      tooLong = candidate;
      break;
    }
    [fits, best] = [candidate, result];
    if (candidate === 0) break;
  }
  while (fits - tooLong > 1 && best !== undefined) {
    const middle = (fits + tooLong) >> 1;
    const result = fitted(starts[middle] ?? 0);
    if (result === undefined) tooLong = middle;
    else [fits, best] = [middle, result];
  }
  if (best === undefined) {
    throw new EbbError(
      "CONTEXT_OVERFLOW",
      `This message is longer than the model can read at once (${contextSize} tokens).`,
      "Shorten the message, or choose a model with a larger context.",
    );
  }
  // A power of two, so that it stays the same while the conversation grows a little.
  const step = 2 ** Math.max(0, Math.floor(Math.log2(Math.max(1, starts.length - fits))) - 2);
  const stepped = Math.ceil(fits / step) * step;
  return stepped === fits || stepped >= starts.length ? best : (fitted(starts[stepped] ?? 0) ?? best);
}

/**
 * The kept turns, which end the history, with what those before them said in short put before the first of them. Of that, the oldest
 * gives way where all of it would take more than an eighth of the context.
 */
export function withEarlier(
  history: readonly ChatTurn[],
  kept: readonly ChatTurn[],
  earlier: readonly EarlierTurns[] | undefined,
  contextSize: number,
): readonly ChatTurn[] {
  const dropped = history.length - kept.length;
  const [first, ...rest] = kept;
  if (dropped === 0 || earlier === undefined || first === undefined) return kept;
  // A token has about four characters.
  let room = contextSize / 2;
  const lines: string[] = [];
  for (const { text } of earlier.filter(({ from }) => from < dropped).toReversed()) {
    room -= text.length;
    if (room < 0) break;
    lines.unshift(`- ${text}`);
  }
  const told = lines.length === 0 ? "" : ` What was said in them, in short:\n${lines.join("\n")}`;
  const note = `<earlier>\nThe first ${dropped} turns of this conversation are left out.${told}\n</earlier>`;
  return [{ ...first, text: `${note}\n\n${first.text}` }, ...rest];
}
