// A member's days and profile as the contribution to a product: each value computed, clipped and encoded, or nothing said.
import type { MemberDay, Profile } from "../records/types.ts";
import type { ProductEncoder } from "../task/encoders/product.ts";
import { encodeProduct, type MemberValue, nullProduct } from "../task/encoders/values.ts";
import { builtIn, type Registry } from "../task/metrics.ts";
import type { Contribution } from "../task/stages.ts";
import type { SourceValue, StatisticsSource } from "../task/statistics.ts";
import { reduceWindow, type Window } from "./window.ts";

export interface MemberData {
  readonly days: readonly MemberDay[];
  readonly profile: Profile;
}

/** The member's values; undefined where the member has none. */
export function memberValues(
  { days, profile }: MemberData,
  { values }: Pick<StatisticsSource, "values">,
  window: Window,
  registry: Registry = builtIn,
): readonly MemberValue[] {
  const one = (value: SourceValue): MemberValue => {
    switch (value.kind) {
      case "presence":
        return 1;
      case "attribute":
        return Object.hasOwn(profile, value.attribute) ? profile[value.attribute] : undefined;
      case "mean":
        return reduceWindow(days, value, window, registry);
    }
  };
  return values.map(one);
}

/** Whether the profile passes the filter. Private: where it does not, the report is null. */
export function passes(profile: Profile, { where }: Pick<StatisticsSource, "where">): boolean {
  return where.every(({ attribute, values }) => {
    const own = Object.hasOwn(profile, attribute) ? profile[attribute] : undefined;
    return own !== undefined && values.includes(own);
  });
}

export function encodeStatistics(
  member: MemberData,
  source: StatisticsSource,
  encoder: ProductEncoder,
  window: Window,
  registry: Registry = builtIn,
): Contribution {
  const encoded = passes(member.profile, source)
    ? encodeProduct(encoder, memberValues(member, source, window, registry), member.profile)
    : nullProduct(encoder);
  return encoded as unknown as Contribution;
}

export function nullStatistics(encoder: ProductEncoder): Contribution {
  return nullProduct(encoder) as unknown as Contribution;
}
