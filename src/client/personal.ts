// What a member looks at, none of it on the way of a report: loaded by the first call.
import { fail } from "../base/errors.ts";
import { type Score, scoreMember } from "../learning/device/score.ts";
import { decodeModel } from "../learning/plan/training/model.ts";
import { builtIn } from "../task/metrics.ts";
import type { ReleaseDocument } from "../task/release.ts";
import type { Foreseen } from "./foreseeing.ts";
import { loadedDays } from "./member-data.ts";
import type { Notice } from "./notices/notice.ts";
import { type Language, noticesOf } from "./notices/notices.ts";
import type { AppDay, Settings } from "./options.ts";
import { type Own, ownAnswer } from "./own.ts";

/** Days of the member in a form that other programs read. */
export type ExportFormat = "csv" | "open-mhealth" | "fhir";

export interface Personal {
  /** What this member would tell to a released question, to compare with its answers; stays here. */
  ownValue(release: ReleaseDocument): Promise<Own>;
  /** A trained model's score for this member, with its reasons; stays here. */
  score(model: string, today: number): Promise<Score>;
  /**
   * What a trained model's file foresees for this member, and its reasons, also in words ("en", the default, or "de"); stays here.
   * @param today first day after the last day of data
   */
  foresee(model: string, today: number, language?: Language): Promise<Foreseen>;
  /**
   * Every day that this client knows of its member, as text: a table, Open mHealth data points or a FHIR R4 Bundle. import() of it
   * gives the same days.
   */
  export(format: ExportFormat): Promise<string>;
  /** Every day that this client knows of its member, in order: for the member's eyes. */
  days(): Promise<readonly AppDay[]>;
  /** What is asked now, in plain words; "en" (default) or "de". */
  notices(language?: Language): Promise<readonly Notice[]>;
}

/** Its own part: models in files and what explains them. */
async function foreseen(settings: Settings, model: string, today: number, language: Language): Promise<Foreseen> {
  const { foreseeing } = await import("./foreseeing.ts");
  return await foreseeing(settings, { model, today, language });
}

export function personalOf(settings: Settings): Personal {
  return {
    ownValue: (release) => ownAnswer(settings, release),
    async score(text, today) {
      const model = decodeModel(text);
      const { trainerFor } = await import("./training.ts");
      const days = (await loadedDays(settings)) ?? [];
      return scoreMember(model, trainerFor(settings, model), days, { today, registry: builtIn });
    },
    foresee: (model, today, language = "en") => foreseen(settings, model, today, language),
    async export(format) {
      const days = (await loadedDays(settings)) ?? [];
      switch (format) {
        case "csv":
          return (await import("../records/exports/csv.ts")).daysAsCsv(days);
        case "open-mhealth":
          return JSON.stringify((await import("../records/exports/open-mhealth.ts")).daysAsOpenMHealth(days));
        case "fhir":
          return JSON.stringify((await import("../records/exports/fhir.ts")).daysAsFhir(days));
        default:
          return fail("invalid_argument", "format must be one of csv, open-mhealth, fhir");
      }
    },
    days: async () => (await loadedDays(settings)) ?? [],
    notices: (language = "en") => noticesOf(settings, language),
  };
}
