/**
 * Words that people use for one another in talk and that stemming keeps apart: irregular forms, and the short and everyday
 * words for the same thing. One group a line.
 */
const groups = `
  become became
  begin began begun
  bike bicycle cycling cycle
  break broke broken
  bring brought
  bro brother
  build built
  buy bought purchase
  catch caught
  child children kid
  choose chose chosen
  come came
  dad father
  doctor physician
  draw drew drawn
  drink drank drunk
  drive drove driven
  eat ate eaten
  exam examination
  fall fell fallen
  favourite favorite fav
  feed fed
  feel felt
  fight fought
  find found
  flat apartment
  fly flew flown flight
  foot feet
  forget forgot forgotten
  forgive forgave forgiven
  give gave given
  go went gone
  grandma grandmother
  grandpa grandfather
  grow grew grown
  gym gymnasium
  hang hung
  hear heard
  hide hid hidden
  hold held
  keep kept
  know knew known
  lead led
  leave left
  lend lent
  life lives
  lose lost
  make made
  man men
  marry wedding marriage
  mean meant
  meet met
  mom mother mum mama
  movie film
  mouse mice
  pay paid
  phone telephone
  photo photograph photography picture pic
  ride rode ridden
  rise rose risen
  run ran
  see saw seen
  sell sold
  send sent
  shoot shot
  sing sang sung
  sis sister
  sit sat
  sleep slept
  speak spoke spoken
  spend spent
  stand stood
  steal stole stolen
  store shop
  swim swam swum
  take took taken
  teach taught
  think thought
  throw threw thrown
  tooth teeth
  tv television
  uni university college
  understand understood
  vacation holiday trip travel
  wake woke woken
  wear wore worn
  wife wives
  win won
  woman women
  write wrote written
`;

/**
 * The other words of each word's group, all as the index has them. `termOf` gives the index's term of a word.
 */
export function variantsBy(termOf: (words: string) => string[]): ReadonlyMap<string, readonly string[]> {
  const variants = new Map<string, Set<string>>();
  for (const group of groups.trim().split("\n")) {
    const terms = new Set(termOf(group));
    for (const term of terms) variants.set(term, new Set([...(variants.get(term) ?? []), ...terms]));
  }
  return new Map([...variants].map(([term, others]) => [term, [...others].filter((other) => other !== term)]));
}
