// Why a report is empty, in words for the member: they stay on this device. The report says nothing of it.

import { passes } from "../contribution/statistics.ts";
import { readWindow } from "../contribution/window.ts";
import type { MemberDay, Profile } from "../records/types.ts";
import { words } from "../task/describe.ts";
import type { ProductEncoder } from "../task/encoders/product.ts";
import type { Manifest } from "../task/manifest.ts";
import { registryOf } from "../task/metrics/definition.ts";

interface Told {
  readonly days: readonly MemberDay[];
  readonly profile: Profile;
}

/** Of a null contribution that these days and this profile gave. */
export function whyNull(manifest: Manifest, { days, profile }: Told): string {
  const { source, encoder, window } = manifest;
  if (source.kind !== "statistics" || encoder.kind !== "product") return "your days hold too few weeks to learn from";
  const registry = registryOf(manifest);
  if (!passes({ days, profile }, source, window, registry))
    return source.thresholds === undefined
      ? "the question is about others: its filter leaves your profile out"
      : "the question is about others: its filter leaves your profile or your days out";
  const group = groupFault(encoder.groups, profile);
  if (group !== undefined) return group;
  const missing = source.values.flatMap((value) => {
    if (value.kind !== "mean") return [];
    const { days: known, implausible } = readWindow(days, value, value.days ?? window, registry);
    const out = implausible === 0 ? "" : `; left out, with a value that nobody can have measured: ${implausible}`;
    return [
      `days of the window with a value of ${words(value.expression, registry)}: ${known}, needed: ${value.daysMin}${out}`,
    ];
  });
  return missing.length === 0 ? "your days and profile hold nothing that the question asks for" : missing.join("; ");
}

function groupFault(groups: ProductEncoder["groups"], profile: Profile): string | undefined {
  for (const { attribute, values } of groups) {
    const own = Object.hasOwn(profile, attribute) ? profile[attribute] : undefined;
    if (own === undefined) return `the profile has no ${attribute}, which the question groups by`;
    if (!values.includes(own)) return `the profile's ${attribute} is in none of the question's groups`;
  }
  return undefined;
}
