// Why a report is empty, in words for the member: they stay on this device. The report says nothing of it.

import { passes } from "../contribution/statistics.ts";
import { readWindow } from "../contribution/window.ts";
import type { MemberDay, Profile } from "../records/types.ts";
import { words } from "../task/describe.ts";
import type { Manifest } from "../task/manifest.ts";
import { registryOf } from "../task/metrics/definition.ts";

interface Told {
  readonly days: readonly MemberDay[];
  readonly profile: Profile;
}

/** Of a null contribution that these days and this profile gave. */
export function whyNull(manifest: Manifest, { days, profile }: Told): string {
  const { source, encoder, window } = manifest;
  if (source.kind === "model-update" || encoder.kind === "vector") return "your days hold too few weeks to learn from";
  if (source.kind === "statistic" && encoder.kind === "histogram") {
    const registry = registryOf(manifest);
    const { value, days: known, implausible } = readWindow(days, source, window, registry);
    const { daysMin } = source.statistic;
    const out = implausible === 0 ? "" : `; left out, with a value that nobody can have measured: ${implausible}`;
    if (value === undefined)
      return `days of the window with a value of ${words(source.expression, registry)}: ${known}, needed: ${daysMin}${out}`;
    return noGroup(encoder.group === null ? [] : [encoder.group], profile);
  }
  if (source.kind === "statistics" && !passes(profile, source))
    return "the question is about others: its filter leaves your profile out";
  return noGroup(encoder.kind === "product" ? encoder.groups : [], profile);
}

function noGroup(
  groups: readonly { readonly attribute: string; readonly values: readonly string[] }[],
  profile: Profile,
): string {
  for (const { attribute, values } of groups) {
    const own = Object.hasOwn(profile, attribute) ? profile[attribute] : undefined;
    if (own === undefined) return `the profile has no ${attribute}, which the question groups by`;
    if (!values.includes(own)) return `the profile's ${attribute} is in none of the question's groups`;
  }
  return "your days and profile hold none of the values that the question asks for";
}
