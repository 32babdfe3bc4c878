import type { Answerer, GenerateRequest } from "../llm/port.ts";
import { type BatchMessage, bytesFor, promptOf, restOf } from "../memory/slow/batch.ts";
import { answerSchema } from "../memory/slow/candidate.ts";
import type { MessageRepository } from "../storage/messages.ts";
import { erasedMark } from "../storage/redact.ts";

/** Attempts at one batch. */
export const attempts = 4;
/** Tokens of an answer, at most; twice as many with each attempt. */
const answerTokens = 768;
/** Turns before a message that are shown with it: more before the first. */
const turnsBefore = { first: 3, next: 1 } as const;
/** The context that work beside the chat has, at most, and what is reckoned with where no model is loaded; tokens. */
const context = { most: 4_096, least: 2_048 } as const;

/**
 * The messages as they are stored now, each with what was said right before it; those that are gone or erased are left out. `from`
 * is where to read on in a batch of one.
 */
export function loadBatch(messages: MessageRepository, ids: readonly string[], from = 0): BatchMessage[] {
  const batch: BatchMessage[] = [];
  const shown = new Set<string>();
  for (const id of ids) {
    const message = messages.message(id);
    if (!message || message.role === "assistant" || message.text === erasedMark) continue;
    const before = messages
      .branch(id, 1 + (batch.length === 0 ? turnsBefore.first : turnsBefore.next))
      .slice(0, -1)
      .filter((turn) => !shown.has(turn.id) && turn.text.trim() !== "");
    for (const turn of [...before, message]) shown.add(turn.id);
    batch.push({
      messageId: id,
      conversationId: message.conversationId,
      speaker: message.role === "other" ? (message.speaker ?? "Somebody") : null,
      text: message.text,
      from,
      at: message.createdAt,
      zone: message.zone ?? "UTC",
      before: before.map((turn) => `${turn.role === "assistant" ? "Ebb: " : ""}${turn.text}`),
    });
  }
  return batch;
}

/**
 * What the model is asked. The first attempt (1) is as sure as the model is; later ones leave more room, take another way and show
 * less. `rest` is where to read on in a message that is too long for it, or null.
 */
export function requestFor(
  batch: readonly BatchMessage[],
  tried: number,
  { state }: Answerer,
): { request: GenerateRequest; rest: number | null } {
  const attempt = Math.min(tried, attempts);
  const size = state.status === "ready" ? Math.min(state.model.contextSize, context.most) : context.least;
  const bytes = bytesFor(size, attempt);
  const { system, text } = promptOf(batch, bytes);
  const request: GenerateRequest = {
    system,
    history: [{ role: "user", text }],
    maxTokens: answerTokens * 2 ** (attempt - 1),
    temperature: attempt === 1 ? 0 : 0.4,
    ...(attempt > 1 && { seed: attempt }),
    schema: answerSchema,
    beside: "background",
  };
  return { request, rest: restOf(batch, bytes) };
}

/** The model's whole answer, or null where it was ended early. @throws as `generate` */
export async function ask(model: Answerer, request: GenerateRequest, signal: AbortSignal): Promise<string | null> {
  let text = "";
  for await (const piece of model.generate({ ...request, signal })) {
    if (piece.type === "text") text += piece.text;
    else if (piece.type === "end" && piece.summary.finish === "aborted") return null;
  }
  return signal.aborted ? null : text;
}
