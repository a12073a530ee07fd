// A linear axis: its ends, its round steps, and where a value lies on it.

export interface Scale {
  readonly low: number;
  readonly high: number;
  readonly ticks: readonly number[];
  /** Places for values shown beside the axis: a tenth of a step can still be told apart. */
  readonly decimals: number;
  /** Places for the ticks themselves. */
  readonly tickDecimals: number;
}

const STEPS = 5;
/** Room at both ends of a drawing, in percent, so that dots and tick labels are not cut. */
const MARGIN = 4;

/** An axis from the least to the most of the finite values, with two to six round ticks. */
export function scaleOf(values: readonly number[]): Scale {
  const finite = values.filter(Number.isFinite);
  const [least, most] = finite.length === 0 ? [0, 1] : [Math.min(...finite), Math.max(...finite)];
  const high = most > least ? most : least + Math.max(1, Math.abs(least) / 10);
  const step = roundStep((high - least) / STEPS);
  const first = Math.ceil(least / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  const places = -Math.floor(Math.log10(step) + 1e-9);
  return {
    low: least,
    high,
    ticks: Array.from({ length: last - first + 1 }, (_, at) => (first + at) * step),
    decimals: Math.max(0, places + 1),
    tickDecimals: Math.max(0, places),
  };
}

/** Percent of the drawing's width; values beyond the axis lie on its end, so do values that are not numbers. */
export function place({ low, high }: Scale, value: number): number {
  const share = (value - low) / (high - low);
  return MARGIN + (100 - 2 * MARGIN) * Math.min(1, Math.max(0, Number.isFinite(share) ? share : 0));
}

/** As an SVG length. */
export function percentage(value: number): string {
  return `${Math.round(value * 100) / 100}%`;
}

/** The next of 1, 2, 5 × 10ⁿ. */
export function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  const factor = [1, 2, 5, 10].find((candidate) => candidate * power >= least * (1 - 1e-9)) ?? 10;
  return factor * power;
}
