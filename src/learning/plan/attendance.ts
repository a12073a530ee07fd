// The first training: who will come less next month? Logistic, over weekly figures that a member recognises. Its constants are
// public; what is tuned here was tuned on synthetic members (src/simulate), once.
import { fail } from "../../base/errors.ts";
import type { MetricId } from "../../task/metrics.ts";
import type { TrainingDraft } from "./training/draft.ts";

type Of = "mean" | "change" | "days-since";

const definitions: readonly (readonly [MetricId, Of, string, number, number, number, number])[] = [
  // metric, of, title, weeks from, weeks to, centre, spread
  ["visits", "mean", "visits in the last two weeks", 0, 2, 0.26, 0.13],
  ["visits", "change", "visits, last month against the month before", 0, 8, -0.03, 0.11],
  ["visits", "days-since", "days since the last visit", 0, 4, 4.5, 5],
  ["steps", "mean", "steps in the last two weeks", 0, 2, 8000, 2800],
  ["steps", "change", "steps, last month against the month before", 0, 8, -250, 1000],
  ["moderate", "mean", "moderate activity in the last two weeks", 0, 2, 15, 10],
  ["moderate", "change", "moderate activity, last month against the month before", 0, 8, -1.4, 5],
  ["moderate", "change", "moderate activity, last two weeks against the two before", 0, 4, -0.9, 6],
  ["vigorous", "change", "vigorous activity, last month against the month before", 0, 8, -0.5, 2.75],
  ["sleep", "change", "sleep, last month against the month before", 0, 8, -2.8, 12],
  ["rhr", "change", "resting heart rate, last month against the month before", 0, 8, 0.2, 0.8],
  ["rhr", "change", "resting heart rate, last two weeks against the two before", 0, 4, 0.1, 1],
];

const labels = {
  visits: { title: "comes less next month", factor: 0.6 },
  // Monthly means of steps are steady: below 80 % falls one member in twenty to thirty, too few to learn from; below
  // 90 % one in four or so, synthetic (22 %) or real (the public Fitbit export of 2016: 7 of 21).
  steps: { title: "moves less next month", factor: 0.9 },
} as const;

/** The norm of a first gradient is 1.7 on average: 58 % of the members are clipped in the first round, 17 % in the last. */
const CLIP = 1.5;
/** Of the server: a member's step is one gradient of one example, with learning rate 1. */
const STEP = 5;

export interface AttendanceOptions {
  /** Ids of the metrics that members' devices have. */
  readonly metrics: readonly string[];
  /** Default 5. */
  readonly rounds?: number;
  /** How many members are expected to take part, fixed in advance: what sums are divided by. Default 1,000. */
  readonly expected?: number;
  /** Default 20. */
  readonly least?: number;
  /** Default 0.02. */
  readonly rhoPerRound?: string;
}

/**
 * Over the features that the metrics allow. The label is a fall of visits below 60 % of the month before; without visits, a fall of
 * steps below 90 %.
 * @throws PacelineError invalid_argument when there are neither visits nor steps.
 */
export function attendanceDraft({
  metrics,
  rounds = 5,
  expected = 1000,
  least = 20,
  rhoPerRound = "0.02",
}: AttendanceOptions): TrainingDraft {
  const metric = (["visits", "steps"] as const).find((id) => metrics.includes(id));
  if (metric === undefined) return fail("invalid_argument", "this training needs the metric visits, or at least steps");
  const features = definitions
    .filter(([id]) => metrics.includes(id))
    .map(([value, of, title, from, to, centre, spread]) => ({
      name: `${value}_${of.replace("-", "_")}_${from}_${to}`,
      ...{ title, value, of, weeks: { from, to }, centre, spread },
    }));
  const { title, factor } = labels[metric];
  return {
    name: metric === "visits" ? "attendance" : "activity",
    title,
    features,
    label: { kind: "falls-below", title, value: metric, days: 28, factor },
    rounds,
    clip: CLIP,
    optimiser: { kind: "fedavg", learningRate: STEP },
    rhoPerRound,
    cohort: { expected, least },
  };
}
