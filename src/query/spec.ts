// What an analyst asks: a versioned, canonical document. Names and titles do not change a question, so they are not
// part of its hash: the same question on the same window is one release.

import { toBase64Url, utf8 } from "../base/bytes.ts";
import { formatDay, parseDay } from "../base/calendar.ts";
import { canonicalJson, type Json } from "../base/canonical.ts";
import { fail } from "../base/errors.ts";
import * as z from "../base/schema.ts";
import type { Crypto } from "../ports/crypto.ts";
import { histogramEncoder } from "../task/encoder.ts";
import type { SignedDefinition } from "../task/metrics/definition.ts";
import { type Purpose, purposeNames } from "../task/purposes.ts";

const decimal = z.string().check(z.regex(/^(0|[1-9][0-9]{0,3})(\.[0-9]{1,6})?$/));

export const querySpecSchema = z.strictObject({
  version: z.literal(1),
  /** For people and URLs; not part of the question. */
  name: z.string().check(z.regex(/^[a-z0-9][a-z0-9-]{0,62}$/)),
  title: z.string().check(z.minLength(1), z.maxLength(300)),
  metric: z.string().check(z.regex(/^[a-z][a-z0-9_]{0,31}$/)),
  /** "day": the mean of daily values. "week": seven times it. */
  per: z.enum(["day", "week"]),
  /** Days with a value below which a member sends a null report. */
  daysMin: z.int().check(z.gte(1), z.lte(366)),
  window: z.strictObject({
    /** The last day, ISO date. */
    end: z.string(),
    days: z.int().check(z.gte(1), z.lte(366)),
  }),
  /** Ascending; the outer ones clip. */
  edges: histogramEncoder.shape.edges,
  groupBy: histogramEncoder.shape.group,
  purpose: z.enum(purposeNames as [Purpose, ...Purpose[]]),
  /** Pure differential privacy of one aggregator's noise, as a decimal, e.g. "1" or "0.5". */
  epsilon: decimal,
  minCohort: z.int().check(z.gte(1)),
});

export type QuerySpec = z.infer<typeof querySpecSchema>;

/** @throws PacelineError invalid_query naming the first field that is wrong. */
export function parseQuerySpec(json: unknown): QuerySpec {
  const parsed = z.safeParse(querySpecSchema, json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  fail("invalid_query", `the query's ${issue?.path.join(".") || "shape"} is wrong: ${issue?.message ?? ""}`);
}

/** Days [start, end) of the spec's window. */
export function windowOf(spec: QuerySpec): { readonly start: number; readonly end: number } {
  const last = parseDay(spec.window.end);
  return { start: last + 1 - spec.window.days, end: last + 1 };
}

/**
 * The identity of a question: SHA-256 over its canonical form, base64url. Different spellings of ε or edges agree.
 * @param definitions of what is not built in: another definition is another question
 */
export async function hashQuery(
  crypto: Crypto,
  spec: QuerySpec,
  definitions: readonly SignedDefinition[] = [],
): Promise<string> {
  const window = windowOf(spec);
  const { name: _, title: __, epsilon, ...question } = spec;
  const canonical = {
    ...question,
    window: { start: formatDay(window.start), end: formatDay(window.end) },
    epsilonMicro: microOf(epsilon),
    ...(definitions.length === 0 ? {} : { definitions: definitions.map(({ hash }) => hash).sort() }),
  };
  return toBase64Url(await crypto.sha256(utf8(`paceline query v1\n${canonicalJson(canonical as unknown as Json)}`)));
}

/** A decimal with at most six places as an exact integer of millionths. */
export function microOf(text: string): number {
  const [whole = "0", fraction = ""] = text.split(".");
  return Number(whole) * 1_000_000 + Number(fraction.padEnd(6, "0"));
}
