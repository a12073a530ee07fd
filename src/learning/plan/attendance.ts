// The model of the first training campaign: who will come less next month? Logistic, over weekly figures that a member
// recognises. Its constants are public; what is tuned here was tuned on synthetic members (src/simulate), once.
import { fail } from "../../base/errors.ts";
import type { Feature } from "./features.ts";
import type { TrainingPlan } from "./plan.ts";

const definitions: readonly (readonly [Feature["metric"], Feature["of"], string, number, number, number, number])[] = [
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
/** CLIP · SCALE = 255: rounding adds 0.4 % to the squared sensitivity, and an entry fits 9 bits of proof. */
const SCALE = 170;
const LEARNING_RATE = 5;

export interface AttendanceOptions {
  /** Ids of the metrics that members' devices have. */
  readonly metrics: readonly string[];
  /** Default 5. */
  readonly rounds?: number;
  /** How many members are expected to take part, fixed in advance: what sums are divided by. Default 1,000. */
  readonly expected?: number;
}

/**
 * The first round's plan, all weights 0, over the features that the metrics allow. The label is a fall of visits below
 * 60 % of the month before; without visits, a fall of steps below 90 %.
 * @throws PacelineError invalid_argument when there are neither visits nor steps.
 */
export function attendancePlan({ metrics, rounds = 5, expected = 1000 }: AttendanceOptions): TrainingPlan {
  const metric = (["visits", "steps"] as const).find((id) => metrics.includes(id));
  if (metric === undefined)
    return fail("invalid_argument", "an attendance plan needs the metric visits, or at least steps");
  const features = definitions
    .filter(([id]) => metrics.includes(id))
    .map(
      ([id, of, title, from, to, centre, spread]): Feature => ({
        name: `${id}_${of.replace("-", "_")}_${from}_${to}`,
        title,
        metric: id,
        of,
        weeks: { from, to },
        centre,
        spread,
      }),
    );
  const { title, factor } = labels[metric];
  return {
    version: 1,
    model: "logistic",
    name: metric === "visits" ? "attendance" : "activity",
    title,
    features,
    label: { kind: "falls-below", metric, days: 28, factor },
    round: 1,
    rounds,
    weights: new Array<number>(features.length + 1).fill(0),
    clip: CLIP,
    scale: SCALE,
    denominator: expected,
    learningRate: LEARNING_RATE,
  };
}
