import { mainDomain } from "../domains/read.ts";
import { identitySlots, safetySlots } from "../kept.ts";
import { stem, wordsOf } from "../retain/words.ts";

/** What Ebb makes no observations about: health, belief, politics, sex, crime, money troubles, violence and grief. */
const words = `
  health ill illness sick sickness disease doctor hospital clinic therapy therapist psychologist psychiatrist medicine medication pill pills
  drug drugs dose pain ache migraine headache toothache cancer tumour tumor diabetes asthma allergy allergic depression depressed anxiety anxious
  panic stress burnout insomnia adhd autism bipolar trauma injury injured surgery operation symptom diagnosis blood weight diet calories
  pregnant pregnancy miscarriage abortion fertility period contraception disability disabled addiction addicted alcoholic alcohol sober
  drunk smoking cigarette cigarettes vaping cannabis weed cocaine suicide suicidal selfharm anorexia bulimia
  god church mosque synagogue temple prayer pray religion religious faith bible quran muslim christian jewish hindu atheist
  politics political party vote voted election protest president minister union immigration visa asylum refugee ethnicity race racism
  sex sexual sexuality gay lesbian bisexual queer trans transgender porn dating affair lover condom
  crime criminal police arrest arrested prison jail lawyer court lawsuit divorce custody abuse abused violence assault rape weapon gun
  debt debts loan bankrupt bankruptcy salary income tax taxes password pin account
  death dead died dying funeral grief grieving widow widowed grave`;

const sensitive = new Set(words.trim().split(/\s+/).map(stem));
const quiet = new Set([...safetySlots, ...identitySlots, "religion", "diet", "politics"]);

/** True for what is nobody's business to count. */
export function isSensitive(text: string, predicate: string): boolean {
  if (quiet.has(predicate) || wordsOf(text).some((word) => sensitive.has(stem(word)))) return true;
  const domain = mainDomain(text);
  return domain === "health" || domain === "money";
}
