// What a service's own operator reads and decides of tasks, with a token that neither analysts nor the other party know. Counts
// of reports are exact here; times are Unix seconds.
import { toBase64Url } from "../base/bytes.ts";
import { formatDay } from "../base/calendar.ts";
import * as z from "../base/schema.ts";
import { rowCount } from "../task/linear-map.ts";
import type { Manifest } from "../task/manifest.ts";
import { metricsOf } from "../task/metrics/reads.ts";

const id = z.string().check(z.regex(/^[A-Za-z0-9_-]{43}$/));
const count = z.int().check(z.gte(0));

/** waiting, approved, refused: of what was not signed yet, at a helper whose operator approves by hand. */
const states = [
  ...["waiting", "approved", "refused"],
  ...["reserved", "open", "closed", "collected", "settled", "expired", "released", "abandoned"],
] as const;
export type OperatorState = (typeof states)[number];

const listed = z.strictObject({
  /** The task's; of what waits for a decision, the approval's. */
  id,
  state: z.enum(states as unknown as [OperatorState, ...OperatorState[]]),
  name: z.string(),
  title: z.string(),
  kind: z.enum(["question", "training"]),
  purpose: z.string(),
  unit: z.string(),
  metrics: z.array(z.string()),
  /** First and last day of the data. */
  window: z.strictObject({ start: z.string(), end: z.string() }),
  minCohort: z.int(),
  /** Nano-ρ. */
  rho: z.string().check(z.regex(/^[0-9]{1,30}$/)),
  /** Numbers that are released. */
  numbers: z.int(),
  /** Aggregation jobs that failed too often and are tried no more, by code of the error registry. */
  parked: z.array(z.strictObject({ code: z.string(), jobs: count })),
  /** When devices may send reports; null before it is known. */
  opens: z.nullable(z.int()),
  closes: z.nullable(z.int()),
});
export type OperatorTask = z.infer<typeof listed>;

const whole = z.extend(listed, {
  /** What a member reads. */
  notice: z.string(),
  reports: z.nullable(z.strictObject({ pending: count, aggregating: count, accepted: count, rejected: count })),
  /** Of an approval. */
  asked: z.nullable(z.int()),
  decided: z.nullable(z.int()),
  reason: z.nullable(z.string()),
});
export type WholeOperatorTask = z.infer<typeof whole>;

const ended = z.strictObject({ closes: z.int() });

const endRoute = {
  method: "POST",
  path: "/v1/tasks/{task}/end",
  summary: "The other party's operator has closed the task: devices may send no more; again changes nothing",
  response: ended,
} as const;

/** The coordinator takes it from the helper, and the helper from the coordinator. */
export const endRoutes = {
  end: { ...endRoute, caller: "helper" },
} as const;

export const operatorRoutes = {
  operatorTasks: {
    method: "GET",
    path: "/v1/operator/tasks",
    summary: "The newest tasks, and what waits for a decision",
    caller: "operator",
    response: z.strictObject({ tasks: z.array(listed) }),
  },
  operatorTask: {
    method: "GET",
    path: "/v1/operator/tasks/{task}",
    summary: "One of them, with its reports by state",
    caller: "operator",
    response: whole,
  },
  retry: {
    method: "POST",
    path: "/v1/operator/tasks/{task}/retry",
    summary: "Has jobs that failed too often tried again",
    caller: "operator",
    response: z.strictObject({ jobs: count }),
  },
  close: {
    method: "POST",
    path: "/v1/operator/tasks/{task}/close",
    summary: "Devices may send no more from now on, at either party; again changes nothing",
    caller: "operator",
    response: ended,
  },
} as const;

export const approvalRoutes = {
  end: { ...endRoute, caller: "leader" },
  approval: {
    method: "POST",
    path: "/v1/manifests/approval",
    summary:
      "What the helper's operator says of a manifest: where that has to be asked, it waits for an answer from now on",
    caller: "leader",
    request: z.strictObject({ manifest: z.string().check(z.maxLength(700_000)) }),
    response: z.strictObject({
      state: z.enum(["approved", "waiting", "refused"]),
      reason: z.nullable(z.string()),
    }),
  },
  decide: {
    method: "POST",
    path: "/v1/operator/tasks/{task}/decision",
    summary: "Approve what waits, so that one task of it is signed, or refuse it",
    caller: "operator",
    request: z.strictObject({ approve: z.boolean(), reason: z.nullable(z.string().check(z.maxLength(300))) }),
    response: whole,
  },
} as const;

/** What is read of a manifest, of either trust mode. */
type Described = Pick<Manifest, "name" | "question" | "source" | "purpose" | "window" | "minBatch" | "rho" | "map"> & {
  readonly noise: Pick<Manifest["noise"], "unit">;
};

/** A manifest as operators read it. */
export function operatorTask(
  taskOrApproval: Uint8Array,
  state: OperatorState,
  manifest: Described,
  times: { readonly opens: number; readonly closes: number } | undefined,
  parked: readonly { readonly code: string; readonly jobs: number }[] = [],
): OperatorTask {
  const { name, question, source, purpose, noise, window, minBatch, rho, map } = manifest;
  return {
    id: toBase64Url(taskOrApproval),
    state,
    name,
    title: question,
    kind: source.kind === "model-update" ? "training" : "question",
    purpose,
    unit: noise.unit,
    metrics: [...metricsOf(source)],
    window: { start: formatDay(window.start), end: formatDay(window.end - 1) },
    minCohort: minBatch,
    rho,
    numbers: rowCount(map),
    parked: parked.map(({ code, jobs }) => ({ code, jobs })),
    opens: times?.opens ?? null,
    closes: times?.closes ?? null,
  };
}
