// Plans of very many different parts as plans of fewer, that tell at least as much, or at most as much: parts that differ a
// little only are all taken as the strongest, or as the weakest, of them. What follows bounds the plan from either side.
import { parseRational, type Rational } from "../../rational.ts";
import type { Run } from "./compose.ts";

/** Each part at least, or at most, as telling as it is. */
export type Towards = "stronger" | "weaker";

/** Whether more of a field tells more (1) or less (-1). */
type Knobs = Readonly<Record<string, 1 | -1>>;

/**
 * A record may change less than its bound, and an (epsilon, delta), rho, mu or range may be smaller than stated: a
 * mechanism of the weaker event is one of the stronger, whatever it is put into. Reports that are shuffled in later depend
 * on no record that is asked about.
 */
const within: Readonly<Record<string, Knobs>> = {
  gaussian: { noiseMultiplier: -1 },
  laplace: { noiseMultiplier: -1 },
  "tree-aggregation": { noiseMultiplier: -1 },
  "truncated-subsampled-gaussian": { noiseMultiplier: -1 },
  "epsilon-delta": { epsilon: 1, delta: 1 },
  zcdp: { rho: 1 },
  gdp: { mu: 1 },
  exponential: { epsilon: 1 },
  "permute-and-flip": { epsilon: 1 },
  shuffled: { localEpsilon: 1, reports: -1 },
};

/**
 * The weaker event is the stronger with noise added afterwards: normal and Skellam noise are sums of such; discrete Laplace
 * noise is the difference of two geometric ones, and a longer geometric law is a shorter one plus 0 or another; a
 * response is answered anew. Of a larger Poisson sample a part is kept by coins that may as well be told, as they depend
 * on no record; the others contribute nothing. Before a selection none of that is known to hold.
 */
const afterwards: Readonly<Record<string, Knobs>> = {
  "mixture-of-gaussians": { standardDeviation: -1 },
  "discrete-laplace": { scale: -1 },
  skellam: { mu: -1 },
  "distributed-skellam": { localVariance: -1 },
  "randomized-response": { probability: -1 },
  "poisson-sampled": { probability: 1 },
};

interface Knob {
  readonly path: readonly string[];
  readonly sign: 1 | -1;
  readonly value: unknown;
  /** ln of the value: distances in it decide who is taken together. */
  readonly log: number;
}

interface Member {
  readonly run: Run;
  readonly knobs: readonly Knob[];
}

/**
 * Runs of the same kind taken together until `limit` different ones are left, or until only those are that differ in more
 * than a number. Exactly the given runs where they are few enough, or counts would pass 2^53 - 1.
 */
export function fewerRuns(runs: readonly Run[], limit: number, towards: Towards): readonly Run[] {
  if (runs.length <= limit) return runs;
  const families = new Map<string, Member[]>();
  for (const run of runs) {
    const knobs = knobsOf(run.event, [], true);
    const key = JSON.stringify(withValues(run.event, knobs, () => null));
    const family = families.get(key);
    if (family === undefined) families.set(key, [{ run, knobs }]);
    else family.push({ run, knobs });
  }
  const groups = split([...families.values()], limit);
  const total = runs.reduce((sum, { count }) => sum + count, 0);
  return Number.isSafeInteger(total) ? groups.map((group) => together(group, towards)) : runs;
}

function knobsOf(event: unknown, path: readonly string[], mayPostprocess: boolean): readonly Knob[] {
  const fields = event as Readonly<Record<string, unknown>>;
  const name = fields.mechanism as string;
  const knobs = within[name] ?? (mayPostprocess ? afterwards[name] : undefined) ?? {};
  const own = Object.entries(knobs).map(([field, sign]): Knob => {
    const value = fields[field];
    return { path: [...path, field], sign, value, log: Math.log(Math.max(1e-300, numberOf(value))) };
  });
  if (typeof fields.event !== "object") return own;
  return [...own, ...knobsOf(fields.event, [...path, "event"], mayPostprocess && name !== "repeat-and-select")];
}

function numberOf(value: unknown): number {
  if (typeof value === "number") return value;
  const { num, den } = fraction(value);
  return Number(num) / Number(den);
}

function fraction(value: unknown): Rational {
  return parseRational(value, "a parameter");
}

/** Exactly, as two fractions may round to one double. */
function below(a: unknown, b: unknown): boolean {
  if (typeof a === "number") return a < (b as number);
  const [x, y] = [fraction(a), fraction(b)];
  return x.num * y.den < y.num * x.den;
}

/** The event with each knob's value replaced. */
function withValues(event: unknown, knobs: readonly Knob[], change: (i: number) => unknown): unknown {
  return knobs.reduce((changed, { path }, i) => withField(changed, path, change(i)), event);
}

function withField(event: unknown, [name, ...rest]: readonly string[], value: unknown): unknown {
  if (name === undefined) return value;
  const fields = event as Readonly<Record<string, unknown>>;
  return { ...fields, [name]: withField(fields[name], rest, value) };
}

interface Group {
  readonly members: readonly Member[];
  /** The knob that spreads most, its middle, and how much taking all together may cost. */
  readonly widest: number;
  readonly middle: number;
  readonly cost: number;
}

function grouped(members: readonly Member[]): Group {
  let [widest, middle, most] = [0, 0, 0];
  const first = members[0] as Member;
  first.knobs.forEach((_, k) => {
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const { knobs } of members) {
      const { log } = knobs[k] as Knob;
      [low, high] = [Math.min(low, log), Math.max(high, log)];
    }
    const half = (low + high) / 2;
    if (high - low > most) [widest, middle, most] = [k, half < high ? half : low, high - low];
  });
  return { members, widest, middle, cost: most * members.reduce((sum, { run }) => sum + run.count, 0) };
}

/** Cuts the costliest group in the middle of its widest knob, again and again. */
function split(families: readonly (readonly Member[])[], limit: number): readonly (readonly Member[])[] {
  const groups = families.map(grouped);
  while (groups.length < limit) {
    let at = 0;
    for (let i = 1; i < groups.length; i++) if ((groups[i] as Group).cost > (groups[at] as Group).cost) at = i;
    const { members, widest, middle, cost } = groups[at] as Group;
    if (cost === 0) break;
    const left = members.filter(({ knobs }) => (knobs[widest] as Knob).log <= middle);
    const right = members.filter(({ knobs }) => (knobs[widest] as Knob).log > middle);
    groups.splice(at, 1, grouped(left), grouped(right));
  }
  return groups.map(({ members }) => members);
}

/** All members as one event, each field the most, or the least, telling of theirs. */
function together(members: readonly Member[], towards: Towards): Run {
  const [first] = members as readonly [Member, ...Member[]];
  if (members.length === 1) return first.run;
  const event = withValues(
    first.run.event,
    first.knobs,
    (k) =>
      members
        .map(({ knobs }) => knobs[k] as Knob)
        .reduce((best, next) => {
          const larger = (next.sign === 1) === (towards === "stronger");
          return below(larger ? best.value : next.value, larger ? next.value : best.value) ? next : best;
        }).value,
  );
  return { event: event as Run["event"], count: members.reduce((sum, { run }) => sum + run.count, 0) };
}
