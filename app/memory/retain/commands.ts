import type { ForgetRequest } from "./reading.ts";

const polite =
  /^(?:(?:please|hey|ebb|ok|okay|so|and|also|well|now|oh|actually|wait|no|sorry|hmm|can you|could you|would you|will you|i want you to|i would like you to|i need you to|you should|you can|you may|go ahead and|just|kindly|let us|to)[,\s]+)*/i;
const tail =
  /[\s,]*(?:\bplease\b|\bfor me\b|\bfrom (?:your|the) memor(?:y|ies)\b|\bcompletely\b|\bentirely\b|\bforever\b|\bright (?:now|away)\b|\bnow\b|\bat once\b|\bimmediately\b|\bagain\b|\bok\b|\bthanks\b|\bthank you\b|[.!?,])+\s*$/i;
const verbs = "forget|unlearn|erase|delete|remove|wipe|scrub|purge|drop";

/** What follows "remember that", with what stands before it cut off; null where the sentence is no such command. */
export function readRemember(line: string): { inner: string; todo: boolean } | null {
  const text = line.replace(polite, "");
  const command =
    /^(?:remember|memori[sz]e|keep in mind|bear in mind|note(?: down)?|take note|make a (?:mental )?note|do not (?:ever )?forget|never forget|save|store|for (?:future |your )?reference|for the record|write down|put on record|know|remind me(?= that| to))(?=[\s,:])(?:\s+(?:of|about|the fact|this|it|for (?:me|later)))*[\s,:]*(that\b|to\b)?[\s,:]*/i.exec(
      text,
    );
  if (!command || command[0].trim() === "") return null;
  const inner = text.slice(command[0].length).trim();
  if (inner === "" || /^(?:when|how|what|why|me|the time when|where|who|if)\b/i.test(inner)) return null;
  const verb = /^(?:save|store|write down|know|note)/i.test(command[0]);
  // "save the file", "note the difference" and "know" need their "that" to be such a command.
  if (verb && !command[1] && !/\b(?:this|:|for (?:me|later))/i.test(command[0])) return null;
  return { inner, todo: command[1]?.toLowerCase() === "to" };
}

/** A command to forget, or null. `line` is the sentence with its contractions written out; `afterStatement` tells whether one came right before. */
export function readForget(line: string, afterStatement: () => boolean): ForgetRequest | null {
  const text = line.replace(polite, "").replace(tail, "").trim();
  if (text.length > 400) return null;
  const never = /^(?:do not|never|stop) (?:remember(?:ing)?|keep(?:ing)?|stor(?:e|ing)|sav(?:e|ing)) (.+)$/i.exec(text);
  if (never) return topicOf(never[1] ?? "");
  const mind = /^never ?mind (?:what i (?:just )?(?:said|told you) about|about) (.+)$/i.exec(text);
  if (mind) return topicOf(mind[1] ?? "");
  const command = new RegExp(`^(${verbs})\\s+(.+)$`, "i").exec(text);
  if (!command) return null;
  const verb = (command[1] ?? "").toLowerCase();
  const what = (command[2] ?? "").trim();
  // Right after something told, "delete that" can mean nothing else.
  if (
    /^(?:erase|delete|remove)$/.test(verb) &&
    /^(?:that|this|it|what i (?:just )?(?:said|told you|wrote))$/i.test(what)
  ) {
    return afterStatement() ? { what: "last" } : null;
  }
  // Outside of the memory, things are deleted and dropped all the time.
  const ofMemory =
    verb === "forget" ||
    verb === "unlearn" ||
    /\b(?:memor(?:y|ies)\b|i (?:have )?(?:just )?(?:said|told you|mentioned)|you (?:know|remember|have (?:stored|saved|learned))|about me\b)/i.test(
      `${what} ${line}`,
    );
  if (!ofMemory || /^to\b/i.test(what)) return null;
  if (/^(?:it|about it)$/i.test(what)) return afterStatement() ? { what: "last" } : null;
  return topicOf(what);
}

const lastSaid =
  /^(?:that|this|it|those|these|the last (?:one|thing|message|part|bit)|my last (?:message|one)|what i (?:have )?(?:just )?(?:said|told you|wrote|mentioned)|that last (?:one|bit|part|message)|that (?:fact|one|thing|part|message|statement)|the above)$/i;
const all =
  /^(?:everything|anything|all(?: of)?(?: the)?(?: (?:things|memories|facts|information|data))?|(?:all )?(?:my|your|the) memor(?:y|ies))(?: (?:that )?(?:you (?:know|remember|have(?: stored| saved)?|have learned|learned)|i (?:have )?(?:ever )?(?:said|told you)))*(?: of it)?(?: (?:about|on|of) me)?$/i;
const allAboutMe =
  /^what(?:ever)? you (?:know|remember|have(?: stored| saved| learned)?|learned)(?: (?:about|of) me)?$/i;

function topicOf(what: string): ForgetRequest | null {
  const plain = what.replace(/^(?:about|all about)\s+/i, "").trim();
  if (lastSaid.test(plain)) return { what: "last" };
  if (all.test(plain) || allAboutMe.test(plain)) return { what: "everything" };
  const said = plain
    .replace(/\s*,?\s*(?:that )?i (?:ever |just )?(?:said|told you|mentioned)(?: (?:that|it|so|this))?$/i, "")
    .trim();
  const about =
    /^(?:what(?:ever)?|everything|anything|all(?: of)?(?: the)?(?: (?:things|memories|facts))?|the (?:thing|things|part|bit|stuff|fact|memory|memories)|any memor(?:y|ies)|memor(?:y|ies))\b.*?\b(?:about|regarding|concerning|of|on)\s+(.+)$/i.exec(
      said,
    );
  const topic = (about?.[1] ?? said)
    .replace(/^(?:the fact )?that\s+(?=(?:i|my|we|our|he|she|they|it|the|\p{Lu})\b)/iu, "")
    .trim();
  return topic === "" ? null : { what: "topic", about: topic };
}
