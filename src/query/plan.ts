// The planner: from a question to everything a manifest needs, with its cost and its predicted error. Analysts never
// type a sensitivity; it is proved from the encoder and the map.
import { fail } from "../base/errors.ts";
import { discreteLaplace } from "../privacy/mechanisms/discrete-laplace/mechanism.ts";
import { rational } from "../privacy/rational.ts";
import { l1Sensitivity } from "../privacy/units.ts";
import { chooseChunkLength } from "../protocol/vdaf/parameters.ts";
import { type QueryableMetric, queryableMetric, queryableMetrics } from "../task/derived.ts";
import { columnsOf, type Encoder, sensitivityOf, standardMap } from "../task/encoder.ts";
import { metricsIn } from "../task/expression.ts";
import type { PlannedTask } from "../task/manifest.ts";
import { noOperator, type OperatorRegistry, registryOf } from "../task/metrics/definition.ts";
import { readsOf } from "../task/metrics/reads.ts";
import type { Registry } from "../task/metrics.ts";
import { purposes } from "../task/purposes.ts";
import { microOf, type QuerySpec, windowOf } from "./spec.ts";

export type QueryPlan = PlannedTask;

/** @throws PacelineError invalid_query with what to change. */
export function planQuery(spec: QuerySpec, operator: OperatorRegistry = noOperator): QueryPlan {
  const registry = registryOf(operator);
  const metric = queryableMetric(spec.metric, registry);
  if (metric === undefined)
    return fail("invalid_query", `there is no metric "${spec.metric}"`, {
      hint: `Known metrics: ${queryableMetrics(registry)
        .map((known) => known.id)
        .join(", ")}.`,
    });
  if (!metric.purposes.includes(spec.purpose)) fail("invalid_query", `${metric.title} is not for ${spec.purpose}`);
  checkGroup(spec, registry);
  checkPeriod(spec, metric, registry);
  if (spec.daysMin > spec.window.days)
    fail("invalid_query", `daysMin ${spec.daysMin} is more than the window's ${spec.window.days} days`);
  const times = spec.per === "week" ? 7 : 1;
  const [least, most] = [metric.range.min * times, metric.range.max * times];
  if ((spec.edges[0] as number) < least || (spec.edges.at(-1) as number) > most)
    fail("invalid_query", `the edges leave the public range of ${metric.title}, ${least} to ${most} ${metric.unit}`);
  const epsilon = rational(BigInt(microOf(spec.epsilon)), 1_000_000n);
  if (epsilon.num === 0n) fail("invalid_query", "epsilon must be above 0");
  const encoder: Encoder = { kind: "histogram", group: spec.groupBy, edges: spec.edges };
  const map = standardMap(encoder);
  const { l1 } = sensitivityOf(encoder, map);
  const mechanism = discreteLaplace({ epsilon, sensitivity: l1Sensitivity(l1 ?? 0n) });
  const length = columnsOf(encoder);
  const source: QueryPlan["source"] = {
    kind: "statistic",
    metric: metric.id,
    title: metric.title,
    unit: metric.unit,
    expression: metric.expression,
    statistic: { of: "daily-mean", times, daysMin: spec.daysMin },
  };
  const reads = readsOf({ source, encoder });
  const definitions = operator.definitions.filter(({ definition }) => reads.has(`${definition.kind} ${definition.id}`));
  return {
    name: spec.name,
    question: spec.title,
    notice: noticeOf(spec, metric.title),
    purpose: spec.purpose,
    ...(definitions.length === 0 ? {} : { definitions }),
    source,
    encoder,
    map,
    noise: mechanism.event,
    rho: mechanism.rho.toString(),
    window: windowOf(spec),
    minBatch: spec.minCohort,
    vdaf: { type: "Prio3Histogram", length, chunkLength: chooseChunkLength({ type: "Prio3Histogram", length }) },
  };
}

function checkGroup({ groupBy, purpose }: QuerySpec, registry: Registry): void {
  if (groupBy === null) return;
  const known = registry.attribute(groupBy.attribute);
  if (known === undefined)
    fail("invalid_query", `there is no attribute "${groupBy.attribute}"`, {
      hint: `Known attributes: ${registry.rows.attributes.map(({ id }) => id).join(", ")}.`,
    });
  else if (!known.purposes.includes(purpose)) fail("invalid_query", `${known.title} is not for ${purpose}`);
}

/** Seven times a mean heart rate is nothing: only totals of a day have a week's. */
function checkPeriod({ per }: QuerySpec, { expression }: QueryableMetric, registry: Registry): void {
  const level = metricsIn(expression)
    .map(registry.metric)
    .find((metric) => metric?.rule !== "sum");
  if (per === "week" && level !== undefined)
    fail("invalid_query", `${level.title} is no total of a day, so that it has none of a week`, {
      hint: 'Ask per "day".',
    });
}

/** Plain words for the member, made from the question itself. */
function noticeOf(spec: QuerySpec, metric: string): string {
  const what = spec.per === "week" ? `your average weekly ${metric}` : `your average daily ${metric}`;
  const by = spec.groupBy === null ? "" : `, together with your ${words(spec.groupBy.attribute)},`;
  return (
    `${spec.title} Your device takes ${what} over ${spec.window.days} days${by} and rounds it to one of ` +
    `${spec.edges.length - 1} ranges. It splits that answer into two halves that mean nothing alone and sends each to ` +
    `another organisation. Only sums over at least ${spec.minCohort} reports, empty ones included, are computed, with random noise in them. ` +
    `Purpose: ${purposes[spec.purpose]}`
  );
}

function words(attribute: string): string {
  return attribute.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
