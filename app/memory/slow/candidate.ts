import { z } from "zod";
import { type SlotName, slotNames } from "./slots.ts";

/** What a model proposes to remember: nothing of it is believed before it has passed the gates. */
export type Candidate = {
  /** The number of the message in the batch, from 1. */
  message: number;
  /** The words of that message that say it. */
  quote: string;
  /** "user", or whom it is about. */
  subject: string;
  slot: SlotName;
  value: string;
  /** A short sentence that reads well on its own. */
  text: string;
  /** The words of the quote that say when; "" where there are none. */
  when: string;
  time: "past" | "present" | "future";
  /** True where the quote says that it is not so, or not any more. */
  negated: boolean;
  /** False where it is only supposed, wished, asked or quoted. */
  stated: boolean;
};

/** Candidates of one batch, at most; and characters of their parts. */
const bounds = { candidates: 12, quote: 300, subject: 60, value: 160, text: 240, when: 60 } as const;

/** The shape to which the model's answer is held. */
export const answerSchema = {
  type: "object",
  properties: {
    memories: {
      type: "array",
      maxItems: bounds.candidates,
      items: {
        type: "object",
        properties: {
          message: { type: "integer" },
          quote: { type: "string", maxLength: bounds.quote },
          stated: { type: "boolean" },
          subject: { type: "string", maxLength: bounds.subject },
          slot: { enum: slotNames },
          value: { type: "string", maxLength: bounds.value },
          negated: { type: "boolean" },
          time: { enum: ["past", "present", "future"] },
          when: { type: "string", maxLength: bounds.when },
          text: { type: "string", maxLength: bounds.text },
        },
      },
    },
  },
} as const;

const candidate = z.object({
  message: z.int(),
  quote: z.string().max(2 * bounds.quote),
  stated: z.boolean(),
  subject: z.string().max(2 * bounds.subject),
  slot: z.enum(slotNames),
  value: z.string().max(2 * bounds.value),
  negated: z.boolean(),
  time: z.enum(["past", "present", "future"]),
  when: z.string().max(2 * bounds.when),
  text: z.string().max(2 * bounds.text),
});
const answer = z.object({ memories: z.array(z.unknown()).max(4 * bounds.candidates) });

export type ParsedAnswer = { candidates: Candidate[]; malformed: number };

/**
 * The candidates in a model's answer, and how many of its entries were none. Null where the whole is not to be understood, as
 * where it was cut off: then it is asked again, so that nothing is dropped silently. Never throws.
 */
export function parseAnswer(text: string): ParsedAnswer | null {
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch {
    return null;
  }
  const whole = answer.safeParse(given);
  if (!whole.success) return null;
  const candidates: Candidate[] = [];
  for (const entry of whole.data.memories) {
    const parsed = candidate.safeParse(entry);
    if (parsed.success) candidates.push(parsed.data);
  }
  return { candidates, malformed: whole.data.memories.length - candidates.length };
}
