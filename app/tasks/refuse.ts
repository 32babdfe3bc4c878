import type { Refusal, RefusalCode } from "./intent.ts";

/** Thrown while an intent is carried out, and caught where it was begun: nothing of it happens. */
export class Refused extends Error {
  readonly refusal: Refusal;

  constructor(code: RefusalCode, message: string) {
    super(message);
    this.name = "Refused";
    this.refusal = { code, message };
  }
}

/** A path or a label as it stands in a sentence. */
export function quoted(text: string): string {
  const line = text.length > 80 ? `${text.slice(0, 79)}…` : text;
  return `"${line}"`;
}
