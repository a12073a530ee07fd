// The trade-off curve of a plan in words and as a figure: what anybody who guesses at presence must get wrong.
import { type Curve, curveFigure } from "./curves.ts";
import type { Figure } from "./figure.ts";

/** As the accounting room makes it, which knows nothing of figures. */
export interface TradeOffShown {
  /** Type I against bounds of type II. */
  readonly points: readonly { readonly alpha: number; readonly lower: number; readonly upper: number }[];
  /** Of each ε that the curve was made from. */
  readonly profile: readonly unknown[];
  readonly tight: boolean;
}

const LEVELS = [0.01, 0.05, 0.1] as const;

export function tradeOffFigure({ points }: Pick<TradeOffShown, "points">): Figure {
  const told: readonly Curve[] = [
    {
      name: "this plan",
      points: points.map(({ alpha, lower, upper }) => ({ x: alpha, y: lower, low: lower, high: upper })),
    },
    { name: "a coin, without any answer", points: [0, 1].map((x) => ({ x, y: 1 - x })) },
  ];
  const figure = curveFigure(
    {
      id: "trade-off",
      title: "What a test for one record's presence must get wrong",
      x: { title: "type I: the absent taken for present", scale: "linear" },
      y: { title: "type II: the present that are missed", scale: "linear" },
      each: "Curve",
      band: "certified",
    },
    told,
  );
  return { ...figure, words: `${figure.words} ${sentences(points).join(" ")}` };
}

export function tradeOffWords({ points, tight, profile }: TradeOffShown): readonly string[] {
  const gap = points.reduce((most, { lower, upper }) => Math.max(most, upper - lower), 0);
  return [
    ...sentences(points),
    `Proved from δ at ${profile.length} values of ε, bounded on both sides; the exact curve is at most ${percent(gap)} above.`,
    ...(tight ? [] : ["Only dominating losses are known of a part of the plan: its own curve may be higher still."]),
  ];
}

function sentences(points: TradeOffShown["points"]): readonly string[] {
  return points
    .filter(({ alpha }) => LEVELS.some((level) => level === alpha))
    .map(
      ({ alpha, lower }) =>
        `Who takes ${percent(alpha)} of the absent for present finds at most ${percent(1 - lower)} of the present.`,
    );
}

/** Rounded up: what is proved is no less. */
function percent(share: number): string {
  const tenths = Math.ceil(share * 1000 - 1e-6) / 10;
  return `${tenths.toLocaleString("en-US")} %`;
}
