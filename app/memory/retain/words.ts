/** Words that tell nothing apart. */
const stopWords = new Set(
  `a an the and or but so of to in on at by for from with about into over than then that this these those there here it its
  is am are was were be been being do does did done have has had having will would can could shall should may might must
  i me my mine we us our ours you your yours he him his she her hers they them their theirs who whom whose which what when
  where why how not no nor any some all both each very too also just really quite now again please tell know said say ever
  never always if as up out off down only own same such s t ll d ve re m more most much many lot lots kind sort type thing
  things something anything anyone someone get got one let going go`.split(/\s+/),
);

/** Words whose stem no rule finds. */
const irregular = new Map(
  Object.entries({
    flight: "fly",
    flights: "fly",
    flew: "fly",
    flying: "fly",
    flies: "fly",
    flown: "fly",
    children: "child",
    kids: "child",
    kid: "child",
    people: "person",
    men: "man",
    women: "woman",
    teeth: "tooth",
    feet: "foot",
    wives: "wife",
    ate: "eat",
    eaten: "eat",
    drank: "drink",
    drunk: "drink",
    bought: "buy",
    went: "travel",
    gone: "travel",
    trip: "travel",
    journey: "travel",
    taught: "teach",
    teacher: "teach",
    teachers: "teach",
    met: "meet",
    meeting: "meet",
    spoke: "speak",
    drove: "drive",
    ran: "run",
    born: "birth",
    birthday: "birth",
    married: "marry",
    wedding: "marry",
    movie: "film",
    movies: "film",
    job: "work",
    profession: "work",
    occupation: "work",
    favorite: "favourite",
    color: "colour",
    colors: "colour",
    mum: "mother",
    mom: "mother",
    dad: "father",
    doctor: "doctor",
    gp: "doctor",
    automobile: "car",
    apartment: "flat",
    spouse: "partner",
    allergic: "allergy",
    allergies: "allergy",
  }),
);

/** Lower case, without accents: what two spellings of a word have in common. */
export function fold(text: string): string {
  return text
    .toLowerCase()
    .normalize("NFKD")
    .replace(/[\u0300-\u036f]/g, "")
    .replace(/[’‘]/g, "'");
}

/** A word's stem, good enough to match its inflections; not a word to show. */
export function stem(word: string): string {
  const folded = fold(word).replace(/'s?$/, "");
  const known = irregular.get(folded);
  if (known !== undefined) return known;
  if (folded.length <= 3) return folded;
  let base = folded;
  if (/ies$/.test(base) && base.length > 4) base = `${base.slice(0, -3)}y`;
  else if (/(?:ss|sh|ch|x|z)es$/.test(base)) base = base.slice(0, -2);
  else if (/[^sui]s$/.test(base)) base = base.slice(0, -1);
  const shorn = base.replace(/(?:ing|ed)$/, "");
  if (shorn !== base && shorn.length >= 3 && /[aeiouy]/.test(shorn)) base = shorn.replace(/([bdfgklmnprt])\1$/, "$1");
  if (base.length > 4) base = base.replace(/e$/, "");
  return irregular.get(base) ?? base;
}

/** The words of a text in order, lower-cased and without accents. */
export function wordsOf(text: string): string[] {
  return fold(text).match(/[\p{L}\p{N}]+(?:'[\p{L}]+)?/gu) ?? [];
}

/** The distinct stems of the telling words of a text, in order. */
export function contentStems(text: string): string[] {
  return [
    ...new Set(
      wordsOf(text)
        .filter(
          (word) => !stopWords.has(word) && !/^(?:i|we|you|he|she|it|they|that|there|what|who|where|let)'/.test(word),
        )
        .map(stem),
    ),
  ].filter((word) => word.length > 1 || /[\p{Script=Han}\p{N}]/u.test(word));
}

/** The share, 0 to 1, of the first list's stems that stand in the second. */
export function coverage(asked: readonly string[], said: readonly string[]): number {
  if (asked.length === 0) return 0;
  const has = new Set(said);
  return asked.filter((word) => has.has(word)).length / asked.length;
}
