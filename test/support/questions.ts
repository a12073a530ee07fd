// A small question, the manifest it becomes, and keys for it: what most protocol tests begin with.
import { toBase64Url } from "../../src/base/bytes.ts";
import { formatDay } from "../../src/base/calendar.ts";
import { nodeCrypto } from "../../src/platform/node/index.ts";
import { discreteLaplace } from "../../src/privacy/mechanisms/discrete-laplace/mechanism.ts";
import { rational } from "../../src/privacy/rational.ts";
import { l1Sensitivity } from "../../src/privacy/units.ts";
import { HpkeConfig, hpkeConfigOf } from "../../src/protocol/dap/hpke-config.ts";
import { planning } from "../../src/query/planner.ts";
import type { Draft, DraftDefaults } from "../../src/query/question/draft.ts";
import type { Member } from "../../src/records/types.ts";
import { type Encoder, standardMap } from "../../src/task/encoder.ts";
import { productSensitivity } from "../../src/task/encoders/product.ts";
import { encodeManifest, MANIFEST_VERSION, type Manifest, type PlannedTask } from "../../src/task/manifest.ts";
import { noOperator, type OperatorRegistry } from "../../src/task/metrics/definition.ts";

/** 2026-01-28; the clusters' clock stands at 2026-02-02. */
export const lastDay = 20_481;
export const nowSeconds = 1_770_000_000;

/** A question as it is sent. */
export type SentQuestion = Draft & {
  readonly version: 2;
  readonly name: string;
  readonly title: string;
  readonly minCohort: number;
};

/** Members by bins of one measure. */
export const binsOf = (formula: string, edges: readonly number[]): SentQuestion["select"] => [
  { statistic: "histogram", of: { formula }, edges },
];

/** Three ranges, no groups: the smallest circuit that is still one. */
export const smallQuestion: SentQuestion = {
  version: 2,
  name: "small",
  title: "What is a usual resting heart rate?",
  select: binsOf("rhr", [35, 60, 70, 110]),
  window: { days: 7, end: formatDay(lastDay) },
  daysMin: 1,
  purpose: "service-improvement",
  privacy: { epsilon: "1" },
  minCohort: 5,
};

/** What it is completed from where it leaves something out. */
const defaults: DraftDefaults = {
  today: lastDay + 1,
  minCohort: 5,
  privacy: { epsilon: "1" },
  purpose: "service-improvement",
};

export const planOf = (question: object = smallQuestion, operator: OperatorRegistry = noOperator): PlannedTask =>
  planning.plan(question, { operator, defaults }).plan;

/** A member whose resting heart rate was the same every day. */
export function steadyMember(rhr: number, id = "member-steady", days = 7): Member {
  return {
    id,
    profile: { ageBand: "25-34" },
    days: Array.from({ length: days }, (_, i) => ({ day: lastDay - i, values: { rhr } })),
  };
}

export function signingKeys() {
  const pair = nodeCrypto.ed25519Generate();
  return { publicKey: pair.public, sign: (message: Uint8Array) => nodeCrypto.ed25519Sign(pair.secret, message) };
}

export const hpkeKeys = { leader: nodeCrypto.x25519Generate(), helper: nodeCrypto.x25519Generate() };

function hpkeText(id: number, publicKey: Uint8Array): string {
  return toBase64Url(HpkeConfig.encode(hpkeConfigOf(id, publicKey)));
}

/** A whole manifest of a question, as the coordinator would lay it out. */
export function manifestOf(question: object = smallQuestion): Manifest {
  return {
    version: MANIFEST_VERSION,
    ...planOf(question),
    queryHash: "h".repeat(43),
    trustMode: "two-aggregators",
    upload: { opens: nowSeconds, closes: nowSeconds + 3600 },
    aggregators: {
      leader: { url: "https://coordinator.test", hpke: hpkeText(1, hpkeKeys.leader.public) },
      helper: { url: "https://helper.test", hpke: hpkeText(2, hpkeKeys.helper.public) },
    },
  };
}

export function manifestBytes(question: object = smallQuestion): Uint8Array {
  return encodeManifest(manifestOf(question));
}

/** A vector manifest, as training makes them. */
export function vectorManifest(length = 3, bound = 4): Manifest {
  const base = manifestOf();
  const encoder = { kind: "vector", length, bound, l2Squared: bound * bound } as const;
  const rows = Array.from({ length }, (_, j) => [j, 1, length, -bound]);
  return {
    ...base,
    purpose: "model-training",
    source: { kind: "model-update", training: "{}", metrics: ["steps"] },
    encoder,
    map: { columns: length + 1, rows },
    noise: {
      mechanism: "discrete-gaussian",
      unit: "member",
      neighbouring: "zero-out",
      sensitivity: { norm: "l2-squared", bound: `${bound * bound}` },
      sigmaSquared: "100",
    },
    rho: "1000000000",
    vdaf: { type: "Prio3SumVec", length: length + 1, maxMeasurement: 2 * bound, chunkLength: 2 },
  };
}

/** One measure as moments, in one group: the smallest product that no one-hot circuit proves. */
export function productManifest(): Manifest {
  const encoder: Encoder = {
    kind: "product",
    groups: [],
    parts: [
      { kind: "moments", values: [0], clip: [[35, 110]], order: 3, resolution: 100, weight: 1 },
      { kind: "histogram", value: 0, edges: [35, 110], weight: 1, fanout: null },
    ],
  };
  const { l1 } = productSensitivity(encoder);
  const { event, rho } = discreteLaplace({ epsilon: rational(1n, 2n), sensitivity: l1Sensitivity(l1) });
  return {
    ...manifestOf(),
    source: {
      kind: "statistics",
      values: [{ kind: "mean", expression: { metric: "rhr" }, times: 1, daysMin: 1 }],
      where: [],
      answers: [
        { statistic: "mean", part: 0 },
        { statistic: "count", part: 1 },
      ],
    },
    encoder,
    map: standardMap(encoder),
    noise: event,
    rho: `${rho}`,
    vdaf: { type: "Prio3L1BoundSum", length: 5, maxValue: 101, chunkLength: 7 },
  };
}

/** Every path to a leaf of a JSON value. */
export function leafPaths(value: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [path];
  return Object.entries(value).flatMap(([key, inner]) => leafPaths(inner, [...path, key]));
}

/** A deep copy with one place changed, or removed when `next` gives undefined. */
export function changedAt(value: unknown, path: readonly string[], next: (old: unknown) => unknown): unknown {
  const copy = JSON.parse(JSON.stringify(value)) as Record<string, unknown>;
  let at = copy;
  for (const key of path.slice(0, -1)) at = at[key] as Record<string, unknown>;
  const last = path.at(-1) as string;
  const changed = next(at[last]);
  if (changed === undefined) Array.isArray(at) ? at.splice(Number(last), 1) : delete at[last];
  else at[last] = changed;
  return copy;
}
