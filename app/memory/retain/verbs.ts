export type Tense = "present" | "past" | "participle" | "progressive";

/** A form of a verb: its base and how it is inflected. */
export type VerbForm = { base: string; tense: Tense; thirdPerson: boolean };

const regular = `live reside stay move relocate settle commute work study learn practise practice train teach manage own use
  play cook bake paint draw dance sing listen watch love like enjoy prefer hate dislike adore loathe detest despise mind
  need want wish hope plan start begin join leave quit retire promote hire fire graduate marry engage divorce separate date
  adopt rescue name call turn pass visit travel book order rent lease volunteer support follow collect suffer diagnose
  avoid tolerate smoke vape walk jog hike climb cycle swim surf ski row box exercise lift run cause trigger help finish
  complete crash total repair fix replace renew expire end open close arrive depart land board return cancel reschedule
  attend celebrate host organise organize happen die pass born recover break crack sprain injure operate change switch
  stop continue keep identify describe consider believe vote pray worship attend weigh measure earn save invest owe pay
  receive apply interview prepare miss meditate garden fish knit sew code program develop design research direct produce
  publish perform record compete win lose score finish grow raise breed ride drive fly sail park charge download install
  wear speak write read eat drink take have get go come be do make buy sell give find see meet know think feel sleep wake
  snore hear tell say ask reply claim insist suggest recommend mention argue admit deny think dream imagine wonder pretend
  assume suppose remember forget react skip drop fail cost contain include allergic require bring put set hold sit stand lie
  become seem look smell taste sound shop clean wash iron mow plant water harvest brew ferment hunt shoot camp
  swear sponsor chair lead found cofound coach mentor tutor nurse serve guard deliver drive trade consult freelance intern
  speak understand translate crave spell pronounce abbreviate transfer enrol enroll register sign upgrade downgrade switch
  invite argue fight split upset expect await deserve refuse`;

const irregular: Readonly<Record<string, readonly [past: string, participle: string]>> = {
  go: ["went", "gone"],
  get: ["got", "gotten"],
  buy: ["bought", "bought"],
  sell: ["sold", "sold"],
  lose: ["lost", "lost"],
  win: ["won", "won"],
  become: ["became", "become"],
  begin: ["began", "begun"],
  leave: ["left", "left"],
  quit: ["quit", "quit"],
  meet: ["met", "met"],
  eat: ["ate", "eaten"],
  drink: ["drank", "drunk"],
  take: ["took", "taken"],
  see: ["saw", "seen"],
  make: ["made", "made"],
  break: ["broke", "broken"],
  find: ["found", "found"],
  fly: ["flew", "flown"],
  drive: ["drove", "driven"],
  ride: ["rode", "ridden"],
  run: ["ran", "run"],
  speak: ["spoke", "spoken"],
  teach: ["taught", "taught"],
  grow: ["grew", "grown"],
  feel: ["felt", "felt"],
  keep: ["kept", "kept"],
  tell: ["told", "told"],
  say: ["said", "said"],
  write: ["wrote", "written"],
  read: ["read", "read"],
  pay: ["paid", "paid"],
  give: ["gave", "given"],
  come: ["came", "come"],
  think: ["thought", "thought"],
  know: ["knew", "known"],
  wear: ["wore", "worn"],
  sleep: ["slept", "slept"],
  wake: ["woke", "woken"],
  swim: ["swam", "swum"],
  sing: ["sang", "sung"],
  draw: ["drew", "drawn"],
  hear: ["heard", "heard"],
  hold: ["held", "held"],
  put: ["put", "put"],
  set: ["set", "set"],
  bring: ["brought", "brought"],
  lead: ["led", "led"],
  forget: ["forgot", "forgotten"],
  cost: ["cost", "cost"],
  sit: ["sat", "sat"],
  stand: ["stood", "stood"],
  dream: ["dreamt", "dreamt"],
  learn: ["learnt", "learnt"],
  split: ["split", "split"],
  shoot: ["shot", "shot"],
  understand: ["understood", "understood"],
  swear: ["swore", "sworn"],
};

const forms = new Map<string, VerbForm>();
forms.set("have", { base: "have", tense: "present", thirdPerson: false });
forms.set("has", { base: "have", tense: "present", thirdPerson: true });
forms.set("had", { base: "have", tense: "past", thirdPerson: true });
forms.set("having", { base: "have", tense: "progressive", thirdPerson: false });
forms.set("do", { base: "do", tense: "present", thirdPerson: false });
forms.set("does", { base: "do", tense: "present", thirdPerson: true });
forms.set("did", { base: "do", tense: "past", thirdPerson: true });
forms.set("done", { base: "do", tense: "participle", thirdPerson: false });
forms.set("doing", { base: "do", tense: "progressive", thirdPerson: false });
for (const form of ["am", "are", "be"]) forms.set(form, { base: "be", tense: "present", thirdPerson: false });
forms.set("is", { base: "be", tense: "present", thirdPerson: true });
for (const form of ["was", "were"]) forms.set(form, { base: "be", tense: "past", thirdPerson: true });
forms.set("been", { base: "be", tense: "participle", thirdPerson: false });
forms.set("being", { base: "be", tense: "progressive", thirdPerson: false });

for (const base of new Set(regular.split(/\s+/))) {
  if (base === "be" || base === "have" || base === "do" || base === "allergic") continue;
  const add = (form: string, tense: Tense, thirdPerson = false): void => {
    if (!forms.has(form)) forms.set(form, { base, tense, thirdPerson });
  };
  const short = base.replace(/e$/, "");
  const doubled = /^[^aeiou]*[aeiou][bdgklmnprt]$/.test(base) && base.length < 6 ? base + base.at(-1) : null;
  add(base, "present");
  add(
    /(?:s|sh|ch|x|z|o)$/.test(base) ? `${base}es` : base.replace(/([^aeiou])y$/, "$1ie").concat("s"),
    "present",
    true,
  );
  add(base === "lie" || base === "die" ? base.replace("ie", "ying") : `${doubled ?? short}ing`, "progressive");
  const irregularForms = irregular[base];
  if (irregularForms) {
    add(irregularForms[0], "past", true);
    add(irregularForms[1], "participle");
  }
  add(
    doubled ? `${doubled}ed` : base.endsWith("e") ? `${base}d` : base.replace(/([^aeiou])y$/, "$1i").concat("ed"),
    "past",
    true,
  );
}
for (const [form, base] of [
  ["travelled", "travel"],
  ["travelling", "travel"],
  ["cancelled", "cancel"],
  ["cancelling", "cancel"],
  ["enrolled", "enrol"],
  ["quitting", "quit"],
  ["beginning", "begin"],
  ["forgetting", "forget"],
] as const) {
  forms.set(form, { base, tense: form.endsWith("ing") ? "progressive" : "past", thirdPerson: !form.endsWith("ing") });
}

/** Reads a lower-case word as a verb's form, or null where it is none that is known. */
export function verbForm(word: string): VerbForm | null {
  return forms.get(word) ?? null;
}

const modals = new Set(["will", "would", "can", "could", "shall", "should", "may", "might", "must"]);

export function isModal(word: string): boolean {
  return modals.has(word);
}
