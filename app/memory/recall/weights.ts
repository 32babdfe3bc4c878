/** Every number that ranks. Tuned on development data as a whole; changing one is a matter of `bench:recall`. */
export const defaultWeights = {
  /** BM25's saturation of repeated terms and normalisation of length (Robertson & Zaragoza 2009). */
  k1: 1.2,
  b: 0.3,
  /** Rows without any of the words that are counted in, so that in a young store a word said twice is still telling. */
  background: 300,
  /** A turn is searched together with the turns around it, nearest first. */
  before: [0.4, 0.2],
  after: [0.2, 0.1],
  /** A turn gains from how much of the question its session covers, as a share of the best session's. */
  session: 0.5,
  /** A turn said by, or a memory about, a person whom the question names. */
  person: 0.3,
  /** Share of its weight that a speaker's name keeps as a search term: it stands in what others say to that person. */
  name: 0.5,
  /** A memory against a turn that matches as well: it is the distilled form. */
  memory: 1.15,
  /** A memory whose predicate the question is about, although it may not share a word with it. */
  slot: 0.5,
  /** A turn that only asks holds no answer. */
  questionTurn: 0.4,
  /** Share of the question that the best match must cover for any to count, and a match's least share of the best. */
  coverageFloor: 0.15,
  relativeFloor: 0.2,
  /** The final score's factors (design, section 4). */
  retrievabilityBase: 0.55,
  retrievability: 0.45,
  confidence: 0.2,
  temporal: 0.2,
  proof: 0.1,
  /** A turn has no forgetting state, confidence or proof of its own: it stands for a memory of this retrievability. */
  turnRetrievability: 0.75,
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
  candidates: 400,
  /** Best turns of which those around are looked at. */
  surrounded: 200,
  /** Memories about those whom the question names, newest first. */
  subjects: 200,
  /** Best turns that are compared with the memories that came from them. */
  merged: 300,
} as const;
