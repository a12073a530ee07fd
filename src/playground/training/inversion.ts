// What updates give away: somebody's week, read out of one update, out of a sum, and out of what is released of a sum.
import { utf8 } from "../../base/bytes.ts";
import { fail } from "../../base/errors.ts";
import { initialWeights } from "../../learning/plan/weights.ts";
import type { Architecture, Examples } from "../../ports/training-engine.ts";
import { rhoFor } from "../../privacy/accounting/zcdp.ts";
import { type InversionLab, invertUpdates, plainEngine } from "../../simulate/index.ts";
import { Random } from "../../simulate/random.ts";
import type { Progress } from "../shell/progress.ts";
import { DELTA } from "./asked.ts";

type Inverted = InversionLab["alone"];

export const [DAYS, HOURS] = [7, 24];

export interface InversionAsked {
  /** Members in a sum. */
  readonly summed: number;
  /** Of the round, at δ = 10⁻⁶, for the noise of each of two aggregators. */
  readonly epsilon: number;
  /** Units of a hidden layer; 0: a linear model. */
  readonly hidden: number;
  /** L2 bound of an update. */
  readonly clip: number;
  readonly seed: string;
}

export interface Pictured {
  readonly name: string;
  readonly week: readonly number[];
  readonly cosine: number;
  readonly error: number;
}

export interface InversionPoint {
  readonly summed: number;
  /** Cosines and errors of one member each. */
  readonly plain: readonly Pick<Inverted, "cosine" | "error">[];
  readonly noised: readonly Pick<Inverted, "cosine" | "error">[];
}

export interface InversionTold {
  readonly asked: InversionAsked;
  readonly noiseSd: number;
  readonly parameters: number;
  readonly pictures: readonly Pictured[];
  readonly points: readonly InversionPoint[];
  /** Cosines of two members' weeks: so much is alike without any update. */
  readonly strangers: readonly number[];
}

const SIZES = [1, 2, 5, 10, 20, 50, 100];
const MEMBERS = 20;
const CLASSES = 3;

/** Steps of each hour of a week, in thousands: nights, commutes, an hour of sport on some days, late weekends. */
export function weekOf(random: Random): Examples {
  const [wake, sleep] = [5.5 + random.uniform(0, 3), 21 + random.uniform(0, 3)];
  const commute = random.chance(0.7) ? random.uniform(0.5, 1.6) : 0;
  const sport = { hour: 6 + random.below(14), days: random.below(5), size: random.uniform(2, 6) };
  const rows = new Float32Array(DAYS * HOURS);
  for (let day = 0; day < DAYS; day++) {
    const weekend = day >= 5;
    const sports = random.chance(sport.days / DAYS);
    for (let hour = 0; hour < HOURS; hour++) {
      const awake = hour >= wake + (weekend ? 1.5 : 0) && hour < sleep;
      const travels = !weekend && (hour === Math.ceil(wake) + 1 || hour === 17);
      const steps = (awake ? random.gamma(2, 0.35) : 0) + (travels ? commute : 0);
      rows[day * HOURS + hour] = Math.min(8, steps + (sports && hour === sport.hour ? sport.size : 0));
    }
  }
  return { rows, labels: Float32Array.of(random.below(CLASSES)) };
}

/** @throws PacelineError invalid_argument naming what is out of bounds */
export function invert(asked: InversionAsked, progress: Progress): InversionTold {
  const { summed, epsilon, hidden, clip, seed } = asked;
  if (!(Number.isInteger(summed) && summed >= 1 && summed <= 500))
    fail("invalid_argument", `a sum is of 1 to 500 members, not ${summed}`);
  if (!(Number.isInteger(hidden) && hidden >= 0 && hidden <= 128))
    fail("invalid_argument", `a hidden layer has at most 128 units, not ${hidden}`);
  if (!(clip > 0 && clip <= 1000))
    fail("invalid_argument", `the clip lies above 0 and at most at 1,000, not at ${clip}`);
  const architecture: Architecture = {
    input: [DAYS * HOURS],
    layers: hidden === 0 ? [] : [{ kind: "dense", units: hidden, activation: "relu" }],
    output: { kind: "softmax", units: CLASSES },
  };
  const weights = initialWeights(architecture, utf8(seed));
  // Each of the two adds a variance of clip²/2ρ.
  const noiseSd = clip / Math.sqrt(Number(rhoFor(epsilon, DELTA)) / 1e9);
  const lab = (member: number, size: number): { readonly own: Examples; readonly told: InversionLab } => {
    const random = new Random(`${seed}/week/${member}`);
    const [own, ...others] = Array.from({ length: size }, () => weekOf(random)) as [Examples, ...Examples[]];
    const options = { architecture, weights, learningRate: 0.1, clip, member: own, others, noiseSd };
    return { own, told: invertUpdates(plainEngine, { ...options, seed: `${seed}/noise/${member}/${size}` }) };
  };
  const steps = SIZES.length * MEMBERS;
  const points = SIZES.map((size, at): InversionPoint => {
    const labs = Array.from({ length: MEMBERS }, (_, member) => {
      progress(at * MEMBERS + member, steps);
      return lab(member, size).told;
    });
    const of = (which: "summed" | "noised") => labs.map(({ [which]: { cosine, error } }) => ({ cosine, error }));
    return { summed: size, plain: of("summed"), noised: of("noised") };
  });
  const [alone, many] = [lab(0, 1), lab(0, summed)];
  const picture = (name: string, { row, cosine, error }: Inverted): Pictured => ({
    name,
    week: [...row],
    cosine,
    error,
  });
  const sum = `Sum of ${summed}`;
  return {
    ...{ asked, noiseSd, parameters: weights.length, points },
    strangers: Array.from({ length: MEMBERS }, (_, member) => {
      const random = new Random(`${seed}/week/${member}`);
      return cosineOf(weekOf(random).rows, weekOf(random).rows);
    }),
    pictures: [
      { name: "The member's own week", week: [...alone.own.rows], cosine: 1, error: 0 },
      picture("One update", alone.told.alone),
      picture("One update, noised", alone.told.noised),
      picture(sum, many.told.summed),
      picture(`${sum}, noised`, many.told.noised),
    ],
  };
}

function cosineOf(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [dot, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i] as number, b[i] as number];
    dot += x * y;
    aa += x * x;
    bb += y * y;
  }
  return aa * bb === 0 ? 0 : dot / Math.sqrt(aa * bb);
}
