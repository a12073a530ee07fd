// A member's days and profile as the contribution to a product: each value computed, clipped and encoded, or nothing said.
import type { MemberDay, Profile } from "../records/types.ts";
import type { ProductEncoder } from "../task/encoders/product.ts";
import { encodeProduct, type MemberValue, nullProduct } from "../task/encoders/values.ts";
import { builtIn, type Registry } from "../task/metrics.ts";
import type { Contribution } from "../task/stages.ts";
import type { StatisticsSource } from "../task/statistics.ts";
import { type Condition, type Measured, periodsOf, type SourceValue } from "../task/values.ts";
import { reduceWindow, type Window } from "./window.ts";

export interface MemberData {
  readonly days: readonly MemberDay[];
  readonly profile: Profile;
}

/** A mean over days of the window; undefined where too few of them have a value. */
type MeanOf = (measure: Measured, window: Window) => number | undefined;

const meanOf =
  ({ days }: MemberData, registry: Registry): MeanOf =>
  (measure, window) =>
    reduceWindow(days, measure, window, registry);

/** The member's values; undefined where the member has none. */
export function memberValues(
  member: MemberData,
  { values }: Pick<StatisticsSource, "values">,
  window: Window,
  registry: Registry = builtIn,
): readonly MemberValue[] {
  const mean = meanOf(member, registry);
  const { profile } = member;
  const one = (value: SourceValue): MemberValue => {
    switch (value.kind) {
      case "presence":
        return 1;
      case "attribute":
        return Object.hasOwn(profile, value.attribute) ? profile[value.attribute] : undefined;
      case "events":
        return eventsIn(member.days, value.attribute, window);
      case "mean":
        return mean(value, value.days ?? window);
      case "change": {
        const before = mean(value, { start: window.start, end: value.since });
        const after = mean(value, { start: value.since, end: window.end });
        return before === undefined || after === undefined ? undefined : after - before;
      }
      case "trend":
        return slopeOver(periodsOf(window, value.periods).map((period) => mean(value, period)));
      case "all": {
        const held = value.of.map((condition) => holds(condition, window, mean));
        return held.includes(undefined) ? undefined : held.includes(false) ? 0 : 1;
      }
    }
  };
  return values.map(one);
}

/** How often each value happened in the window; undefined where none of its days recorded any. */
function eventsIn(
  days: readonly MemberDay[],
  attribute: string,
  window: Window,
): Readonly<Record<string, number>> | undefined {
  let recorded = false;
  // Values are names of the member's app: none of them is a property that every object has.
  const counts: Record<string, number> = Object.create(null);
  for (const { day, events } of days) {
    if (day < window.start || day >= window.end || events === undefined || !Object.hasOwn(events, attribute)) continue;
    recorded = true;
    for (const [value, count] of Object.entries(events[attribute] ?? {}))
      if (Number.isFinite(count) && count > 0) counts[value] = (counts[value] ?? 0) + count;
  }
  return recorded ? counts : undefined;
}

/** Least squares over the periods that have a mean; undefined with fewer than two, or than half of them. */
function slopeOver(means: readonly (number | undefined)[]): number | undefined {
  const known = means.flatMap((mean, at) => (mean === undefined ? [] : [{ at, mean }]));
  if (known.length < Math.max(2, means.length / 2)) return undefined;
  const middle = known.reduce((sum, { at }) => sum + at, 0) / known.length;
  let [along, squares] = [0, 0];
  for (const { at, mean } of known) {
    along += (at - middle) * mean;
    squares += (at - middle) ** 2;
  }
  return along / squares;
}

function holds(condition: Condition, window: Window, mean: MeanOf): boolean | undefined {
  const value = mean(condition, window);
  if (value === undefined) return undefined;
  return condition.op === ">=" ? value >= condition.value : value < condition.value;
}

/** Whether member and profile pass the filters; without a value nobody passes a threshold. Private: if not, the report is null. */
export function passes(
  member: MemberData,
  { where, thresholds = [] }: Pick<StatisticsSource, "where" | "thresholds">,
  window: Window,
  registry: Registry = builtIn,
): boolean {
  const { profile } = member;
  const mean = meanOf(member, registry);
  return (
    where.every(({ attribute, values }) => {
      const own = Object.hasOwn(profile, attribute) ? profile[attribute] : undefined;
      return own !== undefined && values.includes(own);
    }) && thresholds.every((condition) => holds(condition, window, mean) === true)
  );
}

export function encodeStatistics(
  member: MemberData,
  source: StatisticsSource,
  encoder: ProductEncoder,
  window: Window,
  registry: Registry = builtIn,
): Contribution {
  const encoded = passes(member, source, window, registry)
    ? encodeProduct(encoder, memberValues(member, source, window, registry), member.profile)
    : nullProduct(encoder);
  return encoded as unknown as Contribution;
}

export function nullStatistics(encoder: ProductEncoder): Contribution {
  return nullProduct(encoder) as unknown as Contribution;
}
