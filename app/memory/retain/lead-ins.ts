import { lineOf, type Token } from "./tokens.ts";

const openers =
  `hi|hello|hey|hey there|hi there|hello there|good morning|good evening|good afternoon|ebb|ok|okay|alright|all right|right|yes|yeah|yep|yup|sure|oh|ah|aha|hmm|hm|um|uh|well|so|and|but|also|anyway|anyways|by the way|btw|fyi|just so you know|so you know|for your information|big news|good news|bad news|great news|exciting news|news|update|quick update|small update|guess what|as i said|like i said|as i mentioned|as mentioned|as you know|as you may know|you know|you know what|to be honest|to be fair|honestly|tbh|frankly|in fact|fun fact|unfortunately|sadly|luckily|fortunately|happily|apparently|surprisingly|interestingly|haha|lol|wow|ugh|great|nice|cool|perfect|thanks|thank you|thanks a lot|please|one more thing|another thing|one thing|other thing|also one more thing|plus|besides|for context|some context|context|background|a bit of background|about me|because|since|as|given that|considering|considering that|seeing as|now that|although|though|even though|while|whereas|because of|for the record|for reference|i should mention|i should mention that|i should say|i should say that|i should add|i should add that|i should tell you|i should tell you that|i forgot to mention|i forgot to mention that|i forgot to say|i forgot to tell you that|i forgot to tell you|i wanted to tell you|i wanted to tell you that|i want to tell you that|i want you to know|i want you to know that|you should know|you should know that|you need to know that|let me tell you|i must say|i must admit|i have to say|i have to admit|i admit|i mean|it turns out|it turns out that|turns out|turns out that|the thing is|the truth is|the fact is|my doctor says|my doctor said|my doctor says that|my doctor said that|my doctor told me|my doctor told me that|the doctor says|the doctor said|the doctor told me|the doctor told me that|i just found out|i just found out that|i found out|i found out that|i just learned that|i learned that|i discovered that|i realised that|i realized that|did i mention|did i tell you|did i mention that|did i tell you that|then|question|quick question|context|ps|p.s`.split(
    "|",
  );
const hedges =
  `i think|i think that|i guess|i believe|i believe that|i suppose|i reckon|i feel like|i would say|i would say that|maybe|perhaps|probably|i am pretty sure|i am pretty sure that|i am fairly sure|i am quite sure`.split(
    "|",
  );
const correctives =
  `no|nope|actually|wait|sorry|oops|correction|my mistake|my bad|i was wrong|that is wrong|that is not right|that is not true|that was wrong|not quite|scratch that|i misspoke|apologies|i apologise|i apologize|no wait|i made a mistake|i got that wrong|that is incorrect|wrong|not true|on second thought|to correct myself|let me correct that|let me correct myself|i meant|i meant to say|i mean|rather|make that|excuse me|pardon`.split(
    "|",
  );

const phrases = new Map<string, "opener" | "hedge" | "corrective">();
for (const phrase of openers) phrases.set(phrase, "opener");
for (const phrase of hedges) phrases.set(phrase, "hedge");
for (const phrase of correctives) phrases.set(phrase, "corrective");
const longest = Math.max(...[...phrases.keys()].map((phrase) => phrase.split(" ").length));
const signs = /^(?:[,:;—–()-]|\uFFFC+|[^\p{L}\p{N}#€$£@+]+)$/u;

/** What a sentence begins with before it comes to the point, taken away. */
export type Opened = { tokens: readonly Token[]; hedged: boolean; corrective: boolean };

/** Takes greetings, "by the way", "I think" and "no, actually" off the front. */
export function stripLeadIn(tokens: readonly Token[]): Opened {
  let from = 0;
  let hedged = false;
  let corrective = false;
  for (let rounds = 0; rounds < 8; rounds++) {
    while (signs.test(tokens[from]?.lower ?? "x")) from++;
    const length = leadLength(tokens, from) || remark(tokens, from);
    if (length === 0) break;
    const kind = phrases.get(lineOf(tokens.slice(from, from + length)));
    hedged ||= kind === "hedge";
    corrective ||= kind === "corrective";
    from += length;
  }
  return { tokens: tokens.slice(from), hedged, corrective };
}

/** "Funny, I ...": a word or two before a comma that are no part of the sentence. */
function remark(tokens: readonly Token[], from: number): number {
  const comma = tokens.findIndex((token, place) => place > from && place <= from + 3 && /^[,:]$/.test(token.lower));
  if (comma < 0 || !/^(?:i|we|my|our)$/.test(tokens[comma + 1]?.lower ?? "")) return 0;
  const words = tokens.slice(from, comma);
  const partOf =
    /^(?:in|on|at|for|with|when|if|after|before|during|since|until|by|from|last|next|this|every|today|tomorrow|yesterday|tonight|sometimes|usually|imagine|suppose|say|pretend|i|we|my|our|he|she|they|it|you|not|never|no|one|two|three|mornings|evenings|weekends|\d.*|.*day|.*days)$/;
  return words.some((word) => partOf.test(word.lower)) ? 0 : comma - from;
}

function leadLength(tokens: readonly Token[], from: number): number {
  for (let length = Math.min(longest, tokens.length - from); length > 0; length--) {
    const line = lineOf(tokens.slice(from, from + length));
    if (!phrases.has(line)) continue;
    const next = tokens[from + length];
    if (!next && length < tokens.length) return length;
    if (!next) return 0;
    // A word that can belong to the sentence is a lead-in only where a subject or a sign follows.
    if (
      signs.test(next.lower) ||
      /^(?:i|we|my|our|it|he|she|they|his|her|their|the|that|there|this|please|you|not|by|also|actually|and|so|no|wait|sorry|hi|hello|hey|ebb|because|since|from|call|always|never|remember|forget|in|at|on|when|make|what|can|could|now|these)$/.test(
        next.lower,
      )
    ) {
      return /^(?:then|since|as|while|no|right|about me|great|nice|thanks|question|i mean)$/.test(line) &&
        !leads(line, next.lower)
        ? 0
        : length;
    }
    if (
      /^\p{Lu}/u.test(next.text) &&
      /^(?:and|but|so|oh|by the way|btw|also|actually|because|since|i think|well|sorry|no|that|it turns out|it turns out that|i meant|i mean|make that|thanks|wait)$/.test(
        line,
      )
    ) {
      return length;
    }
    if (
      /^(?:i meant|i mean|make that|i meant to say|rather|i am pretty sure|sorry|actually|scratch that|correction)$/.test(
        line,
      )
    )
      return length;
  }
  return 0;
}

/** Where a word that may also begin a phrase of its own is a lead-in after all. */
function leads(line: string, next: string): boolean {
  if (line === "no") return !/^(?:more|longer|one|other|emojis)$/.test(next);
  if (line === "since" || line === "as" || line === "while") return /^(?:i|we|my|our|he|she|they|it)$/.test(next);
  return signs.test(next) || /^(?:i|my|we|it|that|and|what|can|could)$/.test(next);
}
