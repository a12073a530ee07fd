// Reading privacy events: from JSON, from the command line, from callers without types. Strict: each field known, none
// missing, every number in range. What is not known is refused, never guessed.
import { fail } from "../../../base/errors.ts";
import { parseDiscreteGaussian } from "../../mechanisms/discrete-gaussian/event.ts";
import { parseDiscreteLaplace } from "../../mechanisms/discrete-laplace/event.ts";
import { parseCount, strictFields } from "../../mechanisms/fields.ts";
import { formatRational, parseRational } from "../../rational.ts";
import { l1Sensitivity, l2SquaredSensitivity, type Neighbouring } from "../../units.ts";
import * as read from "./fields.ts";
import { checkRelation, parseNeighbouring } from "./relations.ts";
import type { PrivacyEvent } from "./types.ts";

const depthMax = 8;
const partsMax = 10_000;

type Fields = Readonly<Record<string, unknown>>;
/** `nested` reads an event inside this one. */
type Reader = (fields: Fields, neighbouring: Neighbouring, nested: (value: unknown) => PrivacyEvent) => object;

/** Each mechanism's fields and how the values are checked. */
const readers: Readonly<Record<string, readonly [names: readonly string[], reader: Reader]>> = {
  gaussian: [["noiseMultiplier"], (f) => ({ noiseMultiplier: read.noiseField(f, "noiseMultiplier") })],
  laplace: [["noiseMultiplier"], (f) => ({ noiseMultiplier: read.noiseField(f, "noiseMultiplier") })],
  "discrete-laplace": [["unit", "neighbouring", "sensitivity", "scale"], stated(parseDiscreteLaplace)],
  "discrete-gaussian": [["unit", "neighbouring", "sensitivity", "sigmaSquared"], stated(parseDiscreteGaussian)],
  skellam: [["unit", "neighbouring", "sensitivities", "mu"], stated(parseSkellam)],
  "distributed-discrete-gaussian": distributed(),
  "distributed-skellam": distributed(),
  "randomized-response": [
    ["probability", "buckets"],
    (f) => ({
      probability: read.noiseProbabilityField(f, "probability"),
      buckets: read.integerField(f, "buckets", 2),
    }),
  ],
  "epsilon-delta": [
    ["epsilon", "delta"],
    (f) => ({ epsilon: read.guaranteeField(f, "epsilon"), delta: read.deltaField(f, "delta") }),
  ],
  zcdp: [["rho"], (f) => ({ rho: read.guaranteeField(f, "rho") })],
  gdp: [["mu"], (f) => ({ mu: read.guaranteeField(f, "mu") })],
  exponential: [["epsilon"], (f) => ({ epsilon: read.positiveGuaranteeField(f, "epsilon") })],
  "permute-and-flip": [["epsilon"], (f) => ({ epsilon: read.positiveGuaranteeField(f, "epsilon") })],
  "poisson-sampled": [
    ["probability", "event"],
    (f, _, nested) => ({ probability: read.probabilityField(f, "probability"), event: nested(f.event) }),
  ],
  "sampled-without-replacement": [
    ["populationSize", "sampleSize", "event"],
    (f, _, nested) => {
      const populationSize = read.integerField(f, "populationSize", 1);
      const sampleSize = read.integerField(f, "sampleSize", 1, populationSize);
      return { populationSize, sampleSize, event: nested(f.event) };
    },
  ],
  "tree-aggregation": [
    ["noiseMultiplier", "stepCounts"],
    (f) => ({
      noiseMultiplier: read.noiseField(f, "noiseMultiplier"),
      stepCounts: read.listField(
        f,
        "stepCounts",
        "whole numbers from 1 to 2^53 - 1",
        (n) => Number.isSafeInteger(n) && n > 0,
      ),
    }),
  ],
  "repeat-and-select": [
    ["event", "mean", "shape"],
    (f, _, nested) => {
      const poisson = f.shape === "poisson";
      const shape = poisson ? f.shape : read.realField(f, "shape", -1);
      return { event: nested(f.event), mean: read.realField(f, "mean", poisson ? 0 : 1), shape };
    },
  ],
  "mixture-of-gaussians": [["standardDeviation", "sensitivities", "probabilities"], parseMixture],
  "truncated-subsampled-gaussian": [
    ["populationSize", "probability", "truncatedBatchSize", "noiseMultiplier"],
    (f) => {
      const populationSize = read.integerField(f, "populationSize", 1);
      return {
        populationSize,
        probability: read.probabilityField(f, "probability"),
        truncatedBatchSize: read.integerField(f, "truncatedBatchSize", 1, populationSize),
        noiseMultiplier: read.noiseField(f, "noiseMultiplier"),
      };
    },
  ],
  shuffled: [
    ["localEpsilon", "reports"],
    (f) => ({
      localEpsilon: read.positiveGuaranteeField(f, "localEpsilon"),
      reports: read.integerField(f, "reports", 1),
    }),
  ],
  composed: [["parts"], parseParts],
  "no-op": [[], () => ({})],
  "non-private": [[], () => ({})],
};

/** What the algebra knows, for messages. */
export const knownMechanisms: readonly string[] = Object.keys(readers);

/**
 * Checks that `value` (perhaps parsed JSON) is an event that means something under `neighbouring`.
 * @throws PacelineError invalid_message for a malformed event, invalid_argument for a number out of its range,
 * unsupported for an event that has no meaning under the relation.
 */
export function parsePrivacyEvent<N extends Neighbouring>(value: unknown, neighbouring: N): PrivacyEvent<N> {
  return parseNested(value, parseNeighbouring(neighbouring), 0) as PrivacyEvent<N>;
}

function parseNested(value: unknown, neighbouring: Neighbouring, depth: number): PrivacyEvent {
  const mechanism = (value as { mechanism?: unknown } | null | undefined)?.mechanism;
  const known = typeof mechanism === "string" && Object.hasOwn(readers, mechanism) ? readers[mechanism] : undefined;
  if (known === undefined || depth > depthMax)
    return fail("invalid_message", "the privacy event is none that can be accounted for", {
      hint: `Known are ${knownMechanisms.join(", ")}, nested at most ${depthMax} deep.`,
    });
  const [names, reader] = known;
  checkRelation(mechanism as string, neighbouring);
  const fields = strictFields(value, ["mechanism", ...names], `a ${mechanism} event`);
  const nested = (inner: unknown) => parseNested(inner, neighbouring, depth + 1);
  return { mechanism, ...reader(fields, neighbouring, nested) } as PrivacyEvent;
}

/** An event that says its own relation, which must be the one asked about; the ledger's reader checks the rest. */
function stated(parse: (value: unknown) => object): Reader {
  return (fields, neighbouring) => {
    if (fields.neighbouring !== neighbouring)
      return fail("unsupported", `a ${fields.mechanism} event states another relation than ${neighbouring}`, {
        hint: "Its sensitivity bound holds under the relation in its own field: give the bound under the one wanted.",
      });
    return { ...parse({ ...fields, neighbouring: "zero-out" }), neighbouring };
  };
}

function parseSkellam(value: unknown): object {
  const fields = value as Fields;
  if (fields.unit !== "member") return fail("invalid_message", "a skellam event here must be about a member");
  const sums = strictFields(fields.sensitivities, ["l1", "l2Squared"], "a skellam event's sensitivities");
  const [l1, l2Squared] = [integerText(sums.l1, "l1"), integerText(sums.l2Squared, "l2Squared")];
  l1Sensitivity(l1);
  l2SquaredSensitivity(l2Squared);
  const mu = parseRational(fields.mu, "a Skellam variance");
  if (mu.num <= 0n) return fail("invalid_argument", "a Skellam variance must be a fraction above 0");
  return {
    mechanism: "skellam",
    unit: "member",
    sensitivities: { l1: `${l1}`, l2Squared: `${l2Squared}` },
    mu: formatRational(mu),
  };
}

function integerText(text: unknown, name: string): bigint {
  if (typeof text === "string" && /^[1-9]\d{0,38}$/.test(text)) return BigInt(text);
  return fail("invalid_message", `${name} of a skellam event must be a positive decimal integer as text`);
}

function distributed(): readonly [readonly string[], Reader] {
  const names = ["localVariance", "clients", "dropouts", "dimension", "sensitivities"] as const;
  const reader: Reader = (f) => {
    const localVariance = parseRational(f.localVariance, `a ${f.mechanism} event's localVariance`);
    if (localVariance.num <= 0n)
      return fail("invalid_argument", `localVariance of a ${f.mechanism} event must be a fraction above 0`);
    const clients = read.integerField(f, "clients", 1);
    const bounds = strictFields(f.sensitivities, ["l1", "l2"], `a ${f.mechanism} event's sensitivities`);
    const named = { mechanism: f.mechanism, ...bounds };
    return {
      localVariance: formatRational(localVariance),
      clients,
      dropouts: read.integerField(f, "dropouts", 0, clients - 1),
      dimension: read.integerField(f, "dimension", 1),
      sensitivities: { l1: read.noiseField(named, "l1"), l2: read.noiseField(named, "l2") },
    };
  };
  return [names, reader];
}

function parseMixture(f: Fields): object {
  const standardDeviation = read.noiseField(f, "standardDeviation");
  const finite = (n: number) => n >= 0 && n <= read.sizeMax;
  const sensitivities = read.listField(f, "sensitivities", "numbers between 0 and 2^53 - 1", finite);
  const probabilities = read.listField(f, "probabilities", "numbers between 0 and 1", (n) => n >= 0 && n <= 1);
  const total = probabilities.reduce((sum, one) => sum + one, 0);
  if (sensitivities.length !== probabilities.length || Math.abs(total - 1) > 1e-9)
    return fail("invalid_argument", "a mixture-of-gaussians event needs one probability per sensitivity, with sum 1");
  return { standardDeviation, sensitivities, probabilities };
}

function parseParts(f: Fields, _: Neighbouring, nested: (value: unknown) => PrivacyEvent): object {
  if (!Array.isArray(f.parts) || f.parts.length === 0 || f.parts.length > partsMax)
    return fail("invalid_message", `a composed event needs 1 to ${partsMax} parts`);
  const parts = f.parts.map((part: unknown) => {
    const fields = strictFields(part, ["count", "event"], "a part of a composed event");
    return { count: `${parseCount(fields.count)}`, event: nested(fields.event) };
  });
  return { parts };
}
