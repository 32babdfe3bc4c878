/**
 * Words by which ordinary questions ask for a predicate without naming it. Keys are predicates as learning writes them;
 * words are lower case and matched as they stand.
 */
const cues: Readonly<Record<string, readonly string[]>> = {
  name: ["name", "called", "call", "named"],
  home: ["live", "living", "lived", "home", "city", "town", "country", "reside", "based", "move", "moved"],
  address: ["address", "street", "live"],
  origin: ["from", "hometown", "grew", "raised", "born", "origin", "originally"],
  nationality: ["nationality", "citizen", "passport", "country"],
  work: ["work", "works", "working", "worked", "employer", "company", "office", "employed"],
  job: ["job", "profession", "occupation", "living", "career", "work", "role"],
  birthday: ["birthday", "born", "birth", "age", "old"],
  age: ["age", "old", "birthday"],
  allergy: ["allergy", "allergies", "allergic", "avoid", "intolerant", "food", "foods", "eat", "cook", "ingredient"],
  diet: ["diet", "vegetarian", "vegan", "eat", "eating", "food", "foods", "meal", "meals", "avoid", "cook"],
  eats: ["eat", "eating", "food", "foods", "meal", "meals", "breakfast", "lunch", "dinner"],
  drinks: ["drink", "drinks", "beverage"],
  medication: ["medication", "medicine", "medicines", "pills", "drug", "drugs", "prescription", "take", "taking"],
  likes: ["like", "likes", "love", "loves", "enjoy", "enjoys", "favourite", "favorite", "prefer", "hobby", "hobbies"],
  dislikes: ["dislike", "dislikes", "hate", "hates", "avoid"],
  hobby: ["hobby", "hobbies", "fun", "spare", "leisure"],
  pet: ["pet", "pets", "animal", "animals"],
  language: ["language", "languages", "speak"],
};

/** The predicates that a question with these lower-cased words may be about. */
export function predicatesAskedFor(words: ReadonlySet<string>): string[] {
  return Object.keys(cues).filter((predicate) => cues[predicate]?.some((cue) => words.has(cue)));
}
