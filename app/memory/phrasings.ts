/** A way of saying something, on lower-cased text without contractions, and the one that stands for all. */
type Phrasing = readonly [pattern: RegExp, canonical: string];

const thing = "([^,;]{1,60}?)";

/** Contractions written out. */
export const contractions: readonly Phrasing[] = [
  [/\bcannot\b|\bcan't\b/g, "can not"],
  [/\bwon't\b/g, "will not"],
  [/n't\b/g, " not"],
  [/\bi'm\b/g, "i am"],
  [/'ve\b/g, " have"],
  [/'d\b/g, " would"],
  [/'ll\b/g, " will"],
  [/'re\b/g, " are"],
  [/\b(it|that|he|she)'s\b/g, "$1 is"],
];

/**
 * What people say of themselves in other words, in this order. "~" denies, and "@" begins the name of what is said. A phrasing says
 * neither more nor less than the canonical one: whatever might is not here.
 */
export const phrasings: readonly Phrasing[] = [
  [
    /\b(?:really|very|just|quite|so|also|too|actually|truly|totally|absolutely|completely|still|usually|now|nowadays|these days|at the moment)\b/g,
    " ",
  ],
  [/\b(?:do|does|did) not\b|\bnever\b|\bno longer\b/g, " ~ "],
  [/\bnot\b/g, "~"],
  [/\bany ?(?:more|longer)\b/g, " "],
  [/~\s+have (?=an?\b|any\b)/g, "~ have "],
  [/\s+/g, " "],
  // Who is what to whom, and what it is called.
  [new RegExp(`^${thing} is (?:one of my hobbies|my hobby|a hobby of mine)$`), "my hobby is $1"],
  [new RegExp(`^${thing} is where i live$|^${thing} is my home$`), "i @live $1$2"],
  [/^([\p{L}' -]{1,40}) is my ([\p{L} -]{1,40})$/u, "my $2 is $1"],
  [/\bi am married to\b|\bmy (?:husband|wife|spouse) is (?:called |named )?/g, "i @marry "],
  [/\bmy ([\p{L} -]{1,40}?)(?:'s name is| is called| is named| goes by) /gu, "@name $1 "],
  [/\bi have (?:got )?(?:an? |one )?([\p{L} -]{1,40}?) (?:called|named) /gu, "@name $1 "],
  // Work and home.
  [
    /\bi am (?:employed|an employee|working) (?:by|at|of|with|for)\b|\bmy (?:employer|workplace|company) is\b/g,
    "i @work ",
  ],
  [/\bmy job is (?:at|with|for)\b|\bworks? (?:at|for)\b/g, "@work "],
  [/\bworks? as\b|\bmy (?:job|profession|occupation) is\b/g, "am"],
  [/\bam based in\b|\bmy home is in\b|\b(?:live|reside|dwell)s? in\b/g, "@live "],
  // Health.
  [/\bam (~ )?allergic to\b/g, "$1@allergy "],
  [/\b(~ )?have (~ )?an? allergy to\b|\breact badly to\b/g, "$1$2@allergy "],
  [new RegExp(`\\b(~ )?have (?:an? |no )?${thing} allergy$`), "$1@allergy $2"],
  [new RegExp(`^${thing} (?:make|makes|give|gives) me (?:ill|sick)$`), "i @allergy $1"],
  [/\bam (?:an? )?diabetic\b/g, "@have diabetes"],
  [/\bam (?:an? )?asthmatic\b/g, "@have asthma"],
  [/\bam (?:an? )?epileptic\b/g, "@have epilepsy"],
  [/\bsuffer(?:ing)? from\b|\bget (?=(?:migraine|headache|hives|eczema)s?\b)/g, "@have "],
  [/^i am on (?=\p{L}+$)|\btake\b/gu, "@take "],
  [/\bam (~ )?(?:scared|afraid|terrified|frightened) of\b|\bfear\b/g, "$1@fear "],
  // Food and drink.
  [/\bam (?:an? )?(?:vegetarian|veggie)\b/g, "~ @eat meat"],
  [/\bam ~ (?:an? )?(?:vegetarian|veggie)\b/g, "@eat meat"],
  [/\bam (?:an? )?teetotal(?:l?er)?\b|~ drink$/g, "~ @drink alcohol"],
  [/\bam (?:an? )?non[- ]?smoker\b|\bam ~ an? smoker\b|~ smoke$/g, "~ @smoke"],
  [/\bam an? smoker\b|\bsmoke$/g, "@smoke"],
  [/~ ~ @smoke/g, "~ @smoke"],
  [/\beats?\b/g, "@eat"],
  [/\bdrinks?\b/g, "@drink"],
  // Tastes.
  [/\bi (?:would rather|prefer to) (?:have |drink |eat )?(.+) than (.+)$/g, "i @like $1 more than $2"],
  [/\bprefers? (.+) (?:to|over) (.+)$/g, "@like $1 more than $2"],
  [/\bam (~ )?(?:an? (?:big |huge |great )?fan of|keen on|into|fond of|crazy about|mad about)\b/g, "$1@like "],
  [/\bcan ~ (?:stand|bear)\b|\b(?:hate|detest|loathe|dislike|despise)s?\b|\bhave gone off\b/g, "~ @like "],
  [new RegExp(`^${thing} (?:is|are) ~ for me$|^${thing} gets? on my nerves$`), "i ~ @like $1$2"],
  [/\bmy hobby is playing\b/g, "i play "],
  [/\bmy hobby is\b/g, "i @like "],
  [/\b(?:like|love|enjoy|adore)s?\b/g, "@like "],
  // What one has and does.
  [/\bmy car is\b|\bdrive (?=an?\b)|\bown\b/g, "@have "],
  [/\bhave got\b|\bhave (?!to\b|been\b)/g, "@have "],
  [/\b(?:wake|get|am) up (?=at\b)|\brise (?=at\b)/g, "@wake "],
  [/\bwas born (?=on\b|in (?:january|february|march|april|may|june|july)|[a-z]+ \d)|\bmy birthday is\b/g, "@birthday "],
  [/\bam fluent in\b|\bspeaks?\b/g, "@speak "],
  [/\bmy (?:mother tongue|native language|first language) is\b/g, "@native "],
  [/\bam an? (\p{L}+) player\b/gu, "play $1"],
  [/\bgo (?=\p{L}+ing\b)/gu, ""],
];

/** Words that may stand in one sentence and not in the other without a difference. */
export const fillers: ReadonlySet<string> = new Set(
  "a an the i my me mine myself am is are be it that this of in at on to for with as do does any some".split(" "),
);

export const numerals: ReadonlyMap<string, string> = new Map(
  "zero one two three four five six seven eight nine ten eleven twelve".split(" ").map((word, i) => [word, String(i)]),
);

/** What is a kind of what: who takes none of the second takes none of the first. Stems. */
export const kindsOf: Readonly<Record<string, readonly string[]>> = {
  meat: "beef steak pork bacon ham lamb veal chicken duck turkey sausag burger mutton venison salami".split(" "),
  alcohol: "beer win wine whisky whiskey vodka gin rum cider champagn champagne cocktail tequila sake".split(" "),
};
