// What a member looks at, none of it on the way of a report: loaded by the first call.
import { reduceWindow } from "../contribution/window.ts";
import { type Score, scoreMember } from "../learning/device/score.ts";
import { decodePlan } from "../learning/plan/plan.ts";
import { registryOf } from "../task/metrics/definition.ts";
import type { ReleaseDocument } from "../task/release.ts";
import { checkedProfile, loadedDays } from "./member-data.ts";
import { type Language, type Notice, noticesOf } from "./notices/notices.ts";
import type { Settings } from "./options.ts";

export interface Personal {
  /** The member's own value and group for a released question; stays here. */
  ownValue(release: ReleaseDocument): Promise<{ readonly value: number | undefined; readonly group: string | null }>;
  /** A trained model's score for this member, with its reasons; stays here. */
  score(plan: string, today: number): Promise<Score>;
  /** What is asked now, in plain words; "en" (default) or "de". */
  notices(language?: Language): Promise<readonly Notice[]>;
}

export function personalOf(settings: Settings): Personal {
  return {
    async ownValue({ source, encoder, window, definitions }) {
      if (source.kind !== "statistic" || encoder.kind !== "histogram") return { value: undefined, group: null };
      const profile = await checkedProfile(settings);
      const group = encoder.group === null ? null : (profile[encoder.group.attribute] ?? null);
      const days = (await loadedDays(settings)) ?? [];
      return { value: reduceWindow(days, source, window, registryOf({ definitions })), group };
    },
    score: async (plan, today) => scoreMember(decodePlan(plan), (await loadedDays(settings)) ?? [], today),
    notices: (language = "en") => noticesOf(settings, language),
  };
}
