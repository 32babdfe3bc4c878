import { EbbError } from "../contract/errors.ts";
import type { Answerer, GenerateRequest } from "./port.ts";

/** Enough for a sentence, and for its speed to mean something. */
const testTokens = 64;

/** Has a model say a few words, and tells how fast. @throws EbbError as `generate`, or INFERENCE_STOPPED */
export async function saysAFewWords(
  model: Pick<Answerer, "generate">,
  beside: GenerateRequest["beside"],
): Promise<{ text: string; tokensPerSecond: number | null; firstTokenMs: number | null }> {
  let text = "";
  const reply = model.generate({
    system: "Answer in one short sentence.",
    history: [{ role: "user", text: "Say hello, and tell me one fact about the tides." }],
    maxTokens: testTokens,
    temperature: 0,
    beside,
  });
  for await (const piece of reply) {
    if (piece.type === "text") text += piece.text;
    if (piece.type !== "end") continue;
    const { tokensPerSecond, firstTokenMs } = piece.summary;
    return { text: text.trim(), tokensPerSecond, firstTokenMs };
  }
  throw new EbbError(
    "INFERENCE_STOPPED",
    "The model stopped while it was tested.",
    "Try again, or choose another model.",
  );
}
