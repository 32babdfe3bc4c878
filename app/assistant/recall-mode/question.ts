import type { PreviousTurn } from "../conversation-text.ts";

/** What a message wants of Ebb when there is no model: each is answered in its own way. */
export type Wish = "greeting" | "thanks" | "about-me" | "question" | "request" | "statement";

const greeting = /^(hi|hiya|hello|hey|good (morning|afternoon|evening|day)|greetings)\b[^?]{0,30}$/i;
const thanks = /^(thanks|thank you|thx|cheers|great|perfect|ok(ay)?|cool|got it|bye|good ?night)\b[^?]{0,30}$/i;
const aboutMe =
  /\b(what|everything|all|anything)\b[^?.]{0,30}\b(you (know|remember|have learned|learned)|do you (know|remember))\b[^?.]{0,20}\b(about|of) (me|myself)\b/i;
const questionWord =
  /^(and |so |but |then |ok,? |please )*(who|whom|whose|what|when|where|which|why|how|do|does|did|am|is|are|was|were|have|has|had|can|could|should|shall|would|will)('s|'re)?\b/i;
const asksToTell = /^(please )?(tell me|remind me|do you remember|do you know|can you tell me)\b/i;
const verbFirst =
  /^(please )?(suggest|write|draft|give|make|find|show|list|help|explain|translate|summari[sz]e|plan|recommend|create|compare|calculate|rewrite|describe)\b/i;

/** How the message's last sentence reads: what was told before a question does not make it less of one. */
export function readWish(text: string): Wish {
  const whole = text.trim();
  if (aboutMe.test(whole)) return "about-me";
  if (greeting.test(whole)) return "greeting";
  if (thanks.test(whole)) return "thanks";
  if (verbFirst.test(whole)) return "request";
  const last = lastSentence(whole);
  if (whole.endsWith("?") || questionWord.test(last) || asksToTell.test(last) || whole.includes("? "))
    return "question";
  return verbFirst.test(last) ? "request" : "statement";
}

/** Whether the question is about what was and is no more. */
export function asksPast(text: string): boolean {
  return /\b(before|previous(ly)?|used to|former(ly)?|earlier|old|last|in the past|originally|at first|ever)\b/i.test(
    text,
  );
}

const followUp = /^(and|but|or|so|what about|how about|and what about)\b[,\s]*/i;
const phraseAtEnd = /\s(?:at|in|on|during|before|after|with|for|when|from)\s[^,?!.]+[?!.\s]*$/i;
const relation = /\bmy (\w+)/i;
const pronoun = /\b(it|its|he|she|him|her|his|hers|they|them|their|that|this|those|there)\b/i;

/**
 * The text to recall with. A follow-up such as "And in the morning?" means the question before it with one part changed, and
 * one that only points back ("When is it?") is read together with what it points to.
 */
export function contextualQuery(text: string, previous: readonly PreviousTurn[]): string {
  const before = previous.findLast((turn) => turn.role === "user")?.text.trim();
  if (!before || text.length > 200) return text;
  const isFollowUp = followUp.test(text.trim());
  const rest = text.trim().replace(followUp, "").trim();
  if (isFollowUp && rest !== "" && rest.split(/\s+/).length <= 6) {
    const asked = lastSentence(before);
    const person = relation.exec(rest)?.[0];
    if (person && relation.test(asked)) return asked.replace(relation, person);
    if (phraseAtEnd.test(` ${rest}`)) return `${asked.replace(phraseAtEnd, "").replace(/[?!.\s]+$/, "")} ${rest}`;
    return `${asked} ${rest}`;
  }
  const words = text.split(/\s+/).length;
  return words <= 8 && pronoun.test(text) && readWish(text) === "question" ? `${before.slice(0, 300)} ${text}` : text;
}

function lastSentence(text: string): string {
  return text.split(/(?<=[.!?])\s+/).at(-1) ?? text;
}
