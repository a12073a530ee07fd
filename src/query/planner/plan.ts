// The planner: every sound way to compute what is asked, and of these the one with the smallest predicted error. Analysts never
// type a sensitivity; it is proved from the encoder and the map, here and by everyone who signs or answers.

import { parseDay } from "../../base/calendar.ts";
import { fail } from "../../base/errors.ts";
import type { PredictedWidth } from "../../estimate/predict.ts";
import { distributionOf } from "../../privacy/distributions/noise-law.ts";
import type { DiscreteGaussian } from "../../privacy/mechanisms/discrete-gaussian/mechanism.ts";
import type { DiscreteLaplace } from "../../privacy/mechanisms/discrete-laplace/mechanism.ts";
import { chooseChunkLength, type VdafParameters } from "../../protocol/vdaf/parameters.ts";
import { levelsOf } from "../../task/encoders/histogram/part.ts";
import { type Part, partColumns } from "../../task/encoders/kinds.ts";
import {
  COLUMNS_MAX,
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
import { conditionFor, type LaidPart, type Layout, layOut, partOf } from "./layout.ts";
import { mechanismFor, type Noise, noisesFor } from "./mechanism.ts";
import { type Labels, nameFor, noticeFor, titleFor } from "./notice.ts";
import { predictAnswers } from "./predict.ts";
import { bestStructures, type Judged, luckOf } from "./structure.ts";
import { type Norm, weigh } from "./weights.ts";

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
  /** Added to the logarithm of the widths, which are of members around the middle of each range: what they are elsewhere. */
  readonly luck: number;
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
/** Of a standard deviation in the half-width of a 95 % interval. */
const WIDTHS = 1.96;

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
  const consider = (choice: Choice, { plan, mechanism, answers }: Sound) => {
    const key = JSON.stringify([plan.encoder, plan.noise]);
    if (seen.has(key)) return;
    seen.add(key);
    const shareBytes = shareBytesOf(plan.vdaf);
    if (shareBytes <= SHARE_BYTES_MAX) candidates.push(candidateOf(choice, { plan, mechanism, answers }, shareBytes));
    else tooLarge = shareBytes;
  };
  for (const meanBy of ["histogram", "moments"] as const)
    for (const noise of noisesFor(question)) {
      const choice: Choice = { question, catalogue, operator, labels, noise, members };
      const laid = layOut(question, catalogue, meanBy);
      const first = soundPlan(choice, laid);
      for (const parts of recut(laid, first, choice)) consider(choice, soundPlan(choice, { ...laid, parts }));
    }
  const [chosen, ...others] = candidates.sort((a, b) => score(a) - score(b));
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
  readonly noise: Noise;
  readonly members: number;
}

/** The same layout with histograms cut otherwise: each as the best bins alone, and each as the best tree. */
function recut({ parts, answers }: Layout, { plan, mechanism }: Sound, { noise, members }: Choice): LaidPart[][] {
  const { encoder } = plan;
  if (encoder.kind !== "product") return [[...parts]];
  const groups = groupCount(encoder);
  const { variance } = distributionOf(mechanism.law(2));
  const structures = parts.map((part, index) => {
    const own = encoder.parts[index];
    if (part.kind !== "histogram" || own?.kind !== "histogram" || part.edges.length <= 3) return undefined;
    const of = answers.filter((answer) => answer.part === index);
    const judged = {
      answers: of,
      variance: variance / own.weight ** 2,
      members: members / groups,
      norm: normOf(noise),
    };
    return bestStructures(part.cuts, judged);
  });
  const cuts = (["flat", "tree"] as const)
    .map((way) => parts.map((part, i): LaidPart => ({ ...part, ...structures[i]?.[way] }) as LaidPart))
    .filter((cut) => groups * cut.reduce((sum, part) => sum + columnsOf(part), 0) <= COLUMNS_MAX);
  return cuts.length === 0 ? [[...parts]] : cuts;
}

const columnsOf = (part: LaidPart) => partColumns(partOf(part, { weight: 1, resolution: 1 }));

/** A plan whose cost is what was asked for; how good it is, is not known yet. */
interface Sound extends Pick<Candidate, "plan" | "mechanism"> {
  readonly answers: Layout["answers"];
}

function soundPlan(choice: Choice, laid: Layout): Sound {
  const { question, catalogue, operator, labels, noise } = choice;
  if (laid.parts.length > 16 || laid.values.length > 16)
    fail("invalid_query", "a question has at most 16 parts", { hint: "Ask two questions." });
  const encoder: ProductEncoder = {
    kind: "product",
    groups: question.groupBy,
    parts: weigh(laid.parts, normOf(noise)),
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
  return { plan, mechanism, answers: laid.answers };
}

function candidateOf({ noise, members }: Choice, { plan, mechanism, answers }: Sound, shareBytes: number): Candidate {
  const encoder = plan.encoder as ProductEncoder;
  const { variance } = distributionOf(mechanism.law(2));
  return {
    luck: luckIn(encoder.parts, answers, { variance, members: members / groupCount(encoder), norm: normOf(noise) }),
    way: `${waysOf(encoder.parts)}, ${noise === "laplace" ? "Laplace" : "Gaussian"} noise`,
    plan,
    mechanism,
    widths: predictAnswers(plan, members),
    shareBytes,
  };
}

const normOf = (noise: Noise): Norm => (noise === "laplace" ? "l1" : "l2");

/** "moments, a histogram of 24 bins, a tree of 96 bins by 4" */
function waysOf(parts: readonly Part[]): string {
  const ways = parts.map((part) => {
    if (part.kind === "moments") return "moments";
    if (part.kind !== "histogram" || part.edges.length <= 3) return "counts";
    const bins = part.edges.length - 1;
    return part.fanout === null ? `a histogram of ${bins} bins` : `a tree of ${bins} bins by ${part.fanout}`;
  });
  return [...new Set(ways)].join(", ");
}

/** Of all answers together: how much better a tree looks in the middle of the range than it is over all of it. */
function luckIn(
  parts: readonly Part[],
  answers: Layout["answers"],
  { variance, ...rest }: Pick<Judged, "variance" | "members" | "norm">,
): number {
  const lucks = answers.map((answer) => {
    const part = parts[answer.part];
    if (part?.kind !== "histogram" || part.fanout === null) return 0;
    const levels = levelsOf(part).length;
    // The variance of a row of this tree, as if bins alone had its share of the budget.
    const alone = variance / part.weight ** 2 / (rest.norm === "l1" ? levels ** 2 : levels);
    return luckOf(part, { ...rest, variance: alone, answers: [answer] });
  });
  return lucks.reduce((sum, luck) => sum + luck, 0) / Math.max(1, lucks.length);
}

/** Mean logarithm of the answers' errors: the way that is better by a factor in more answers wins. */
export function errorOf({ widths, luck }: Candidate): number {
  const logs = widths.map(({ halfWidth, resolution = 0 }) =>
    Math.log(Math.min(1e12, Math.max(1e-12, Math.hypot(halfWidth, WIDTHS * resolution)))),
  );
  return luck + logs.reduce((sum, log) => sum + log, 0) / Math.max(1, logs.length);
}

/** A report of twice the size has to buy errors that are three thousandths smaller. */
function score(candidate: Candidate): number {
  return errorOf(candidate) + 0.003 * Math.log2(candidate.shareBytes);
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
