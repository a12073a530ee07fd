// The planner: every sound way to compute what is asked, and of these the one with the smallest predicted error. Analysts never
// type a sensitivity; it is proved from the encoder and the map, here and by everyone who signs or answers.

import { parseDay } from "../../base/calendar.ts";
import { fail } from "../../base/errors.ts";
import type { PredictedWidth } from "../../estimate/predict.ts";
import type { DiscreteGaussian } from "../../privacy/mechanisms/discrete-gaussian/mechanism.ts";
import type { DiscreteLaplace } from "../../privacy/mechanisms/discrete-laplace/mechanism.ts";
import { chooseChunkLength, type VdafParameters } from "../../protocol/vdaf/parameters.ts";
import {
  checkProduct,
  groupCount,
  type ProductEncoder,
  productCircuit,
  productMap,
  productSensitivity,
} from "../../task/encoders/product.ts";
import type { PlannedTask } from "../../task/manifest.ts";
import { noOperator, type OperatorRegistry } from "../../task/metrics/definition.ts";
import { readsOf } from "../../task/metrics/reads.ts";
import { type Purpose, purposeNames } from "../../task/purposes.ts";
import { checkStatistics, type StatisticsSource } from "../../task/statistics.ts";
import type { Catalogue } from "../question/catalogue.ts";
import type { Question } from "../question/schema.ts";
import { conditionFor, layOut, type MeanBy } from "./layout.ts";
import { mechanismFor, type Noise, noisesFor } from "./mechanism.ts";
import { type Labels, nameFor, noticeFor, titleFor } from "./notice.ts";
import { predictAnswers } from "./predict.ts";
import { weigh } from "./weights.ts";

/** One sound way to compute a question. */
export interface Candidate {
  /** "means by histogram, Laplace noise" */
  readonly way: string;
  readonly plan: PlannedTask;
  readonly mechanism: DiscreteLaplace | DiscreteGaussian;
  /** Of one group, at the reference number of members. */
  readonly widths: readonly PredictedWidth[];
  /** Bytes of one report's share for the leader, which are most of it. */
  readonly shareBytes: number;
}

export interface Planned {
  readonly chosen: Candidate;
  /** From the next best on. */
  readonly others: readonly Candidate[];
  readonly referenceMembers: number;
}

/** Members a group is assumed to have when ways are compared. */
const REFERENCE_A_GROUP = 300;
const SHARE_BYTES_MAX = 1 << 18;

/** @throws PacelineError invalid_query with what to change */
export function planQuestion(
  question: Question,
  catalogue: Catalogue,
  {
    labels = {},
    operator = noOperator,
    members: expected,
  }: { readonly labels?: Labels; readonly operator?: OperatorRegistry; readonly members?: number } = {},
): Planned {
  checkPurpose(question, catalogue);
  const members = expected ?? REFERENCE_A_GROUP * groupCount({ groups: question.groupBy });
  const candidates: Candidate[] = [];
  const seen = new Set<string>();
  let tooLarge: number | undefined;
  for (const meanBy of ["histogram", "moments"] as const)
    for (const noise of noisesFor(question)) {
      const candidate = candidateOf({ question, catalogue, operator, labels, meanBy, noise, members });
      const key = JSON.stringify([candidate.plan.encoder, candidate.plan.noise]);
      if (seen.has(key)) continue;
      seen.add(key);
      if (candidate.shareBytes <= SHARE_BYTES_MAX) candidates.push(candidate);
      else tooLarge = candidate.shareBytes;
    }
  const [chosen, ...others] = candidates.sort((a, b) => score(a) - score(b) || a.shareBytes - b.shareBytes);
  if (chosen !== undefined) return { chosen, others, referenceMembers: members };
  return fail("invalid_query", `a report would have ${tooLarge} bytes, at most ${SHARE_BYTES_MAX} are allowed`, {
    hint: "Ask fewer statistics at once, or with fewer groups.",
  });
}

interface Choice {
  readonly question: Question;
  readonly catalogue: Catalogue;
  readonly operator: OperatorRegistry;
  readonly labels: Labels;
  readonly meanBy: MeanBy;
  readonly noise: Noise;
  readonly members: number;
}

function candidateOf({ question, catalogue, operator, labels, meanBy, noise, members }: Choice): Candidate {
  const laid = layOut(question, catalogue, meanBy);
  if (laid.parts.length > 16 || laid.values.length > 16)
    fail("invalid_query", "a question has at most 16 parts", { hint: "Ask two questions." });
  const encoder: ProductEncoder = {
    kind: "product",
    groups: question.groupBy,
    parts: weigh(laid.parts, noise === "laplace" ? "l1" : "l2"),
  };
  checkProduct(encoder);
  const source: StatisticsSource = {
    kind: "statistics",
    values: [...laid.values],
    where: question.where,
    ...(question.thresholds === undefined
      ? {}
      : { thresholds: question.thresholds.map((one) => conditionFor(one, question.daysMin, catalogue)) }),
    answers: [...laid.answers],
  };
  const end = parseDay(question.window.end) + 1;
  const window = { start: end - question.window.days, end };
  checkStatistics(source, encoder, window, catalogue.registry);
  const mechanism = mechanismFor(question, productSensitivity(encoder), noise);
  const kindOf = (part: number) => encoder.parts[part]?.kind;
  const circuit = productCircuit(encoder);
  const reads = readsOf({ source, encoder });
  const definitions = operator.definitions.filter(({ definition }) => reads.has(`${definition.kind} ${definition.id}`));
  const plan: PlannedTask = {
    name: nameFor(question, labels),
    question: titleFor(question, labels),
    notice: noticeFor(question, source, encoder, catalogue),
    purpose: question.purpose as Purpose,
    ...(definitions.length === 0 ? {} : { definitions }),
    source,
    encoder,
    map: productMap(encoder),
    noise: mechanism.event,
    rho: mechanism.rho.toString(),
    window,
    minBatch: question.minCohort,
    vdaf: { ...circuit, chunkLength: chooseChunkLength(circuit) },
  };
  const binned = source.answers.some(({ statistic, part }) => statistic === "mean" && kindOf(part) === "histogram");
  const means = !binned && encoder.parts.some(({ kind }) => kind === "moments") ? "moments" : "histogram";
  return {
    way: `${means}, ${noise === "laplace" ? "Laplace" : "Gaussian"} noise`,
    plan,
    mechanism,
    widths: predictAnswers(plan, members),
    shareBytes: shareBytesOf(plan.vdaf),
  };
}

/** Sum of logarithms: the way that is better by a factor in more answers wins. */
function score({ widths }: Candidate): number {
  return widths.reduce((sum, { halfWidth }) => sum + Math.log(Math.min(1e12, Math.max(1e-12, halfWidth))), 0);
}

/** The leader's share of the measurement: one field element of 16 bytes each. */
function shareBytesOf(vdaf: VdafParameters): number {
  const bits = (most: number) => most.toString(2).length;
  if (vdaf.type === "Prio3L1BoundSum") return 16 * (vdaf.length + 1) * bits(vdaf.maxValue);
  if (vdaf.type === "Prio3MultihotCountVec") return 16 * (vdaf.length + bits(vdaf.maxWeight));
  return vdaf.type === "Prio3Histogram" ? 16 * vdaf.length : 0;
}

function checkPurpose({ purpose, select, groupBy, where, thresholds = [] }: Question, catalogue: Catalogue): void {
  if (!(purposeNames as readonly string[]).includes(purpose))
    fail("invalid_query", `there is no purpose "${purpose}"`, { hint: `Purposes: ${purposeNames.join(", ")}.` });
  const { registry } = catalogue;
  for (const { attribute } of [...groupBy, ...where]) {
    const known = registry.attribute(attribute);
    if (known !== undefined && !known.purposes.includes(purpose as Purpose))
      fail("invalid_query", `${known.title} is not for ${purpose}`);
  }
  const measures = select.flatMap((one): readonly { readonly formula: string }[] =>
    "of" in one ? [one.of] : "x" in one ? [one.x, one.y] : "conditions" in one ? one.conditions : [],
  );
  for (const { formula } of [...measures, ...thresholds]) {
    const metric = catalogue.metrics.get(formula);
    if (metric !== undefined && !metric.purposes.includes(purpose as Purpose))
      fail("invalid_query", `${metric.title} is not for ${purpose}`);
  }
}
