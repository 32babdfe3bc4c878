/** Parts that add up to how much something bears on a question, in words. */
const relevance: Readonly<Record<string, string>> = {
  lexical: "words in common",
  neighbours: "what was said around it",
  session: "the same sitting",
  person: "who it is about",
  slot: "what is asked about",
  domain: "the same part of life",
  turn: "the words behind it",
  asked: "what is asked about",
  meaning: "near in meaning",
  answer: "the kind of answer",
  time: "the time asked about",
  substance: "how much it tells",
};

/** Parts that weigh it, from 0 to 1, in words. */
const quality: Readonly<Record<string, string>> = {
  retrievability: "remembered",
  confidence: "sure",
  strength: "matters",
};

const percent = (share: number): string => `${Math.round(100 * share)} %`;

/** A share below this says nothing. */
const least = 0.05;

/** A score in words: what the relevance rests on, as shares of it, largest first, then what weighed it. */
export function explained(parts: Readonly<Record<string, number>>): string[] {
  const found = Object.entries(parts).filter(([name, part]) => name in relevance && part > 0);
  const sum = found.reduce((total, [, part]) => total + part, 0);
  const shares = found
    .map(([name, part]) => ({ name, share: part / sum }))
    .filter(({ share }) => share >= least)
    .sort((a, b) => b.share - a.share)
    .map(({ name, share }) => `${relevance[name]} ${percent(share)}`);
  const weighed = Object.keys(quality).flatMap((name) =>
    parts[name] === undefined ? [] : [`${quality[name]} ${percent(Math.min(1, parts[name]))}`],
  );
  return [...shares, ...weighed];
}
