// A training as a person reads it: lines, and its accuracy round by round as a figure.
import type { ClosedRound, TrainingView } from "../../api/training.ts";
import { calibrationOf } from "../../estimate/index.ts";
import { curveFigure, type Figure } from "../../figures/index.ts";

/** Of a normal law: within so many deviations in 95 of 100 cases. */
const NORMAL_95 = 1.96;
const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

/** One line for each closed round, as it is closed. */
export function roundLine(round: ClosedRound, { round: { of } }: TrainingView): string {
  const { number, rho, metric, moved, held, decision, because, behind = 0 } = round;
  return [
    `round ${number} of ${of}: ρ = ${rho}`,
    ...(metric === null
      ? []
      : [
          `right about ${percent(metric.accuracy)} (± ${percent(NORMAL_95 * metric.noiseSd)} by noise) of what held-out members lived`,
        ]),
    `the model moved by ${moved.toPrecision(3)}${held ? ", held back by the training's own limit" : ""}`,
    ...(behind === 0 ? [] : [`it was ${behind} ${behind === 1 ? "release" : "releases"} behind, and weighed less`]),
    ...(decision === "continue" ? [] : [`${decision}: ${because ?? ""}`]),
  ].join("; ");
}

/** Of a round whose held-out members told it: what came of what its model foresaw. */
export function calibrationLines({ number, scores }: ClosedRound): readonly string[] {
  if (!scores) return [];
  const { bins, lift } = calibrationOf(scores);
  const range = ([low, high]: readonly [number, number]) => `${percent(low)} to ${percent(high)}`;
  return [
    `what the model of round ${number} said of held-out members, and what came of it (95 % intervals of noise and sampling):`,
    ...bins.map(
      ({ from, to, members, share, interval }) =>
        `  ${percent(from)} to ${percent(to)}: came true of ${percent(share)} (${range(interval)}), of about ${Math.max(0, Math.round(members))}`,
    ),
    lift === undefined
      ? "  lift of the highest: not known, too few members for the noise"
      : `  lift of the highest: ${lift.point.toFixed(2)} times as often as of all (${lift.interval[0].toFixed(2)} to ${lift.interval[1]?.toFixed(2) ?? "any number"})`,
  ];
}

const waitingFor = ({ stage }: Pick<TrainingView["round"], "stage">): string =>
  stage === null ? "reports" : `masked, stage "${stage}"; answers`;

/** Of a round that devices answer, or will. */
function openLine(
  round: TrainingView["round"] | NonNullable<TrainingView["overlap"]>["open"][number],
  of: number,
): string {
  const again = round.attempts === 0 ? "" : `, asked ${round.attempts + 1} times`;
  const begun = "begun" in round ? `, on the model of ${round.begun} releases` : "";
  return `round ${round.number} of ${of} is open${begun}${again}; ${waitingFor(round)} of the least that it takes: ${round.reports}`;
}

export function statusText(view: TrainingView): string {
  const {
    run,
    name,
    title,
    phase,
    because,
    round,
    parameters,
    rhoSpent,
    rounds,
    rollbacks,
    stream,
    overlap,
    abandoned,
    trustMode,
  } = view;
  const judged = rounds.findLast(({ scores }) => scores);
  const open = overlap === undefined ? [] : overlap.open.map((one) => openLine(one, round.of));
  const now = [
    ...(phase === "running" && because === null ? [] : [`${phase}${because === null ? "" : `: ${because}`}`]),
    ...(overlap === undefined && phase === "running" ? [openLine(round, round.of)] : open),
    ...(overlap === undefined
      ? []
      : [
          `${open.length} of at most ${overlap.most} rounds are open; the newest model is made of ${overlap.steps} releases`,
        ]),
  ];
  return [
    `${name}: "${title}", ${parameters} parameters, run ${run}`,
    ...now.map((line) => `  ${line}`),
    `  ρ = ${rhoSpent} spent, of ${trustMode === "two-aggregators" ? "one aggregator's" : "the honest members'"} noise${rollbacks === 0 ? "" : `; went back ${rollbacks} times`}`,
    ...(stream === undefined ? [] : [`  ${streamLine(stream)}`]),
    ...abandoned.map(
      ({ number, rho, task }) =>
        `  round ${number} was asked and given up: ρ = ${rho} stays spent, nothing of it is in the model (task ${task.slice(0, 8)})`,
    ),
    ...rounds.map((one) => `  ${roundLine(one, view)}`),
    ...(judged === undefined ? [] : calibrationLines(judged).map((line) => `  ${line}`)),
    "",
  ].join("\n");
}

/** How a training's noise is correlated over its rounds, and until when. */
function streamLine({ separation, bands, until }: NonNullable<TrainingView["stream"]>): string {
  const end = new Date(until * 1000).toISOString().slice(0, 16).replace("T", " ");
  return `all of it for all rounds, paid before the first: noise is correlated over them, a member takes part in one of ${separation}, each aggregator keeps its shares of ${bands - 1} sums; it ends on ${end} UTC`;
}

/** Undefined where nobody was held out. */
export function accuracyFigure({ title, rounds }: TrainingView): Figure | undefined {
  const points = rounds.flatMap(({ number, metric }) => {
    if (metric === null) return [];
    const half = NORMAL_95 * metric.noiseSd;
    // No accuracy lies beyond them, whatever noise says.
    const within = (share: number) => Math.min(1, Math.max(0, share));
    return [
      { x: number, y: metric.accuracy, low: within(metric.accuracy - half), high: within(metric.accuracy + half) },
    ];
  });
  if (points.length === 0) return undefined;
  return curveFigure(
    {
      ...{ id: "accuracy", title: `Accuracy on held-out members: ${title}`, each: "Training" },
      band: "95 % of the noise",
      x: { title: "Round", scale: "linear", free: true },
      y: { title: "Accuracy", scale: "linear", free: true },
    },
    [{ name: "This training", points }],
  );
}
