// Where to look: the saddle point of a composition, from sketches. It says how to tilt, where the sum lives and what may be
// cut off. Nothing certified rests on it; a poor choice only widens the bracket.
import type { LossPair, Sketch } from "./loss-pair.ts";
import { sketchMax } from "./work.ts";

/** A pair and how often it is used. */
export interface Part {
  readonly pair: LossPair;
  readonly count: number;
}

interface Outline {
  readonly loss: Float64Array;
  readonly logP: Float64Array;
  readonly count: number;
}

export type Outlines = readonly Outline[];

export function outlinesOf(parts: readonly Part[]): Outlines {
  const most = Math.max(32, Math.floor(sketchMax / parts.length));
  return parts.map(({ pair, count }) => {
    const { loss, p } = thinned(pair.sketch(), most);
    return { loss, logP: p.map((one) => Math.log(one)), count };
  });
}

/** At most about so many atoms, each where the heaviest of those it stands for lies; the two ends stay. */
function thinned({ loss, p }: Sketch, most: number): Pick<Sketch, "loss" | "p"> {
  if (loss.length <= most) return { loss, p };
  const size = Math.ceil(loss.length / (most - 2));
  const [places, masses]: [number[], number[]] = [[loss[0] as number], [p[0] as number]];
  for (let from = 1; from < loss.length - 1; from += size) {
    let [heaviest, mass] = [from, 0];
    for (let i = from; i < Math.min(from + size, loss.length - 1); i++) {
      mass += p[i] as number;
      if ((p[i] as number) > (p[heaviest] as number)) heaviest = i;
    }
    places.push(loss[heaviest] as number);
    masses.push(mass);
  }
  places.push(loss[loss.length - 1] as number);
  masses.push(p[p.length - 1] as number);
  return { loss: Float64Array.from(places), p: Float64Array.from(masses) };
}

/** ln E e^(θL), its mean and variance under the tilt, summed over all uses. */
export interface Cumulants {
  readonly log: number;
  readonly mean: number;
  readonly variance: number;
}

export function cumulants(outlines: Outlines, theta: number): Cumulants {
  let [log, mean, variance] = [0, 0, 0];
  for (const { loss, logP, count } of outlines) {
    let peak = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < loss.length; i++) peak = Math.max(peak, (logP[i] as number) + theta * (loss[i] as number));
    let [sum, first, second] = [0, 0, 0];
    for (let i = 0; i < loss.length; i++) {
      const x = loss[i] as number;
      const weight = Math.exp((logP[i] as number) + theta * x - peak);
      sum += weight;
      first += weight * x;
      second += weight * x * x;
    }
    const average = first / sum;
    log += count * (peak + Math.log(sum));
    mean += count * average;
    variance += count * Math.max(0, second / sum - average * average);
  }
  return { log, mean, variance };
}

/** A tilt, and the point of the privacy profile for which it is made. */
export interface Saddle {
  readonly theta: number;
  readonly epsilon: number;
  readonly logDelta: number;
}

const [thetaMin, thetaMax] = [0.02, 1e5];

/** Lugannani-Rice in spirit: E[(1 - e^(ε - S))₊] is an integral of e^(K(θ) - θε)/(θ(1 + θ)) over a vertical line. */
function saddleAt(outlines: Outlines, theta: number): Saddle {
  const { log, mean, variance } = cumulants(outlines, theta);
  const epsilon = mean - 1 / theta - 1 / (1 + theta);
  const curvature = variance + 1 / theta ** 2 + 1 / (1 + theta) ** 2;
  const logDelta = log - theta * epsilon - Math.log(theta * (1 + theta)) - Math.log(2 * Math.PI * curvature) / 2;
  return { theta, epsilon, logDelta };
}

/** The saddle for a wanted epsilon. */
export function saddleForEpsilon(outlines: Outlines, epsilon: number): Saddle {
  return search(outlines, (saddle) => saddle.epsilon - epsilon);
}

/** The saddle for a wanted delta. */
export function saddleForDelta(outlines: Outlines, delta: number): Saddle {
  const logDelta = Math.log(delta);
  return search(outlines, (saddle) => logDelta - saddle.logDelta);
}

/**
 * Where `miss`, which grows with the tilt, passes zero. Where rare large losses take over it jumps: then the tilt before
 * the jump is taken, and the point between both.
 */
function search(outlines: Outlines, miss: (saddle: Saddle) => number): Saddle {
  let low = saddleAt(outlines, thetaMin);
  let high = low;
  while (high.theta < thetaMax && miss(high) < 0) [low, high] = [high, saddleAt(outlines, high.theta * 4)];
  for (let i = 0; i < 10 && high.theta > low.theta; i++) {
    const middle = saddleAt(outlines, Math.sqrt(low.theta * high.theta));
    if (miss(middle) < 0) low = middle;
    else high = middle;
  }
  const [below, above] = [miss(low), miss(high)];
  const part = above > 0 && below < 0 ? -below / (above - below) : 0;
  const between = (a: number, b: number) => a + part * (b - a);
  return {
    theta: low.theta,
    epsilon: between(low.epsilon, high.epsilon),
    logDelta: between(low.logDelta, high.logDelta),
  };
}

/** A tilt for the transform, and the window that holds nearly all of the tilted sum. */
export interface Tilt {
  readonly theta: number;
  readonly low: number;
  readonly high: number;
  /** Orders of the Chernoff bounds of both tails. */
  readonly lambdaLow: number;
  readonly lambdaHigh: number;
}

/** Windows of so many lattice points cost next to nothing: among them the weakest tilt is best. */
const smallWindow = 2048;

/**
 * The tilt with the narrowest window among those by which rounding and wrapping cost less than `tolerance` of delta. At
 * the saddle they cost least; but where rare large losses or atoms rule, a weaker tilt is far narrower, or safer.
 * @param step about the distance of lattice points
 */
export function narrowestTilt(outlines: Outlines, saddle: Saddle, tolerance: number, step: number): Tilt {
  const uses = outlines.reduce((sum, { count }) => sum + count, 0);
  const sizeOf = (tilt: Tilt) => Math.max(smallWindow, (tilt.high - tilt.low) / step);
  const strongest = Math.min(saddle.theta, steepest / step);
  let best = tiltAt(outlines, saddle, tolerance, strongest);
  for (let theta = strongest * 0.7; theta > thetaMin / 2; theta *= 0.7) {
    const { log, variance } = cumulants(outlines, theta);
    // delta = e^(log - θε)·E[e^(-θx)(1 - e^(-x)); x > 0] under the tilt, x the loss above ε.
    const logExcess = log - theta * saddle.epsilon - saddle.logDelta;
    const deviation = Math.sqrt(variance);
    const rounding = 3e-14 * (1 + uses / Math.max(deviation, step));
    const costs = logExcess + Math.log(rounding / (theta * (1 + theta))) > Math.log(tolerance);
    if (costs) break;
    const tilt = tiltAt(outlines, saddle, tolerance, theta);
    if (sizeOf(tilt) <= 1.01 * sizeOf(best)) best = tilt;
  }
  return best;
}

/** Greatest θ·step: from one lattice point to the next weights change by less than e^4, and 64 steps by a double. */
const steepest = 4;

/** A given tilt with its window. */
export function tiltAt(outlines: Outlines, saddle: Saddle, tolerance: number, theta: number): Tilt {
  const { log, variance } = cumulants(outlines, theta);
  const logExcess = Math.max(0, log - theta * saddle.epsilon - saddle.logDelta);
  return windowed(
    outlines,
    theta,
    Math.sqrt(variance),
    Math.max(-600, Math.min(-12, Math.log(tolerance / 4) - logExcess)),
  );
}

/** ln P(S ≥ s) ≤ K(θ + λ) - K(θ) - λs for every λ > 0, and likewise below. */
function windowed(outlines: Outlines, theta: number, deviation: number, logOutside: number): Tilt {
  const { log, mean } = cumulants(outlines, theta);
  const start = Math.sqrt(-2 * logOutside) / Math.max(deviation, 1e-6);
  const reach = (lambda: number) => (cumulants(outlines, theta + lambda).log - log - logOutside) / lambda;
  const high = least(reach, start);
  const low = least((lambda) => -reach(-lambda), start);
  return {
    theta,
    low: Math.min(-low.value, mean),
    high: Math.max(high.value, mean),
    lambdaLow: low.at,
    lambdaHigh: high.at,
  };
}

/** A minimum along a geometric line of orders, near `start`. */
function least(value: (lambda: number) => number, start: number): { at: number; value: number } {
  let best = { at: start, value: value(start) };
  for (const ratio of [0.7, 1.4])
    for (let at = start * ratio; at > start / 60 && at < start * 60; at *= ratio) {
      const found = value(at);
      if (!(found < best.value)) break;
      best = { at, value: found };
    }
  return best;
}

/** For each part the loss beyond which its uses have less than e^logTail of mass, and the outlines without it. */
export function cutOnTheRight(outlines: Outlines, logTail: number): { tops: readonly number[]; kept: Outlines } {
  const tops: number[] = [];
  const kept = outlines.map(({ loss, logP, count }) => {
    let last = loss.length - 1;
    for (let mass = 0; last > 0; last--) {
      mass += Math.exp(logP[last] as number);
      if (mass > Math.exp(logTail)) break;
    }
    last = Math.min(loss.length - 1, last + 1);
    tops.push(loss[last] as number);
    return { loss: loss.subarray(0, last + 1), logP: logP.subarray(0, last + 1), count };
  });
  return { tops, kept };
}

/** For each part the loss below which its tilted law, all lifted to there, has less than e^logTail of its greatest mass. */
export function cutOnTheLeft(outlines: Outlines, theta: number, logTail: number): readonly number[] {
  return outlines.map(({ loss, logP }) => {
    let peak = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < loss.length; i++) peak = Math.max(peak, (logP[i] as number) + theta * (loss[i] as number));
    let from = 0;
    for (let mass = 0; from < loss.length - 1; from++) {
      mass += Math.exp(logP[from] as number);
      if (Math.log(mass) + theta * (loss[from] as number) - peak > logTail) break;
    }
    return loss[Math.max(0, from - 1)] as number;
  });
}
