import type { ChatWrapper, LlamaChat, LlamaContext, LlamaContextSequence, Token } from "node-llama-cpp";

/** What the model has in its memory: the chat has a lane of its own, which nothing else may overwrite. */
export type Lane = { context: LlamaContext; sequence: LlamaContextSequence; chat: LlamaChat; contextSize: number };

/** Bounds and goal for a part of the prompt that is evaluated at once: a reply can be stopped only between parts. */
const promptPart = { min: 16, max: 512, first: 64, goalMs: 50 } as const;

/** How many tokens to read at once, and what was learned of that so far. */
export type Pace = {
  size: number;
  /** Parts that are smaller would be slower. */
  least: number;
  /** The part read last, and its time (ms) for each token. */
  last: { size: number; perToken: number } | null;
};

export const firstPace: Pace = { size: promptPart.first, least: promptPart.min, last: null };

/**
 * The pace after a part of `tokens` took `ms`: towards parts of `promptPart.goalMs`. Where half as many tokens took each more than twice as
 * long, as they do where llama.cpp changes to other kernels, it goes back and stays there.
 */
export function paceAfter({ size, least, last }: Pace, tokens: number, ms: number): Pace {
  const perToken = ms / tokens;
  if (last !== null && tokens < last.size && perToken > 2 * last.perToken) {
    return { size: last.size, least: last.size, last };
  }
  const read = { size: tokens, perToken };
  if (ms > promptPart.goalMs) return { size: Math.max(least, size >> 1), least, last: read };
  if (ms < promptPart.goalMs / 2) return { size: Math.min(promptPart.max, size << 1), least, last: read };
  return { size, least, last: read };
}

/** A lane of its own in a new context. `contextSize` in tokens is what of it may be used. */
export async function laneIn(context: LlamaContext, wrapper: ChatWrapper, contextSize: number): Promise<Lane> {
  const { LlamaChat: Chat } = await import("node-llama-cpp");
  const sequence = context.getSequence();
  return { context, sequence, chat: new Chat({ contextSequence: sequence, chatWrapper: wrapper }), contextSize };
}

/**
 * Evaluates the prompt but its last token, in parts of about `promptPart.goalMs`, until aborted. Returns how many tokens
 * the sequence already held.
 */
export async function readPrompt(
  sequence: LlamaContextSequence,
  prompt: Token[],
  signal: AbortSignal,
): Promise<number> {
  const tokens = prompt.slice(0, -1);
  await sequence.adaptStateToTokens(tokens, false);
  const reused = sequence.nextTokenIndex;
  let pace = firstPace;
  while (sequence.nextTokenIndex < tokens.length && !signal.aborted) {
    const next = sequence.nextTokenIndex;
    const started = performance.now();
    const part = tokens.slice(next, next + pace.size);
    await sequence.evaluateWithoutGeneratingNewTokens(part);
    // The last part may be too short to tell anything.
    if (part.length === pace.size) pace = paceAfter(pace, part.length, performance.now() - started);
  }
  return reused;
}
