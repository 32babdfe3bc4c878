import { z } from "zod";
import { ruleOps, type TaskValue, taskKinds, taskOps } from "../storage/task-row.ts";
import { labelsOf } from "./graph.ts";

/** Far beyond what a person says in one turn. */
export const intentLimits = {
  intents: 50,
  labelChars: 120,
  /** Labels of a path. */
  depth: 24,
  valueChars: 2_000,
  listEntries: 100,
  parts: 200,
  dependencies: 50,
  quoteChars: 1_000,
} as const;

const pathChars = intentLimits.depth * (intentLimits.labelChars + 1);

const text = z.string().max(intentLimits.valueChars);
const scalar = z.union([text, z.number(), z.boolean()]);
const value = z.union([scalar, z.array(scalar).max(intentLimits.listEntries)]);
const path = z.string().min(1).max(pathChars);

const rule = z.strictObject({
  /** The path of the node whose value it is about. */
  slot: path,
  op: z.enum(ruleOps),
  value,
});

/**
 * What a turn asks of the task graph. `node` is the path of labels from the root goal, joined by "/". On the language side the quote is asked
 * for: see `isQuoted`.
 */
export const intentSchema = z.strictObject({
  op: z.enum(taskOps),
  node: path,
  /** With REPLACE: the new parts and their values, by label. */
  value: z.union([value, z.record(z.string(), value)]).optional(),
  /** With NEW; a goal where there is no parent, a constraint where there is a rule, a slot where there is a value, else a step. */
  kind: z.enum(taskKinds).optional(),
  depends_on: z.array(path).max(intentLimits.dependencies).optional(),
  rule: rule.optional(),
  /** With ROLLBACK: the number of one of the node's revisions, from 1, or a value that it had. */
  to: z.union([z.number().int().min(1), text]).optional(),
  /** With COMPLETE: that it is over without success. */
  outcome: z.enum(["done", "failed"]).optional(),
  quote: z.string().max(intentLimits.quoteChars).optional(),
});

/** As a model or a file proposes it. */
export type ProposedIntent = z.infer<typeof intentSchema>;

/** The new parts of a REPLACE, in their order. */
export type Parts = readonly (readonly [label: string, value: TaskValue])[];

/**
 * An intent that is well-formed. `id` names the node where the window knows it; the path is then not looked at, except that a NEW makes its
 * last label under that node.
 */
export type Intent = Omit<ProposedIntent, "value"> & {
  value?: TaskValue | undefined;
  parts?: Parts | undefined;
  id?: string | undefined;
};

export type RefusalCode =
  /** Not of the form of an intent. */
  | "malformed"
  /** Names a node, or a revision of it, that is not there. */
  | "unknown_node"
  | "unknown_revision"
  /** Asks of a kind of node, or with a kind of value, what cannot be asked of it. */
  | "wrong_type"
  /** Would make something wait for itself. */
  | "cycle"
  /** The node was removed or cancelled. */
  | "gone"
  /** Something else has changed since. */
  | "changed_since"
  /** More intents than a turn may have. */
  | "too_many"
  /** Does not quote what the user said. */
  | "unquoted";

/** Why nothing was done: a stable code, and a sentence for the user. */
export type Refusal = { code: RefusalCode; message: string };

export type ParsedIntent = { intent: Intent } | { refused: Refusal };

const malformed = (message: string): ParsedIntent => ({ refused: { code: "malformed", message } });

/** Reads what was proposed, whatever it is. The window's `id` may stand beside it. */
export function parseIntent(proposed: unknown, id?: string): ParsedIntent {
  if (typeof proposed !== "object" || proposed === null || Array.isArray(proposed)) {
    return malformed("That is not a change to a task.");
  }
  // Read by hand: a schema would lose labels such as "__proto__".
  const { value: given, ...fields } = proposed as { value?: unknown };
  // A grammar may have a model fill in what it has nothing to say about.
  const rest = Object.fromEntries(Object.entries(fields).filter(([, field]) => field !== null));
  const replaces = isRecord(given);
  const parsed = intentSchema.safeParse(
    replaces || given === undefined || given === null ? rest : { ...rest, value: given },
  );
  if (!parsed.success) return faultOf(parsed.error);
  const { value: plainValue, ...intent } = parsed.data;
  const labels = labelsOf(intent.node);
  const paths = [intent.node, ...(intent.depends_on ?? []), ...(intent.rule ? [intent.rule.slot] : [])];
  const wrong = paths.flatMap(labelsOf).find((label) => !isLabel(label));
  if (wrong !== undefined) return malformed(`"${shown(wrong)}" cannot be the name of a task.`);
  if (labels.length > intentLimits.depth) return malformed("That task lies too deep.");
  if (!replaces) return { intent: { ...intent, value: clean(plainValue as TaskValue | undefined), id } };
  if (intent.op !== "REPLACE") {
    return { refused: { code: "wrong_type", message: "Only a replacement has several parts." } };
  }
  const parts: [string, TaskValue][] = [];
  for (const [label, part] of Object.entries(given)) {
    const read = value.safeParse(part);
    if (!isLabel(label) || label.includes("/")) return malformed(`"${shown(label)}" cannot be the name of a task.`);
    if (!read.success) return malformed(`What "${shown(label)}" is to be cannot be read.`);
    parts.push([label.replace(/\s+/gu, " ").trim(), clean(read.data)]);
  }
  if (parts.length > intentLimits.parts) return malformed("Those are too many parts for one task.");
  return { intent: { ...intent, parts, id } };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isLabel(label: string): boolean {
  return (
    label.trim() !== "" && label.length <= intentLimits.labelChars && !/\p{Cc}/u.test(label) && label.isWellFormed()
  );
}

function clean<V extends TaskValue | undefined>(value: V): V {
  if (typeof value === "string") return value.toWellFormed().trim() as V;
  return (Array.isArray(value) ? value.map((entry) => clean(entry)) : value) as V;
}

function shown(label: string): string {
  const line = label.replace(/\s+/gu, " ").toWellFormed();
  return line.length > 40 ? `${line.slice(0, 39)}…` : line;
}

/** A value of the wrong type is told from what is no intent at all. */
function faultOf(error: z.ZodError): ParsedIntent {
  const [issue] = error.issues;
  const place = issue?.path.join(".") ?? "";
  if (place === "value" || place === "rule.value") {
    return { refused: { code: "wrong_type", message: "That value is of a kind, or a size, that a task cannot have." } };
  }
  return malformed(place === "" ? "That is not a change to a task." : `The change has a wrong "${shown(place)}".`);
}
