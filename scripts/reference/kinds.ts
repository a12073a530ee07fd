// From the names and numbers of a reference case to an event of the algebra: one row a mechanism. Whole numbers that are
// none are rounded to the side that protects less, so that no answer can be too small.
import { fail } from "../../src/base/errors.ts";
import {
  formatRational,
  knownMechanisms,
  type Neighbouring,
  type PrivacyEvent,
  parsePrivacyEvent,
  rational,
} from "../../src/privacy/index.ts";
import { aliases } from "./aliases.ts";
import { decimalFraction, Inputs } from "./inputs.ts";

interface Kind {
  /** What the entries of a list of parameters are, in order. */
  readonly fields: readonly string[];
  readonly event: (inputs: Inputs, relation: Neighbouring) => object;
}

const noise = ["noiseMultiplier", "sigma", "scale"] as const;
const gaussian = (i: Inputs) => ({ mechanism: "gaussian", noiseMultiplier: i.number(...noise, "stddev") });
const laplace = (i: Inputs) => ({ mechanism: "laplace", noiseMultiplier: i.number(...noise, "b") });
const sampling = ["q", "samplingProbability", "probability", "samplingRate"] as const;
const poisson = (inner: (i: Inputs) => object) => (i: Inputs) => ({
  mechanism: "poisson-sampled",
  probability: i.number(...sampling),
  event: inner(i),
});
const up = (value: number) => Math.ceil(value);
const down = (value: number) => Math.floor(value);
const pureOf = (mechanism: string) => (i: Inputs) => ({ mechanism, epsilon: i.number("epsilon", "eps") });
const size = ["datasetSize", "populationSize", "n"] as const;

/** By name without case and punctuation. */
const kinds: Readonly<Record<string, Kind>> = {
  gaussian: { fields: ["noiseMultiplier"], event: gaussian },
  laplace: { fields: ["noiseMultiplier"], event: laplace },
  discretelaplace: { fields: ["noiseParameter", "sensitivity"], event: discreteLaplace },
  discretegaussian: { fields: ["sigma", "sensitivity"], event: discreteGaussian },
  skellam: { fields: ["mu", "sensitivity"], event: skellam },
  randomizedresponse: {
    fields: ["noiseParameter", "numBuckets"],
    event: (i) => ({
      mechanism: "randomized-response",
      probability: i.number("noiseParameter", "probability", "p"),
      buckets: up(i.numberOr(2, "numBuckets", "buckets", "k")),
    }),
  },
  epsilondelta: {
    fields: ["epsilon", "delta"],
    event: (i) => ({
      mechanism: "epsilon-delta",
      epsilon: i.number("epsilon", "eps"),
      delta: i.numberOr(0, "delta"),
    }),
  },
  pure: {
    fields: ["epsilon"],
    event: (i) => ({ mechanism: "epsilon-delta", epsilon: i.number("epsilon", "eps"), delta: 0 }),
  },
  zcdp: { fields: ["rho"], event: (i) => ({ mechanism: "zcdp", rho: i.number("rho") }) },
  gdp: { fields: ["mu"], event: (i) => ({ mechanism: "gdp", mu: i.number("mu") }) },
  exponential: { fields: ["epsilon"], event: pureOf("exponential") },
  permuteandflip: { fields: ["epsilon"], event: pureOf("permute-and-flip") },
  poissongaussian: { fields: ["q", "noiseMultiplier"], event: poisson(gaussian) },
  poissonlaplace: { fields: ["q", "noiseMultiplier"], event: poisson(laplace) },
  withoutreplacementgaussian: {
    fields: ["datasetSize", "sampleSize", "noiseMultiplier"],
    event: (i) => ({
      mechanism: "sampled-without-replacement",
      populationSize: down(i.number(...size)),
      sampleSize: up(i.number("sampleSize", "batchSize", "m")),
      // These state σ over the change when a record is replaced, the algebra over the bound of one record: half of that.
      event: { mechanism: "gaussian", noiseMultiplier: 2 * i.number(...noise, "stddev") },
    }),
  },
  treeaggregation: {
    fields: ["noiseMultiplier", "stepCounts"],
    event: (i) => ({
      mechanism: "tree-aggregation",
      noiseMultiplier: i.number(...noise),
      stepCounts: i.list("stepCounts", "steps").map(up),
    }),
  },
  mixtureofgaussians: {
    fields: ["stddev", "sensitivities", "probs"],
    event: (i) => ({
      mechanism: "mixture-of-gaussians",
      standardDeviation: i.number("stddev", "standardDeviation", ...noise),
      sensitivities: i.list("sensitivities"),
      probabilities: i.list("probs", "probabilities"),
    }),
  },
  truncatedsubsampledgaussian: {
    fields: ["datasetSize", "q", "truncatedBatch", "noiseMultiplier"],
    event: (i) => ({
      mechanism: "truncated-subsampled-gaussian",
      populationSize: Math.round(i.number(...size)),
      probability: i.number(...sampling),
      truncatedBatchSize: Math.round(i.number("truncatedBatch", "truncatedBatchSize")),
      noiseMultiplier: i.number(...noise),
    }),
  },
  shuffled: {
    fields: ["epsilon0", "n"],
    event: (i) => ({
      mechanism: "shuffled",
      localEpsilon: i.number("epsilon0", "localEpsilon"),
      reports: down(i.number("n", "reports")),
    }),
  },
  repeatandselect: {
    fields: ["noiseMultiplier", "mean", "shape"],
    event: (i) => {
      const shape = i.number("shape");
      const event = gaussian(i);
      return {
        mechanism: "repeat-and-select",
        event,
        mean: i.number("mean"),
        shape: shape === Number.POSITIVE_INFINITY ? "poisson" : shape,
      };
    },
  },
  distributeddiscretegaussian: { fields: [], event: (i) => distributed("distributed-discrete-gaussian", i) },
  distributedskellam: { fields: [], event: (i) => distributed("distributed-skellam", i) },
  noop: { fields: [], event: () => ({ mechanism: "no-op" }) },
  nonprivate: { fields: [], event: () => ({ mechanism: "non-private" }) },
};

/**
 * The event of a mechanism by this name with these parameters: a number, a list, an object of named ones, or the fields of
 * the algebra's own event. @throws PacelineError invalid_message
 */
export function eventOf(kind: string, parameters: unknown, relation: Neighbouring): PrivacyEvent {
  const own = typeof parameters === "object" && parameters !== null && !Array.isArray(parameters) ? parameters : {};
  const plain = kind
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, "")
    .replace(/(mechanism|dpevent|event)$/, "");
  const name = (Object.hasOwn(aliases, plain) && aliases[plain]) || plain;
  const found = Object.hasOwn(kinds, name) ? kinds[name] : undefined;
  const nested = "event" in own || "parts" in own || found === undefined;
  if (nested && knownMechanisms.includes(kind)) return parsePrivacyEvent({ mechanism: kind, ...own }, relation);
  if (found === undefined) return fail("invalid_message", `no mechanism is called ${JSON.stringify(kind)}`);
  return parsePrivacyEvent(found.event(inputsOf(parameters, found.fields), relation), relation);
}

function inputsOf(parameters: unknown, names: readonly string[]): Inputs {
  if (parameters instanceof Inputs) return parameters;
  if (typeof parameters === "object" && parameters !== null && !Array.isArray(parameters))
    return new Inputs(parameters);
  const listed: unknown[] = Array.isArray(parameters) ? parameters : [parameters];
  return new Inputs(Object.fromEntries(names.map((name, index) => [name, listed[index]])));
}

function wholeSensitivity(i: Inputs): bigint {
  const value = i.numberOr(1, "sensitivity", "l1Sensitivity", "l2Sensitivity");
  if (!(value > 0 && value <= Number.MAX_SAFE_INTEGER)) fail("invalid_argument", "sensitivity must lie above 0");
  return BigInt(up(value));
}

const stated = (relation: Neighbouring) => ({ unit: "member", neighbouring: relation });

/** noiseParameter a: P(k) is proportional to exp(-a|k|), so that the scale is 1/a. */
function discreteLaplace(i: Inputs, relation: Neighbouring): object {
  const parameter = i.has("scale", "b")
    ? undefined
    : decimalFraction(i.number("noiseParameter", "a"), "noiseParameter");
  if (parameter?.num === 0n) return fail("invalid_argument", "noiseParameter must lie above 0");
  const scale =
    parameter === undefined ? decimalFraction(i.number("scale", "b"), "scale") : rational(parameter.den, parameter.num);
  return {
    mechanism: "discrete-laplace",
    ...stated(relation),
    sensitivity: { norm: "l1", bound: `${wholeSensitivity(i)}` },
    scale: formatRational(scale),
  };
}

function discreteGaussian(i: Inputs, relation: Neighbouring): object {
  const sigma = decimalFraction(i.number("sigma", "noiseMultiplier", "stddev"), "sigma");
  return {
    mechanism: "discrete-gaussian",
    ...stated(relation),
    sensitivity: { norm: "l2-squared", bound: `${wholeSensitivity(i) ** 2n}` },
    sigmaSquared: formatRational(rational(sigma.num ** 2n, sigma.den ** 2n)),
  };
}

function skellam(i: Inputs, relation: Neighbouring): object {
  const sensitivity = wholeSensitivity(i);
  return {
    mechanism: "skellam",
    ...stated(relation),
    sensitivities: { l1: `${sensitivity}`, l2Squared: `${sensitivity ** 2n}` },
    mu: formatRational(decimalFraction(i.number("mu", "variance"), "mu")),
  };
}

/**
 * A clipped, flattened vector is scaled by 1/gamma and rounded at random until its L2 norm is at most the bound of
 * Kairouz, Liu, Steinke 2021, Proposition 14.
 */
function distributed(mechanism: string, i: Inputs): object {
  const [staying, clients] = survivors(i);
  const dimension = up(i.number("dim", "dimension"));
  const [gamma, stddev] = ["gamma", "localStddev"].map((name) => decimalFraction(i.number(name), name)) as [
    ReturnType<typeof rational>,
    ReturnType<typeof rational>,
  ];
  if (gamma.num === 0n) return fail("invalid_argument", "gamma must lie above 0");
  const clip = i.number("l2Clip", "clip") / i.number("gamma");
  const spread = Math.sqrt(2 * Math.log(1 / i.numberOr(Math.exp(-0.5), "beta")));
  const root = Math.sqrt(dimension);
  const l2 = Math.min(clip + root, Math.sqrt(clip * clip + dimension / 4 + spread * (clip + root / 2)));
  return {
    mechanism,
    localVariance: formatRational(rational((stddev.num * gamma.den) ** 2n, (stddev.den * gamma.num) ** 2n)),
    clients,
    dropouts: clients - staying,
    dimension,
    sensitivities: { l1: l2 * Math.min(root, l2), l2 },
  };
}

/** The fewest shares that any of the inputs speaks of, out of how many. */
function survivors(i: Inputs): readonly [staying: number, clients: number] {
  const clients = i.number("n_clients", "clients", "n");
  const after = clients * (1 - i.numberOr(0, "dropout"));
  const staying = i.numberOr(after, "n_surviving");
  return [down(Math.min(staying, after) * (1 + 1e-12)), Math.max(down(clients), down(staying))];
}
