import { bare, type Draft, fact, isProper, type Rule } from "./draft.ts";

const professions = new Set(
  `nurse chef cook doctor surgeon dentist vet pharmacist midwife teacher professor lecturer tutor student lawyer judge accountant
  engineer architect pilot driver carpenter plumber electrician mechanic farmer fisherman soldier policeman policewoman cop detective
  firefighter paramedic librarian journalist reporter editor writer author poet artist painter sculptor photographer designer
  developer programmer consultant analyst manager director ceo cto cfo founder entrepreneur salesman saleswoman cashier clerk
  secretary receptionist assistant secretary barista waiter waitress bartender baker butcher florist gardener cleaner janitor guard
  actor actress singer musician dancer composer scientist physicist chemist biologist mathematician economist historian
  psychologist therapist psychiatrist counsellor counselor coach trainer translator interpreter tailor hairdresser barber
  stylist intern apprentice freelancer contractor researcher postdoc phd banker broker trader realtor politician diplomat
  priest pastor monk nun rabbi imam builder roofer welder miner sailor captain officer sergeant astronaut undergraduate
  ward-manager housewife househusband homemaker carer caregiver nanny au-pair retiree pensioner technician operator inspector
  planner strategist specialist expert administrator coordinator supervisor lead head principal dean president chairman
  partner associate potter blogger youtuber streamer model postman courier flight-attendant stewardess sommelier brewer
  beekeeper locksmith jeweller jeweler optician optometrist radiographer radiologist cardiologist neurologist paediatrician
  pediatrician oncologist anaesthetist physiotherapist physio osteopath dietitian nutritionist solicitor barrister paralegal`.split(
    /\s+/,
  ),
);
const suffix =
  /(?:ologist|ographer|onomist|ician|smith|maker|keeper|wright|worker|engineer|manager|officer|teacher|assistant|director)$/;
const roleWords =
  /\b(?:manager|director|head|chief|vp|officer|lead|partner|assistant|trainee|apprentice|student|engineer|developer|nurse|teacher)\b/i;
const noJob =
  /\b(?:fan|person|lover|bit|lot|fool|morning|people|learner|user|owner|member|believer|guy|girl|woman|man|human|mess|idiot|genius|eater|drinker|sleeper|talker|thinker|parent|mother|father|mum|mom|dad)\b/i;

/** True for the name of an occupation: "nurse", "ward manager", "freelance graphic designer". */
export function isOccupation(value: string): boolean {
  if (noJob.test(value)) return false;
  const core = value.toLowerCase().split(/\s+(?:at|for|in|of|with|from|on)\s+/)[0] ?? "";
  const words = core.split(/[\s/]+/);
  const last = words.at(-1)?.replace(/s$/, "") ?? "";
  return words.length <= 5 && (professions.has(last) || suffix.test(last) || /^(?:head|ceo|cto|cfo|vp)\b/.test(core));
}

/** "a nurse in Leeds", "an engineer at Acme": the occupation and, apart from it, who it is for. */
export function occupation(value: string): Draft[] | null {
  const job = bare(value);
  if (!isOccupation(job)) return null;
  const [, role, employer] = /^(.+?)\s+(?:at|for|with)\s+(.+)$/i.exec(job) ?? [null, job, null];
  const drafts = fact("job", role ?? job, { single: true, importance: 0.8 });
  if (employer && role) {
    drafts.push({ kind: "fact", predicate: "work", value: bare(employer), single: true, importance: 0.7 });
  }
  return drafts;
}

const work: Rule = ({ rest, phrase }) => {
  const remote = /^(?:(?:mostly|mainly|only|fully|partly)\s+)?(from home|remotely|hybrid|from the office)\b/i.exec(
    rest,
  );
  if (remote) return fact("workplace", (remote[1] ?? "").toLowerCase(), { single: true, importance: 0.5 });
  const time =
    /^(full[- ]time|part[- ]time|night shifts?|nights|shifts|weekends|four days a week|freelance|for myself)\b/i.exec(
      rest,
    );
  if (time) return fact("working hours", (time[1] ?? "").toLowerCase(), { single: true });
  const as = /^as (?:an? |the )?(.+)$/i.exec(rest);
  if (as) {
    const [, role = "", , employer] = /^(.+?)(?:\s+(at|for|with)\s+(.+))?$/i.exec(bare(as[1] ?? "")) ?? [];
    const drafts = fact("job", role, { single: true, importance: 0.8 });
    if (employer)
      drafts.push({ kind: "fact", predicate: "work", value: bare(employer), single: true, importance: 0.7 });
    return drafts;
  }
  const place = /^(?:at|for|with) (.+)$/i.exec(rest);
  if (place) {
    const [, employer = "", , role] = /^(.+?)(?:\s+(as)\s+(.+))?$/i.exec(bare(place[1] ?? "")) ?? [];
    if (/^(?:home|night|the moment|least|\d)/i.test(employer)) return null;
    const drafts = fact("work", employer, { single: true, importance: 0.7 });
    if (role) drafts.push({ kind: "fact", predicate: "job", value: bare(role), single: true, importance: 0.8 });
    return drafts;
  }
  const field = /^in (.+)$/i.exec(rest);
  if (field) return fact("work", bare(field[1] ?? ""), { single: true, importance: 0.7 });
  return phrase.negated && rest === "" ? fact("job", "none", { single: true, importance: 0.7, negated: false }) : null;
};

const becoming: Rule = ({ rest }) => {
  const job = bare(rest.replace(/^(?:as|to|to be)\s+/i, ""));
  return isOccupation(job) || roleWords.test(job) ? fact("job", job, { single: true, importance: 0.8 }) : null;
};

const get: Rule = ({ rest }) => {
  const promoted = /^(?:promoted|hired|appointed|elected)(?:\s+(?:to|as|by)\s+(.+))?$/i.exec(rest);
  if (promoted) {
    return promoted[1]
      ? fact("job", bare(promoted[1]), { single: true, importance: 0.8 })
      : [{ kind: "event", predicate: "promotion", value: "promoted", importance: 0.6 }];
  }
  if (/^(?:fired|laid off|sacked|made redundant)\b/i.test(rest)) {
    return fact("job", "none", { single: true, importance: 0.8 });
  }
  const job =
    /^(?:an? |the )?(?:(?:new|great|part-time|full-time|temporary|permanent|summer|weekend|side|second) )*(?:job|position|role|offer|internship)\s+(?:as (?:an? )?(.+?))?(?:\s*(?:at|with|for|in) (.+))?$/i.exec(
      rest,
    );
  if (!job) return null;
  const drafts: Draft[] = [];
  if (job[1]) drafts.push(...fact("job", bare(job[1]), { single: true, importance: 0.8 }));
  if (job[2]) drafts.push(...fact("work", bare(job[2]), { single: true, importance: 0.7 }));
  return drafts.length > 0 ? drafts : null;
};

const start: Rule = (clause) => {
  const at = /^(?:(?:an? |my )?(?:new )?(?:job|position|role|work|working|internship) )?(?:at|with|for) (.+)$/i.exec(
    clause.rest,
  );
  if (at && isProper(bare(at[1] ?? ""))) return fact("work", bare(at[1] ?? ""), { single: true, importance: 0.7 });
  const as = /^(?:(?:an? |my )?(?:new )?(?:job|position|role|work|working) )?as (?:an? )?(.+)$/i.exec(clause.rest);
  if (as) return occupation(as[1] ?? "");
  return get(clause);
};

const join: Rule = ({ rest }) => {
  const value = bare(rest);
  return isProper(value) && !/\b(?:gym|club|choir|band|team|class|course)\b/i.test(value)
    ? fact("work", value, { single: true, importance: 0.6 })
    : fact("member of", value);
};

const leave: Rule = ({ rest, phrase }) => {
  if (/^(?:my |the )?(?:job|position|work)\b/i.test(rest)) {
    return fact("job", "left the job", { single: true, importance: 0.8, negated: false });
  }
  const value = bare(rest);
  return phrase.tense === "past" && isProper(value) && value.split(" ").length <= 4 && phrase.verb === "quit"
    ? fact("work", `left ${value}`, { single: true, importance: 0.7, negated: false })
    : null;
};

const teach: Rule = ({ rest }) =>
  rest === "" ? null : fact("job", `teaches ${bare(rest)}`, { single: true, importance: 0.7 });
const study: Rule = ({ rest }) =>
  rest === "" || /^(?:for|hard|tonight)\b/i.test(rest)
    ? null
    : fact("studies", bare(rest), { single: true, importance: 0.6 });
const retire: Rule = ({ rest, phrase }) =>
  phrase.tense === "future" || rest.length > 60 ? null : fact("job", "retired", { single: true, importance: 0.8 });
const runs: Rule = ({ rest }) => {
  const own =
    /^(?:an?|my own|our own|the)\s+(.*\b(?:business|shop|store|company|café|cafe|restaurant|bakery|bar|studio|agency|startup|farm|hotel|school|practice|clinic|salon|team|department|blog|channel|podcast)\b.*)$/i.exec(
      rest,
    );
  return own ? fact("job", `runs ${rest}`, { single: true, importance: 0.7 }) : null;
};

/** Rules for work and study, by the verb that they read. */
export const workRules: Readonly<Record<string, readonly Rule[]>> = {
  work: [work],
  become: [becoming],
  get: [get],
  have: [get],
  start: [start],
  begin: [start],
  accept: [get],
  join: [join],
  leave: [leave],
  quit: [leave],
  lose: [
    ({ rest }) => (/^(?:my |the )?job\b/i.test(rest) ? fact("job", "none", { single: true, importance: 0.8 }) : null),
  ],
  teach: [teach],
  study: [study],
  retire: [retire],
  run: [runs],
  own: [runs],
  manage: [
    ({ rest }) =>
      /\b(?:team|shop|store|department|office|bar|restaurant|branch)\b/i.test(rest)
        ? fact("job", `manages ${rest}`, { single: true, importance: 0.7 })
        : null,
  ],
};
