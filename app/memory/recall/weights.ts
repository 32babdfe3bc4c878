/** Every number that ranks. Tuned on development data as a whole; changing one is a matter of `bench:recall`. */
export const defaultWeights = {
  /** BM25's saturation of repeated terms and normalisation of length (Robertson & Zaragoza 2009). */
  k1: 1.2,
  b: 0.3,
  /** Rows without any of the words that are counted in, so that in a young store a word said twice is still telling. */
  background: 300,
  /** Share of its weight that a word has where the text says a variant of it ("went" for "go"). */
  variant: 0.7,
  /** The question's words in a turn, as a share of the best turn's. */
  lexical: 0.23,
  /** How much of the question a turn and those around it cover, nearest first. */
  neighbours: 0.8,
  before: [0.8, 0.6],
  after: [0.6, 0.4],
  /** How much of the question its sitting covers, as a share of the best sitting's. */
  session: 0.41,
  /** The cosine of a turn, or of one of those around it, above what any two texts have in common. */
  meaning: 1.18,
  noise: 0.2,
  nearness: [0.9, 0.8],
  /** The same of a sitting's nearest turns. */
  sessionMeaning: 0.64,
  sessionNoise: 0.3,
  /** A turn said by a person whom the question names, or by the user where it is about them. */
  person: 0.17,
  /** A turn that looks like the wanted kind of answer, or that follows a question like the one asked. */
  answer: 0.36,
  answering: 0.3,
  /** A turn in the time that the question names. */
  time: 0.96,
  /** A turn's length, as a logarithm above that of so few words; a proper name in it; a question in it, taken off. */
  length: 0.1,
  fewWords: 3,
  detail: 0.08,
  asking: 0.11,
  /** Share of its weight that a speaker's name keeps as a search term: it stands in what others say to that person. */
  name: 0.5,
  /** A memory against a turn that matches as well: it is the distilled form. */
  memory: 1.05,
  /** A memory whose predicate the question is about, although it may not share a word with it. */
  slot: 0.6,
  /** A memory about whom or what the question names. */
  about: 0.35,
  /** A memory in the domain and the aspects of life that a request for suggestions is about, although it may not share a word. */
  domain: 1.2,
  /** Share of their weight that words, slot and person of a memory keep in such a request. */
  adviceWords: 0.3,
  /** A turn that only asks holds no answer. */
  questionTurn: 0.4,
  /** Share of the question that the best match must cover for any to count, and a match's least share of the best. */
  coverageFloor: 0.15,
  /** Where no words do, the cosine that the nearest must have for any to count. */
  meaningFloor: 0.3,
  relativeFloor: 0.2,
  /** A match's least share of what the best covers on grounds of its own, without its sitting, speaker or length. */
  groundsFloor: 0.3,
  /** Of a result's score, what one before it that says the same takes (maximal marginal relevance). */
  variety: 0.5,
  /** The final score's factors (design, section 4). */
  retrievabilityBase: 0.55,
  retrievability: 0.45,
  confidence: 0.2,
  temporal: 0.2,
  proof: 0.1,
  /** A turn has no forgetting state, confidence or proof of its own: it stands for a memory of this retrievability. */
  turnRetrievability: 0.85,
};

export type Weights = Readonly<typeof defaultWeights>;

/** What bounds the work of one recall, so that it stays within its latency whatever is asked. */
export const bounds = {
  /** Characters and words of the question that are read. */
  questionChars: 8_000,
  questionWords: 256,
  /** Rarest terms of the question that are searched, and occurrences in each index that are looked at for them. */
  terms: 32,
  postings: 20_000,
  /** Best rows of each index, before anything but their terms is known, that are scored in full. */
  candidates: 200,
  /** Texts of each kind that are nearest in meaning, and turns of the time that the question names. */
  nearest: 60,
  nearestMemories: 30,
  inWindow: 200,
  /** Best turns by words, and by meaning, of which those around are looked at. */
  surrounded: 60,
  /** Words of a turn that make it longer. */
  wordsCounted: 400,
  /** Memories about those whom the question names, newest first. */
  subjects: 200,
  /** Best turns by words and nearness that are scored in full and compared with the memories that came from them. */
  merged: 100,
} as const;

/** Who wants many results has more looked at: so many for each. */
export const looked = { nearest: 2, merged: 3 } as const;
