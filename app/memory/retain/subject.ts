import { isCommonStart, rank, relationOf } from "./people.ts";
import { isCapitalised, type Token } from "./tokens.ts";
import { isModal, verbForm } from "./verbs.ts";

/** Whom or what a clause is about. */
export type Subject = {
  type: "self" | "person" | "thing" | "pronoun" | "other";
  /** "user", "sister mara", "priya"; of a thing, who has it. */
  key: string;
  /** What it is, of a thing: "dentist appointment"; "" otherwise. */
  noun: string;
  /** The relation of a person to the user, where told. */
  relation: string | null;
  name: string | null;
  plural: boolean;
  /** The words of the subject itself. */
  tokens: readonly Token[];
  /** Where the verb begins. A "'s" that stands for "is" yields `impliedBe`. */
  verbAt: number;
  impliedBe: boolean;
};

const afterImpliedIs =
  /^(?:an?|the|not|in|at|on|from|allergic|called|named|always|also|still|just|now|only|really|vegan|vegetarian|pregnant|diabetic|retired|turning|getting|moving|coming|going|\d+)$/;
const auxiliaries = /^(?:am|is|are|was|were|has|have|had|do|does|did)$/;
const adverbBeforeVerb =
  /^(?:also|still|just|really|now|always|usually|often|sometimes|never|recently|already|actually|only|mostly|both|currently|rarely|then|all|no|absolutely|totally|truly|finally)$/;

/** Reads the subject that the tokens begin with, or null where they begin with none. */
export function readSubject(tokens: readonly Token[]): Subject | null {
  const first = tokens[0];
  if (!first) return null;
  const simple = { noun: "", relation: null, name: null, impliedBe: false };
  if (first.lower === "i" || first.lower === "we") {
    return {
      ...simple,
      type: "self",
      key: "user",
      plural: first.lower === "we",
      tokens: tokens.slice(0, 1),
      verbAt: 1,
    };
  }
  if (/^(?:he|she|they|it)$/.test(first.lower)) {
    return {
      ...simple,
      type: "pronoun",
      key: first.lower,
      plural: first.lower === "they",
      tokens: tokens.slice(0, 1),
      verbAt: 1,
    };
  }
  const verb = verbAfterNouns(tokens);
  if (!verb) return null;
  const phrase = tokens.slice(0, verb.end);
  const lower = phrase.map((token) => token.lower);
  const last = lower.at(-1);
  // "My wife and I live ..."
  if (lower.includes("and") && (last === "i" || last === "me")) {
    return { ...simple, type: "self", key: "user", plural: true, tokens: phrase, verbAt: verb.at };
  }
  const found = readNouns(phrase, verb.impliedBe);
  return found && { ...found, tokens: phrase, verbAt: verb.at, impliedBe: verb.impliedBe };
}

/** Where the noun phrase ends and its verb begins, within the first words. */
function verbAfterNouns(tokens: readonly Token[]): { at: number; end: number; impliedBe: boolean } | null {
  const possessive = /^(?:my|our|his|her|their|the)$/.test(tokens[0]?.lower ?? "");
  for (let i = possessive ? 2 : 1; i < Math.min(tokens.length, 11); i++) {
    const token = tokens[i];
    const before = tokens[i - 1];
    if (!token || !before) return null;
    const previous = before.lower;
    if (/'s$/.test(previous) && afterImpliedIs.test(token.lower) && !laterBe(tokens, i)) {
      return { at: i, end: i, impliedBe: true };
    }
    if (/^(?:to|that|if|when|;)$/.test(token.lower) && !possessive) return null;
    const form = verbForm(token.lower);
    const isAuxiliary = auxiliaries.test(token.lower) || isModal(token.lower);
    if (!isAuxiliary && (!form || isCapitalised(token))) continue;
    if (/^(?:my|our|his|her|their|the|a|an|and|of|'s)$/.test(previous) || /'s$/.test(previous)) continue;
    const next = tokens[i + 1]?.lower ?? "";
    if (!isAuxiliary && (auxiliaries.test(next) || isModal(next))) continue;
    if (!isAuxiliary && form && (form.tense === "progressive" || form.tense === "participle")) continue;
    if (!isAuxiliary && form && form.tense === "present" && !form.thirdPerson && !isPlural(tokens.slice(0, i)))
      continue;
    let end = i;
    while (end > 1 && adverbBeforeVerb.test(tokens[end - 1]?.lower ?? "")) end--;
    return { at: end, end, impliedBe: false };
  }
  return null;
}

function laterBe(tokens: readonly Token[], from: number): boolean {
  return tokens.slice(from, from + 5).some((token) => /^(?:is|are|was|were)$/.test(token.lower));
}

function isPlural(tokens: readonly Token[]): boolean {
  const head = tokens.at(-1)?.lower ?? "";
  return tokens.some((token) => token.lower === "and") || /(?:s|children|people|men|women)$/.test(head);
}

type Nouns = Omit<Subject, "tokens" | "verbAt" | "impliedBe">;

function readNouns(phrase: readonly Token[], impliedBe: boolean): Nouns | null {
  const words = phrase.filter((token) => token.lower !== ",");
  const first = words[0];
  if (!first) return null;
  if (first.lower === "my" || first.lower === "our") return readOwned(words.slice(1), "user", impliedBe);
  if (/^(?:his|her|their)$/.test(first.lower)) {
    const owned = readOwned(words.slice(1), first.lower, impliedBe);
    return owned && { ...owned, key: owned.type === "thing" ? first.lower : `${first.lower} ${owned.key}` };
  }
  if (first.lower === "the" || first.lower === "this" || first.lower === "that") {
    const noun = words
      .slice(1)
      .map((token) => token.lower)
      .join(" ");
    return noun === ""
      ? null
      : { type: "other", key: "user", noun, relation: null, name: null, plural: /s$/.test(noun) };
  }
  return isCapitalised(first) && !isCommonStart(first.lower) ? readNamed(words, impliedBe) : null;
}

/** "Mara", "Mara Silva", "Tom and Ann", "Mara's husband Paul", "Mara's birthday". */
function readNamed(words: readonly Token[], impliedBe: boolean): Nouns | null {
  const possessed = words.findIndex((token) => /'s$/.test(token.lower));
  const names = possessed < 0 ? words : words.slice(0, possessed + 1);
  if (
    names.length > 4 ||
    !names.every((token) => isCapitalised(token) || /^(?:and|de|da|van|von|del|la)$/.test(token.lower))
  )
    return null;
  const name = names
    .map((token) => token.text)
    .join(" ")
    .replace(/['’]s$/, "");
  if (possessed >= 0 && !(impliedBe && possessed === words.length - 1)) {
    return readOwned(words.slice(possessed + 1), name.toLowerCase(), impliedBe);
  }
  const plural = names.some((token) => token.lower === "and");
  return { type: "person", key: name.toLowerCase(), noun: "", relation: null, name, plural };
}

/** What follows "my" or "Mara's": a person ("older sister Mara", "sister's husband") or a thing ("dentist appointment"). */
function readOwned(words: readonly Token[], owner: string, impliedBe: boolean): Nouns | null {
  const cleaned = words.map((token, place) => ({
    token,
    lower: impliedBe && place === words.length - 1 ? token.lower.replace(/'s$/, "") : token.lower,
  }));
  if (cleaned.length === 0) return null;
  let head = -1;
  cleaned.forEach(({ lower }, place) => {
    if (
      relationOf(lower.replace(/'s$/, "")) !== null &&
      !cleaned.slice(place + 1).some((later) => later.lower === "of")
    ) {
      head = place;
    }
  });
  const relation = head < 0 ? null : relationOf((cleaned[head]?.lower ?? "").replace(/'s$/, ""));
  const rest = cleaned.slice(head + 1);
  const named = rest.filter(({ token }) => isCapitalised(token));
  const owns = head >= 0 && /'s?$/.test(cleaned[head]?.lower ?? "");
  const prefix = owner === "user" ? "" : `${owner}'s `;
  if (relation !== null && rest.length === named.length && !owns) {
    const ranks = cleaned.slice(0, head).filter(({ lower }) => rank.has(lower) || /'s$/.test(lower));
    const name = named.map(({ token }) => token.text.replace(/['’]s$/, "")).join(" ");
    const called = [...ranks.map(({ lower }) => lower), relation].join(" ");
    const plural =
      /s$|^(?:children|kids|people)$/.test(cleaned[head]?.lower ?? "") && !/'s$/.test(cleaned[head]?.lower ?? "");
    return {
      type: "person",
      key: `${prefix}${called}${name === "" ? "" : ` ${name.toLowerCase()}`}`,
      noun: "",
      relation,
      name: name === "" ? null : name,
      plural,
    };
  }
  if (owns && relation !== null && rest.length > 0) {
    // "my sister's birthday", "my sister Mara's birthday"
    const ranks = cleaned.slice(0, head).filter(({ lower }) => rank.has(lower));
    const key = [...ranks.map(({ lower }) => lower), relation].join(" ");
    return {
      type: "thing",
      key: prefix + key,
      noun: rest.map(({ lower }) => lower).join(" "),
      relation,
      name: null,
      plural: false,
    };
  }
  const byName = cleaned.findIndex(({ token, lower }) => isCapitalised(token) && /'s$/.test(lower));
  if (relation !== null && byName > head && byName < cleaned.length - 1) {
    const name = cleaned
      .slice(head + 1, byName + 1)
      .map(({ lower }) => lower.replace(/'s$/, ""))
      .join(" ");
    const noun = cleaned
      .slice(byName + 1)
      .map(({ lower }) => lower)
      .join(" ");
    return { type: "thing", key: `${prefix}${relation} ${name}`, noun, relation, name, plural: false };
  }
  const noun = cleaned
    .map(({ lower }) => lower.replace(/'s$/, ""))
    .filter((word) => word !== "own" && word !== "new" && word !== "current" && word !== "old")
    .join(" ");
  if (noun === "") return null;
  return { type: "thing", key: owner, noun, relation: null, name: null, plural: /[^s]s$/.test(noun) };
}

/** The subject's own words, as a sentence would begin with them. */
export function wordsOfSubject(tokens: readonly Token[]): string {
  return tokens
    .map((token) => token.text)
    .join(" ")
    .replaceAll(" ,", ",")
    .replace(/['’]s$/, "");
}
