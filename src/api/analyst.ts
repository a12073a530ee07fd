// What analysts read of a coordinator besides its answers: what was asked, what is left, what can be asked about. Amounts of ρ
// are decimals; times are Unix seconds; no count of members or reports is exact.
import * as z from "../base/schema.ts";
import { lifetimeSchema } from "../task/release.ts";
import { approvalState } from "./approval.ts";

const rho = z.string().check(z.regex(/^[0-9]{1,10}(\.[0-9]{1,9})?$/));
const day = z.string().check(z.regex(/^\d{4}-\d{2}-\d{2}$/));
const task = z.string().check(z.regex(/^[A-Za-z0-9_-]{43}$/));

const listed = z.strictObject({
  task,
  name: z.string(),
  title: z.string(),
  kind: z.enum(["question", "training"]),
  state: z.enum(["reserved", "published", "settled"]),
  purpose: z.string(),
  /** First and last day of the data. */
  window: z.strictObject({ start: day, end: day }),
  rho,
  asked: z.int(),
  /** When devices may send no more. */
  closes: z.int(),
  settled: z.nullable(z.int()),
});
export type ListedQuestion = z.infer<typeof listed>;

/** How far a batch has come towards the least that may be collected, empty reports included. */
export const steps = ["none", "some", "half", "most", "enough"] as const;

const whole = z.extend(listed, {
  /** The canonical question; null for a training round. */
  question: z.unknown(),
  notice: z.string(),
  minCohort: z.int(),
  progress: z.strictObject({
    reports: z.enum(steps),
    /** Enough of them, and no more are expected: the time is over, or none has come for as long as the operator waits. */
    complete: z.boolean(),
  }),
});
export type WholeQuestion = z.infer<typeof whole>;

const amounts = z.strictObject({ epoch: z.string(), cap: rho, spent: rho, left: rho });
export type EpochBudget = z.infer<typeof amounts>;

const budget = z.strictObject({
  /** From eight weeks ago on, weeks and years, as far as they are in use. */
  epochs: z.array(amounts),
  /** What the fullest epoch leaves for a question about the last four weeks, asked now. */
  left: z.nullable(rho),
  /** Mean of the last 28 days. */
  rhoPerDay: z.number(),
  /** Days in which the year's budget is spent at that rate; null when nothing is spent. */
  exhaustedInDays: z.nullable(z.number()),
});
export type Budget = z.infer<typeof budget>;

const budgets = z.strictObject({
  /** one-coordinator: it has no helper, and its own books are the only ones. */
  trustMode: z.enum(["two-aggregators", "one-coordinator"]),
  coordinator: budget,
  /** As the helper's own books say; null when it does not answer, and where there is none. */
  helper: z.nullable(budget),
});
export type Budgets = z.infer<typeof budgets>;

/** `after`: what asking would leave. */
const epochAfter = z.extend(amounts, { after: rho });
export type EpochAfter = z.infer<typeof epochAfter>;
const blocked = z.object({ code: z.string(), why: z.string(), change: z.nullable(z.string()) });
export type Blocked = z.infer<typeof blocked>;
const outlook = z.object({
  /** The same question was asked before: asking again costs nothing. */
  asked: z.nullable(z.object({ task, state: z.string() })),
  /** ε of the answer and, at the coordinator's caps, which recur, of all answers of a week, a year and five years. */
  lifetime: lifetimeSchema,
  budget: z.object({ coordinator: z.array(epochAfter), helper: z.nullable(z.array(epochAfter)) }),
  /** Whether the helper's operator has to approve it by hand; null where the helper was not asked. */
  approval: z.nullable(approvalState),
  /** The first rule, of either service, that would refuse it. */
  blocked: z.nullable(blocked),
});
export type Outlook = z.infer<typeof outlook>;

const width = z.object({
  statistic: z.string(),
  halfWidth: z.number(),
  privacyHalfWidth: z.number(),
  resolution: z.optional(z.number()),
});
const explained = z.looseObject({
  question: z.looseObject({}),
  name: z.string(),
  title: z.string(),
  cost: z.object({ rho, epsilon: z.number(), delta: z.number(), mechanism: z.string() }),
  cells: z.int(),
  predicted: z.array(z.object({ members: z.number(), widths95: z.array(width) })),
  assumption: z.string(),
  hopeless: z.array(z.looseObject({ statistic: z.string(), members: z.number(), says: z.string() })),
  chosen: z.string(),
  others: z.array(z.object({ way: z.string(), rho, widths95: z.array(width) })),
  notice: z.string(),
});
/** What explaining a question answers. */
export const explainedQuestion = z.extend(explained, outlook.shape);
export type ExplainedQuestion = z.infer<typeof explainedQuestion>;

const metric = z.strictObject({
  id: z.string(),
  title: z.string(),
  /** UCUM, of one day's value. */
  unit: z.string(),
  range: z.strictObject({ min: z.number(), max: z.number() }),
  /** How it is asked about unless a question says otherwise. */
  per: z.enum(["day", "week"]),
  purposes: z.array(z.string()),
  /** The operator's, and not built in. */
  own: z.boolean(),
});
const attribute = z.strictObject({ id: z.string(), title: z.string(), values: z.array(z.string()), own: z.boolean() });
const vocabulary = z.strictObject({ metrics: z.array(metric), attributes: z.array(attribute) });
export type Vocabulary = z.infer<typeof vocabulary>;

export const analystRoutes = {
  questions: {
    method: "GET",
    path: "/v1/questions",
    summary: "What was asked, the newest first, a hundred a page",
    caller: "analyst",
    query: { before: "The `next` of an earlier page: only what was asked before" },
    response: z.strictObject({ questions: z.array(listed), next: z.nullable(task) }),
  },
  question: {
    method: "GET",
    path: "/v1/questions/{task}",
    summary: "One question: its canonical document, what members read of it, and how far its batch has come",
    caller: "analyst",
    response: whole,
  },
  budget: {
    method: "GET",
    path: "/v1/budget",
    summary: "What is left of both services' budgets, and for how long at the present rate",
    caller: "analyst",
    response: budgets,
  },
  metrics: {
    method: "GET",
    path: "/v1/metrics",
    summary: "Metrics and attributes that can be asked about here, the operator's own among them",
    caller: "analyst",
    response: vocabulary,
  },
} as const;
