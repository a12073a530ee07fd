// The demo's three questions, over the metrics there are.
import { formatDay } from "../../base/calendar.ts";
import { ask, mean, type QueryBuilder, quantiles, share, weekly } from "../../query/builder.ts";
import type { Draft } from "../../query/question/draft.ts";
import type { Membership } from "../local/members.ts";
import { DAYS_MIN, WINDOW_DAYS } from "../local/window.ts";

/** As it is sent. */
export type DemoQuestion = Draft & { readonly version: 2; readonly name: string; readonly title: string };

/** Three of them and the training fit into the default budget of one week. */
export const EPSILON = "0.4";

/** More groups than this are hardly bands, and would leave nobody in most of them. */
const BANDS_MAX = 12;
const BAND_CHARS_MAX = 40;

/** The bands, or none where they are no list of bands. */
export function usableBands(bands: readonly string[]): readonly string[] {
  return bands.length <= BANDS_MAX && bands.every((band) => band.length <= BAND_CHARS_MAX) ? bands : [];
}

/** What cannot be asked is left out, with a sentence why. */
export function questionsFor(
  { metrics, bands, lastDay }: Membership,
  minCohort: number,
): { readonly questions: readonly DemoQuestion[]; readonly notes: readonly string[] } {
  const [first, ...others] = usableBands(bands);
  const split = first === undefined ? "" : " by age band";
  const questions: DemoQuestion[] = [];
  const notes: string[] = [];
  const add = (name: string, title: string, { draft }: Pick<QueryBuilder, "draft">) =>
    questions.push({
      version: 2,
      name,
      title,
      ...draft(),
      window: { days: WINDOW_DAYS, end: formatDay(lastDay) },
      daysMin: DAYS_MIN,
      purpose: "service-improvement",
      privacy: { epsilon: EPSILON },
      minCohort,
    });
  const byBand = (builder: QueryBuilder) =>
    first === undefined ? builder : builder.groupBy("ageBand", [first, ...others]);
  const usual = (metric: "rhr" | "sleep" | "steps") => ask(mean(metric), quantiles(metric, 0.25, 0.5, 0.75));
  if (first === undefined && bands.length > 0)
    notes.push(
      `The band column has ${bands.length} different values, which is no list of bands (at most ${BANDS_MAX}, each of at most ${BAND_CHARS_MAX} characters): the question is asked about everyone together.`,
    );
  if (metrics.has("rhr"))
    add("resting-heart-rate", `What is a usual resting heart rate${split}?`, byBand(usual("rhr")));
  else if (metrics.has("steps")) {
    notes.push("No resting heart rate in the data: the first question is asked about daily steps instead.");
    add("daily-steps", `How many steps a day are usual${split}?`, byBand(usual("steps")));
  } else notes.push("Neither resting heart rate nor steps in the data: the first question is left out.");
  if (metrics.has("sleep")) add("nightly-sleep", "How long do members sleep a night?", usual("sleep"));
  else notes.push("No sleep in the data: the second question is left out.");
  if (metrics.has("moderate") && metrics.has("vigorous"))
    add(
      "who-aerobic-guideline",
      "How many members meet the WHO aerobic guideline (150 moderate-equivalent minutes a week)?",
      ask(share(weekly("mvpa"), { atLeast: 150 })),
    );
  else notes.push("Moderate and vigorous minutes are not both in the data: the guideline question is left out.");
  return { questions, notes };
}
