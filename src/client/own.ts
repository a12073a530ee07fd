// The member's own values beside a release, read on the device for the member alone: nothing is encoded, nothing is sent.
import { memberValues, passes } from "../contribution/statistics.ts";
import { groupLabel, groupOf, groupValues } from "../task/encoders/product.ts";
import type { MemberValue } from "../task/encoders/values.ts";
import { registryOf } from "../task/metrics/definition.ts";
import type { ReleaseDocument } from "../task/release.ts";
import { checkedProfile, loadedDays } from "./member-data.ts";
import type { Settings } from "./options.ts";

export interface Own {
  /** One each of the release's `source.values`, as numbers or words; undefined where this device has none. */
  readonly values: readonly MemberValue[];
  /** The group of the release's cells that the member is in: "35-44", "35-44 × north"; null where it is not split. */
  readonly group: string | null;
  /** Whether the answers are about people like this member: its filter lets them pass, and they are in a group. */
  readonly among: boolean;
}

export async function ownAnswer(settings: Settings, release: ReleaseDocument): Promise<Own> {
  const { source, encoder, window } = release;
  if (source.kind !== "statistics" || encoder.kind !== "product") return { values: [], group: null, among: false };
  const profile = await checkedProfile(settings);
  const days = (await loadedDays(settings)) ?? [];
  const group = groupOf(encoder, profile);
  return {
    values: memberValues({ days, profile }, source, window, registryOf(release)),
    group: group === undefined ? null : groupLabel(groupValues(encoder, group)),
    among: group !== undefined && passes({ days, profile }, source, window, registryOf(release)),
  };
}
