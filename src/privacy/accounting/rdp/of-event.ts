// From an event to its Rényi curve. What has no proven curve here is refused, never guessed.
import { fail } from "../../../base/errors.ts";
import { discreteGaussianParameters } from "../../mechanisms/discrete-gaussian/event.ts";
import { discreteLaplaceParameters } from "../../mechanisms/discrete-laplace/event.ts";
import { parseRational, toNumber } from "../../rational.ts";
import type { Neighbouring } from "../../units.ts";
import { type Run, runsOf } from "../algebra/compose.ts";
import { fewerRuns } from "../algebra/fewer.ts";
import { parsePrivacyEvent } from "../algebra/parse.ts";
import type { PrivacyEvent } from "../algebra/types.ts";
import { asGuarantee } from "../guarantees.ts";
import { rhoOfTree } from "../tree.ts";
import { curveOf, type Divergence, type RenyiCurve } from "./curve.ts";
import { discreteGaussianSum, skellam } from "./distributed.ts";
import * as noise from "./noise.ts";
import { repeatAndSelect } from "./repeat-and-select.ts";
import { poissonSampled, sampledWithoutReplacement } from "./sampled-any.ts";
import { sampledFixedGaussian } from "./sampled-fixed-gaussian.ts";
import { sampledGaussian } from "./sampled-gaussian.ts";

/**
 * The Rényi curve of a plan under a neighbouring relation. Any adaptive choice of the composed mechanisms' inputs is
 * covered, the plan itself is fixed in advance.
 * @throws PacelineError as parsePrivacyEvent; unsupported for events without a Rényi bound.
 */
export function rdpOf<N extends Neighbouring>(event: PrivacyEvent<N>, neighbouring: N): RenyiCurve {
  // A replaced record moves a sum by twice the bound of one record.
  return curve(parsePrivacyEvent(event, neighbouring), {
    neighbouring,
    change: neighbouring === "replace-one" ? 2 : 1,
  });
}

interface Setting {
  readonly neighbouring: Neighbouring;
  /** Sensitivity over one record's bound, for noise that is stated relative to the bound. */
  readonly change: number;
}

function curve(event: PrivacyEvent, setting: Setting): RenyiCurve {
  return curveOf(
    fewerSums(runsOf(event)).map(({ event: run, count }) => {
      const one = withoutOpenFailures(run, setting);
      const failure = one.mechanism === "epsilon-delta" ? one.delta : 0;
      return { divergence: divergenceOf(one, setting), count, failure };
    }),
  );
}

/** Curves that are long sums at every order; all others are closed forms. */
const sums: ReadonlySet<string> = new Set(["poisson-sampled", "sampled-without-replacement", "repeat-and-select"]);

function fewerSums(runs: readonly Run[]): readonly Run[] {
  const long = runs.filter((run) => sums.has(run.event.mechanism));
  return [...runs.filter((run) => !sums.has(run.event.mechanism)), ...fewerRuns(long, sumsMax, "stronger")];
}

/** No curve is known of a sample, or the best, of what may fail openly; of a sample its guarantee is. */
function withoutOpenFailures(event: Run["event"], { neighbouring }: Setting): Run["event"] {
  if (!("event" in event) || !mayFail(event.event)) return event;
  const known = event.mechanism === "repeat-and-select" ? undefined : asGuarantee(event, neighbouring);
  return known ?? refuse(`a ${event.mechanism} event of mechanisms that may fail openly`);
}

function mayFail(event: PrivacyEvent): boolean {
  return runsOf(event).some(
    ({ event: one }) =>
      one.mechanism === "non-private" ||
      (one.mechanism === "epsilon-delta" && one.delta > 0) ||
      ("event" in one && mayFail(one.event)),
  );
}

/** Different long sums that one curve is made of; of more, those that differ least are taken together. */
const sumsMax = 128;

const upward = 1 + 2 ** -50;

function divergenceOf(event: Run["event"], setting: Setting): Divergence {
  switch (event.mechanism) {
    case "gaussian":
      return noise.linear((setting.change / event.noiseMultiplier) ** 2 / 2);
    case "laplace":
      return noise.laplace((setting.change / event.noiseMultiplier) * upward);
    case "discrete-laplace": {
      const { sensitivity, scale } = discreteLaplaceParameters({ ...event, neighbouring: "zero-out" });
      return noise.discreteLaplace(upward / toNumber(scale), Number(sensitivity));
    }
    case "discrete-gaussian": {
      const { sensitivity, sigmaSquared } = discreteGaussianParameters({ ...event, neighbouring: "zero-out" });
      return noise.linear((Number(sensitivity) / toNumber(sigmaSquared) / 2) * upward);
    }
    case "skellam": {
      const { l1, l2Squared } = event.sensitivities;
      return skellam(variance(event.mu), { l1: Number(l1) * upward, l2Squared: Number(l2Squared) * upward });
    }
    case "distributed-discrete-gaussian":
    case "distributed-skellam":
      return distributed(event);
    case "randomized-response":
      return setting.neighbouring === "replace-one"
        ? noise.randomizedResponse(event.probability, event.buckets)
        : noise.randomizedResponseNulled(event.probability, event.buckets);
    case "epsilon-delta":
      return noise.pure(event.epsilon);
    case "zcdp":
      return noise.linear(event.rho);
    case "gdp":
      return noise.linear(event.mu ** 2 / 2);
    case "exponential":
      return noise.boundedRange(event.epsilon);
    case "permute-and-flip":
      // Its privacy loss is dominated by Laplace noise of scale 1/epsilon (see ../permute-and-flip.md).
      return noise.laplace(event.epsilon);
    case "tree-aggregation":
      return noise.linear(rhoOfTree(event));
    case "poisson-sampled":
      return withGuarantee(event, setting, () => poisson(event.probability, event.event, setting));
    case "sampled-without-replacement":
      return withGuarantee(event, setting, () =>
        fixedSample(event.sampleSize / event.populationSize, event.event, setting),
      );
    case "repeat-and-select":
      return repeatAndSelect(curve(event.event, setting), event.mean, event.shape);
    case "non-private":
      return () => Number.POSITIVE_INFINITY;
    default:
      return refuse(`a ${event.mechanism} event`);
  }
}

function refuse(what: string): never {
  return fail("unsupported", `no Rényi bound is known here for ${what}`, {
    hint: "Ask the accountant by privacy loss distributions, or the one made for that event.",
  });
}

function variance(text: string): number {
  return toNumber(parseRational(text, "a variance")) / upward;
}

type Distributed = Extract<PrivacyEvent, { mechanism: "distributed-skellam" | "distributed-discrete-gaussian" }>;

function distributed(event: Distributed): Divergence {
  const shares = event.clients - event.dropouts;
  const { l1, l2 } = event.sensitivities;
  const bound = { l1, l2Squared: l2 * l2 };
  if (event.mechanism === "distributed-skellam") return skellam(shares * variance(event.localVariance), bound);
  return discreteGaussianSum(shares, variance(event.localVariance), event.dimension, bound);
}

/** A sample of pure mechanisms is pure itself, with an epsilon that no order passes. */
function withGuarantee(event: Run["event"], setting: Setting, curveOfSample: () => Divergence): Divergence {
  const known = asGuarantee(event, setting.neighbouring);
  if (known === undefined) return curveOfSample();
  const whole = noise.pure(known.epsilon);
  // Under replace-one a Poisson sample has no curve of its own.
  if (event.mechanism === "poisson-sampled" && setting.neighbouring === "replace-one") return whole;
  const sample = curveOfSample();
  return (order) => Math.min(sample(order), whole(order));
}

/** rho of an inner plan that is nothing but Gaussian noise, of one record's own contribution. */
function gaussianRho(event: PrivacyEvent): number | undefined {
  let inverse = 0;
  for (const run of runsOf(event)) {
    if (run.event.mechanism !== "gaussian") return undefined;
    inverse += run.count / run.event.noiseMultiplier ** 2;
  }
  return inverse / 2;
}

function poisson(q: number, inner: PrivacyEvent, setting: Setting): Divergence {
  if (setting.neighbouring === "replace-one") return refuse("Poisson sampling under replace-one");
  const rho = gaussianRho(inner);
  if (rho === undefined) return poissonSampled(q, curve(inner, setting).at);
  if (rho === 0) return () => 0;
  const moment = sampledGaussian(q, 1 / Math.sqrt(2 * rho));
  return (order) => moment(order) / (order - 1);
}

function fixedSample(q: number, inner: PrivacyEvent, setting: Setting): Divergence {
  const bound = gaussianRho(inner);
  if (bound === 0) return () => 0;
  // The theorem counts σ over the change when a record is replaced.
  if (bound !== undefined) return sampledFixedGaussian(q, 1 / (setting.change * Math.sqrt(2 * bound)));
  return sampledWithoutReplacement(q, curve(inner, setting).at);
}
