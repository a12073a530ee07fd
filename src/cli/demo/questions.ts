// The demo's three questions, as QuerySpecs over the metrics there are.
import { formatDay } from "../../base/calendar.ts";
import type { QuerySpec } from "../../query/spec.ts";
import type { Membership } from "../local/members.ts";
import { DAYS_MIN, WINDOW_DAYS } from "../local/window.ts";

const range = (from: number, to: number, step: number) =>
  Array.from({ length: Math.round((to - from) / step) + 1 }, (_, i) => from + i * step);

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
): { readonly specs: readonly QuerySpec[]; readonly notes: readonly string[] } {
  const common = {
    version: 1,
    daysMin: DAYS_MIN,
    window: { end: formatDay(lastDay), days: WINDOW_DAYS },
    purpose: "service-improvement",
    // Three of them and the training fit into the default budget of one week.
    epsilon: "0.4",
    minCohort,
  } as const;
  const usable = usableBands(bands).length === bands.length;
  const groupBy = usable && bands.length > 0 ? { attribute: "ageBand" as const, values: [...bands] } : null;
  const split = groupBy === null ? "" : " by age band";
  const specs: QuerySpec[] = [];
  const notes: string[] = [];
  if (!usable)
    notes.push(
      `The band column has ${bands.length} different values, which is no list of bands (at most ${BANDS_MAX}, each of at most ${BAND_CHARS_MAX} characters): the question is asked about everyone together.`,
    );
  if (metrics.has("rhr"))
    specs.push({
      ...common,
      name: "resting-heart-rate",
      title: `What is a usual resting heart rate${split}?`,
      metric: "rhr",
      per: "day",
      edges: range(35, 110, 5),
      groupBy,
    });
  else if (metrics.has("steps")) {
    notes.push("No resting heart rate in the data: the first question is asked about daily steps instead.");
    specs.push({
      ...common,
      name: "daily-steps",
      title: `How many steps a day are usual${split}?`,
      metric: "steps",
      per: "day",
      edges: range(0, 30_000, 2_000),
      groupBy,
    });
  } else notes.push("Neither resting heart rate nor steps in the data: the first question is left out.");
  if (metrics.has("sleep"))
    specs.push({
      ...common,
      name: "nightly-sleep",
      title: "How long do members sleep a night?",
      metric: "sleep",
      per: "day",
      edges: range(180, 660, 20),
      groupBy: null,
    });
  else notes.push("No sleep in the data: the second question is left out.");
  if (metrics.has("moderate") && metrics.has("vigorous"))
    specs.push({
      ...common,
      name: "who-aerobic-guideline",
      title: "How many members meet the WHO aerobic guideline (150 moderate-equivalent minutes a week)?",
      metric: "mvpa",
      per: "week",
      edges: [0, 150, 6300],
      groupBy: null,
    });
  else notes.push("Moderate and vigorous minutes are not both in the data: the guideline question is left out.");
  return { specs, notes };
}
