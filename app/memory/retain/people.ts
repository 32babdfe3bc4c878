/** Words for the people and animals in someone's life, each with the word that stands for it in a subject. */
const canonical: Readonly<Record<string, string>> = {
  mum: "mother",
  mom: "mother",
  mam: "mother",
  mummy: "mother",
  mommy: "mother",
  mama: "mother",
  dad: "father",
  daddy: "father",
  papa: "father",
  hubby: "husband",
  kid: "child",
  toddler: "child",
  sis: "sister",
  bro: "brother",
  grandma: "grandmother",
  granny: "grandmother",
  gran: "grandmother",
  nan: "grandmother",
  nana: "grandmother",
  grandpa: "grandfather",
  grandad: "grandfather",
  granddad: "grandfather",
  auntie: "aunt",
  aunty: "aunt",
  mate: "friend",
  buddy: "friend",
  bestie: "friend",
  pal: "friend",
  coworker: "colleague",
  "co-worker": "colleague",
  workmate: "colleague",
  teammate: "colleague",
  flatmate: "roommate",
  housemate: "roommate",
  neighbor: "neighbour",
  gf: "girlfriend",
  bf: "boyfriend",
  puppy: "dog",
  pup: "dog",
  kitten: "cat",
  supervisor: "boss",
  gp: "doctor",
  physician: "doctor",
};

const family = new Set(
  `mother father parent sister brother sibling son daughter child baby wife husband partner fiancé fiancee fiancée fiance spouse
  girlfriend boyfriend grandmother grandfather grandparent grandson granddaughter grandchild aunt uncle cousin niece nephew
  stepmother stepfather stepson stepdaughter stepsister stepbrother godmother godfather godson goddaughter twin ex
  mother-in-law father-in-law sister-in-law brother-in-law son-in-law daughter-in-law`.split(/\s+/),
);

const acquaintances = new Set(
  `friend colleague boss manager neighbour roommate landlord landlady teacher tutor coach trainer mentor therapist doctor dentist
  psychologist physiotherapist lawyer accountant hairdresser assistant client student professor classmate babysitter nanny
  cleaner mechanic plumber electrician vet guest host crush acquaintance intern employee coauthor cofounder`.split(
    /\s+/,
  ),
);

const animals = new Set(
  "dog cat rabbit bunny hamster parrot bird budgie horse pony goldfish tortoise turtle snake lizard ferret pet gecko rat chicken hen".split(
    " ",
  ),
);

const irregularPlurals: Readonly<Record<string, string>> = {
  children: "child",
  kids: "child",
  wives: "wife",
  babies: "baby",
  puppies: "dog",
  bunnies: "bunny",
  people: "people",
};

/** The word that stands for a relation or an animal ("mum" is "mother"), or null for any other word. */
export function relationOf(word: string): string | null {
  const lower = word.toLowerCase();
  const one = irregularPlurals[lower] ?? lower;
  for (const candidate of [one, one.replace(/s$/, "")]) {
    const known = canonical[candidate] ?? candidate;
    if (family.has(known) || acquaintances.has(known) || animals.has(known)) return known;
  }
  return null;
}

export function isAnimal(relation: string): boolean {
  return animals.has(relation);
}

/** Which of several: "older brother" is not "younger brother". */
export const rank = new Set(
  "older elder eldest oldest younger youngest little big twin middle half ex former late first second best".split(" "),
);

/** Capitalised words at the start of a sentence that name nobody. */
const commonStarts = new Set(
  `the a an this that these those there here it its he she they we you i my our your his her their what who when where why how
  which today tomorrow yesterday tonight now then next last every each some many most all both no not yes ok okay please thanks
  monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september october
  november december spring summer autumn winter morning evening christmas easter people everyone everybody someone somebody nobody
  anyone anything everything something nothing one two three if so but and or because since as for from with without in on at by
  to of after before during while once until although though also maybe perhaps just only even still never always remember forget
  ebb hello hi hey call tell give write make find show help let do does did is are was were can could will would should have has
  had am be english`.split(/\s+/),
);

export function isCommonStart(word: string): boolean {
  return commonStarts.has(word.toLowerCase());
}
