// A question of a test as the manifest that devices take part in: the mean of one metric over days, in ranges, split or not. What
// it costs, its noise and its circuit are worked out as for any question, so a device judges it by every rule it has.
import { toBase64Url } from "../base/bytes.ts";
import { fail } from "../base/errors.ts";
import { discreteLaplace } from "../privacy/mechanisms/discrete-laplace/mechanism.ts";
import { rational } from "../privacy/rational.ts";
import { l1Sensitivity } from "../privacy/units.ts";
import { chooseChunkLength } from "../protocol/vdaf/parameters.ts";
import { describeProduct } from "../task/describe.ts";
import { type ProductEncoder, productCircuit, productMap, productSensitivity } from "../task/encoders/product.ts";
import { MANIFEST_VERSION, type Manifest, type PlannedTask, type Unit } from "../task/manifest.ts";
import { type AttributeId, builtIn, type MetricId } from "../task/metrics.ts";
import { proveManifest } from "../task/prove.ts";
import type { Purpose } from "../task/purposes.ts";
import { checkStatistics, type StatisticsSource } from "../task/statistics.ts";

export interface TestQuestion {
  readonly metric: MetricId;
  /** Ascending, in the metric's unit: edges[i] ≤ mean < edges[i + 1]; what lies outside counts in the outer ranges. */
  readonly edges: readonly number[];
  /** Of the window that ends yesterday. Default 7. */
  readonly days?: number;
  /** Days with a value that a member must have. Default 1. */
  readonly daysMin?: number;
  readonly splitBy?: { readonly attribute: AttributeId; readonly values: readonly string[] };
  /** Default "service-improvement". */
  readonly purpose?: Purpose;
  readonly title?: string;
  /** Default 0.4; another one is for what a device's own limits refuse. */
  readonly epsilon?: string;
  /** Whom it counts: "member" for an app that gives a memberSecret. Default "installation". */
  readonly unit?: Unit;
  /** Reports that must come before it is answered. Default 50. */
  readonly minBatch?: number;
}

/** What a manifest says beside its question. */
export interface Setting {
  readonly name: string;
  /** Days since 1970, UTC. */
  readonly today: number;
  /** Seconds since 1970. */
  readonly upload: { readonly opens: number; readonly closes: number };
  readonly aggregators: Manifest["aggregators"];
}

/** @throws PacelineError invalid_argument, invalid_query, manifest_refused for a question that no device could be asked */
export function manifestOf(question: TestQuestion, { name, today, ...setting }: Setting): Manifest {
  const { unit = "installation" } = question;
  const plan = planOf(question, name, today);
  const manifest: Manifest = {
    version: MANIFEST_VERSION,
    ...plan,
    noise: { ...plan.noise, unit },
    queryHash: toBase64Url(new Uint8Array(32)),
    trustMode: "two-aggregators",
    ...setting,
  };
  proveManifest(manifest);
  return manifest;
}

function planOf(question: TestQuestion, name: string, today: number): PlannedTask {
  const { metric, edges, days = 7, daysMin = 1, splitBy, epsilon = "0.4", purpose = "service-improvement" } = question;
  const known = builtIn.metric(metric);
  if (known === undefined) return fail("invalid_argument", `metric: there is no "${metric}"`);
  const encoder: ProductEncoder = {
    kind: "product",
    groups: splitBy === undefined ? [] : [{ attribute: splitBy.attribute, values: [...splitBy.values] }],
    parts: [{ kind: "histogram", value: 0, edges: [...edges], weight: 1, fanout: null }],
  };
  const source: StatisticsSource = {
    kind: "statistics",
    values: [{ kind: "mean", expression: { metric }, times: 1, daysMin }],
    where: [],
    answers: [{ statistic: "histogram", part: 0 }],
  };
  const window = { start: today - days, end: today };
  checkStatistics(source, encoder, window);
  const mechanism = discreteLaplace({
    epsilon: fractionOf(epsilon),
    sensitivity: l1Sensitivity(productSensitivity(encoder).l1),
  });
  const circuit = productCircuit(encoder);
  const { title = `How is the ${known.title} of members spread?`, minBatch = 50 } = question;
  return {
    name,
    question: title,
    notice: `A question of a test. Your device tells ${describeProduct(source, encoder)}.`,
    purpose,
    source,
    encoder,
    map: productMap(encoder),
    noise: mechanism.event,
    rho: mechanism.rho.toString(),
    window,
    minBatch,
    vdaf: { ...circuit, chunkLength: chooseChunkLength(circuit) },
  };
}

function fractionOf(text: string) {
  const [, whole = "", digits = ""] =
    /^(\d{1,3})(?:\.(\d{1,6}))?$/.exec(text) ?? fail("invalid_argument", "epsilon must be a number such as 0.4");
  return rational(BigInt(whole + digits), 10n ** BigInt(digits.length));
}
