// A plan of questions over weeks, as its author writes it: what is to be known, how exactly, how often, and how much it matters.

import { parseDay, weekday } from "../../base/calendar.ts";
import { fail } from "../../base/errors.ts";
import * as z from "../../base/schema.ts";

const decimal = z.string().check(z.regex(/^(0|[1-9][0-9]{0,5})(\.[0-9]{1,9})?$/));
const weeks = z.int().check(z.gte(1), z.lte(104));

const wishSchema = z.strictObject({
  name: z.string().check(z.regex(/^[a-z0-9][a-z0-9-]{0,62}$/)),
  sql: z.string().check(z.minLength(1), z.maxLength(20_000)),
  /** Wanted half-width of the 95 % intervals, in the statistic's unit; left out: the SQL's own WITH. */
  error: z.optional(z.number().check(z.gt(0))),
  /** Contributing members: how many at least are expected. */
  members: z.int().check(z.gte(1), z.lte(10_000_000)),
  /** Weeks from one time to the next; 0 or left out: once. */
  every: z.optional(z.int().check(z.gte(0), z.lte(104))),
  /** The week of the plan it is first asked in, from 1; left out: where it fits best. */
  first: z.optional(weeks),
  /** 1 (default) to 9: what is dropped last. */
  importance: z.optional(z.int().check(z.gte(1), z.lte(9))),
});
export type Wish = z.infer<typeof wishSchema>;

const wishesSchema = z.strictObject({
  version: z.literal(1),
  /** A Monday, ISO. */
  start: z.string().check(z.regex(/^\d{4}-\d{2}-\d{2}$/)),
  weeks,
  /** ρ an ISO week, a year and one task may cost; the defaults of the services where left out. */
  caps: z.optional(z.strictObject({ week: z.optional(decimal), year: z.optional(decimal), task: z.optional(decimal) })),
  /** ρ spent before the plan begins, by week or year: "2026-W48", "2026". */
  spent: z.optional(z.record(z.string().check(z.regex(/^\d{4}(-W\d{2})?$/)), decimal)),
  /** Days that a task takes reports. */
  uploadDays: z.optional(z.int().check(z.gte(1), z.lte(89))),
  questions: z.array(wishSchema).check(z.minLength(1), z.maxLength(60)),
});
export type Wishes = z.infer<typeof wishesSchema>;

/** @param file for messages @throws PacelineError invalid_data naming the place and the reason */
export function parseWishes(json: unknown, file: string): Wishes {
  const parsed = z.safeParse(wishesSchema, json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return fail("invalid_data", `${file}: ${issue?.path.join(".") || "the document"}: ${issue?.message ?? "wrong"}`);
  }
  const wishes = parsed.data;
  if (weekday(parseDay(wishes.start)) !== 1) fail("invalid_data", `${file}: start: ${wishes.start} is no Monday`);
  const names = wishes.questions.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) fail("invalid_data", `${file}: two questions are called "${twice}"`);
  for (const { name, first } of wishes.questions)
    if (first !== undefined && first > wishes.weeks)
      fail("invalid_data", `${file}: "${name}" is first asked in week ${first} of ${wishes.weeks}`);
  return wishes;
}
