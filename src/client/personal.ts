// What a member looks at, none of it on the way of a report: loaded by the first call.
import { type Score, scoreMember } from "../learning/device/score.ts";
import { decodePlan } from "../learning/plan/plan.ts";
import type { ReleaseDocument } from "../task/release.ts";
import { loadedDays } from "./member-data.ts";
import { type Language, type Notice, noticesOf } from "./notices/notices.ts";
import type { Settings } from "./options.ts";
import { type Own, ownAnswer } from "./own.ts";

export interface Personal {
  /** What this member would tell to a released question, to compare with its answers; stays here. */
  ownValue(release: ReleaseDocument): Promise<Own>;
  /** A trained model's score for this member, with its reasons; stays here. */
  score(plan: string, today: number): Promise<Score>;
  /** What is asked now, in plain words; "en" (default) or "de". */
  notices(language?: Language): Promise<readonly Notice[]>;
}

export function personalOf(settings: Settings): Personal {
  return {
    ownValue: (release) => ownAnswer(settings, release),
    score: async (plan, today) => scoreMember(decodePlan(plan), (await loadedDays(settings)) ?? [], today),
    notices: (language = "en") => noticesOf(settings, language),
  };
}
