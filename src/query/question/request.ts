// What the services take: SQL text, or a draft as JSON with whatever is left out filled in. Both become the canonical question.

import { fail } from "../../base/errors.ts";
import * as z from "../../base/schema.ts";
import { compileSql } from "../sql/compile.ts";
import type { Catalogue } from "./catalogue.ts";
import { completeDraft } from "./complete.ts";
import type { Draft, DraftDefaults } from "./draft.ts";
import type { Question } from "./schema.ts";

const text = (most: number) => z.string().check(z.minLength(1), z.maxLength(most));
const measure = z.strictObject({
  formula: text(500),
  per: z.optional(z.enum(["day", "week"])),
  clip: z.optional(z.tuple([z.number(), z.number()])),
  since: z.optional(text(10)),
});
const condition = z.strictObject({
  formula: text(500),
  per: z.optional(z.enum(["day", "week"])),
  op: z.enum([">=", "<"]),
  value: z.number(),
});
const conditions = z.array(condition).check(z.minLength(1), z.maxLength(8));
const values = z.array(text(40)).check(z.minLength(1), z.maxLength(256));
const key = z.strictObject({ attribute: text(40), values: z.optional(values) });
const count = z.int().check(z.gte(1), z.lte(1e9));

const select = z.discriminatedUnion("statistic", [
  z.strictObject({ statistic: z.literal("count") }),
  z.strictObject({ statistic: z.enum(["mean", "sum", "stddev"]), of: measure }),
  z.strictObject({
    statistic: z.literal("histogram"),
    of: measure,
    edges: z.optional(z.array(z.number()).check(z.minLength(2), z.maxLength(257))),
    bins: z.optional(z.int().check(z.gte(1), z.lte(200))),
  }),
  z.strictObject({
    statistic: z.literal("quantile"),
    of: measure,
    levels: z.array(z.number()).check(z.minLength(1), z.maxLength(9)),
  }),
  z.strictObject({ statistic: z.literal("share"), of: measure, atLeast: z.number() }),
  z.strictObject({ statistic: z.literal("meets"), conditions }),
  z.strictObject({
    statistic: z.literal("top"),
    attribute: text(40),
    values: z.optional(values),
    limit: z.optional(count),
  }),
  z.strictObject({ statistic: z.enum(["correlation", "slope"]), x: measure, y: measure }),
]);

/** A draft as JSON. What a question states beside it is the canonical form of the same. */
export const draftSchema = z.strictObject({
  version: z.literal(2),
  name: z.optional(z.string().check(z.regex(/^[a-z0-9][a-z0-9-]{0,62}$/))),
  title: z.optional(text(300)),
  select: z.array(select).check(z.minLength(1), z.maxLength(8)),
  where: z.optional(z.array(z.strictObject({ attribute: text(40), values })).check(z.maxLength(8))),
  thresholds: z.optional(conditions),
  every: z.optional(count),
  groupBy: z.optional(z.array(key).check(z.maxLength(2))),
  window: z.optional(
    z.union([
      z.strictObject({ weeks: count, end: z.optional(text(10)) }),
      z.strictObject({ days: count, end: z.optional(text(10)) }),
      z.strictObject({ start: text(10), end: text(10) }),
    ]),
  ),
  daysMin: z.optional(count),
  purpose: z.optional(text(40)),
  privacy: z.optional(z.union([z.strictObject({ epsilon: text(20) }), z.strictObject({ rho: text(20) })])),
  minCohort: z.optional(count),
  /** Instead of a budget: the wanted half-width of a 95 % interval, and how many members are expected. */
  error: z.optional(z.number().check(z.gt(0))),
  members: z.optional(count),
});

/** What WITH may say of the budget may stand beside the text too; said in both places it is refused. */
export const sqlSchema = z.strictObject({
  sql: z.string().check(z.minLength(1), z.maxLength(20_000)),
  epsilon: z.optional(text(20)),
  rho: z.optional(text(20)),
  error: z.optional(z.number().check(z.gt(0))),
  members: z.optional(count),
});

/** What the services take: SQL text, or a draft. */
export const requestSchema = z.union([sqlSchema, draftSchema]);

export interface Requested {
  readonly question: Question;
  readonly labels: { readonly name?: string; readonly title?: string };
  /** Where the budget is to follow from an error. */
  readonly target?: { readonly error: number; readonly members: number };
}

/** Members that are expected where nobody says how many. */
const MEMBERS = 1000;

/** @throws PacelineError invalid_query; for SQL at the token that is wrong */
export function readRequest(json: unknown, catalogue: Catalogue, defaults: DraftDefaults): Requested {
  const { name, title, error, members, ...draft } = isSql(json)
    ? fromSql(parsed(sqlSchema, json), catalogue)
    : fromJson(json);
  if (error !== undefined && draft.privacy !== undefined)
    fail("invalid_query", "an error and a budget both decide the cost; name one");
  return {
    question: completeDraft(draft as Draft, catalogue, defaults),
    labels: { ...(name === undefined ? {} : { name }), ...(title === undefined ? {} : { title }) },
    ...(error === undefined ? {} : { target: { error, members: members ?? MEMBERS } }),
  };
}

const isSql = (json: unknown): boolean => typeof json === "object" && json !== null && "sql" in json;

function parsed<T>(schema: z.Schema<T>, json: unknown): T {
  const read = z.safeParse(schema, json);
  if (read.success) return read.data;
  const issue = read.error.issues[0];
  const field = issue?.path.join(".") || "shape";
  return fail("invalid_query", `the question's ${field} is wrong: ${issue?.message ?? ""}`, {
    hint: 'Send {"sql": "SELECT …"}, or {"version": 2, "select": […]}.',
  });
}

function fromSql({ sql, epsilon, rho, error, members }: z.infer<typeof sqlSchema>, catalogue: Catalogue) {
  const { draft, options } = compileSql(sql, catalogue);
  const beside = [epsilon, rho, error].filter((one) => one !== undefined).length;
  if (beside + Number(draft.privacy !== undefined) + Number(options.error !== undefined) > 1)
    fail("invalid_query", "the budget is decided twice", { hint: "Name one of epsilon, rho and error, once." });
  if (members !== undefined && options.members !== undefined && members !== options.members)
    fail("invalid_query", "two numbers of members are given", { hint: "Name one." });
  return {
    ...draft,
    ...options,
    ...(epsilon === undefined ? {} : { privacy: { epsilon } }),
    ...(rho === undefined ? {} : { privacy: { rho } }),
    ...(error === undefined ? {} : { error }),
    ...(members === undefined ? {} : { members }),
  };
}

function fromJson(json: unknown) {
  const old = z.safeParse(oldForm, json);
  if (old.success)
    fail("invalid_query", "this is the form of version 1, one metric in bins, which is no longer taken", {
      hint: `In version 2 it is ${JSON.stringify(renewed(old.data))}.`,
    });
  const { version: _, ...draft } = parsed(draftSchema, json);
  return draft;
}

const oldForm = z.looseObject({ version: z.literal(1) });

/** What was asked in the form of version 1, as a draft; what was left out of it is left out here. */
function renewed({ metric, per, edges, groupBy, epsilon, version: _, ...rest }: Readonly<Record<string, unknown>>) {
  return {
    version: 2,
    select: [{ statistic: "histogram", of: { formula: metric, per }, edges }],
    ...(groupBy === null || groupBy === undefined ? {} : { groupBy: [groupBy] }),
    ...(epsilon === undefined ? {} : { privacy: { epsilon } }),
    ...rest,
  };
}
