import type { ChatWrapper, LlamaChat, LlamaContext, LlamaContextSequence, Token } from "node-llama-cpp";

/** What the model has in its memory: the chat has a lane of its own, which nothing else may overwrite. */
export type Lane = { context: LlamaContext; sequence: LlamaContextSequence; chat: LlamaChat; contextSize: number };

/** Bounds and goal for a part of the prompt that is evaluated at once: a reply can be stopped only between parts. */
const promptPart = { min: 16, max: 512, first: 64, goalMs: 50 } as const;

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
  let size: number = promptPart.first;
  while (sequence.nextTokenIndex < tokens.length && !signal.aborted) {
    const next = sequence.nextTokenIndex;
    const started = performance.now();
    await sequence.evaluateWithoutGeneratingNewTokens(tokens.slice(next, next + size));
    const took = performance.now() - started;
    if (took > promptPart.goalMs) size = Math.max(promptPart.min, size >> 1);
    else if (took < promptPart.goalMs / 2) size = Math.min(promptPart.max, size << 1);
  }
  return reused;
}
