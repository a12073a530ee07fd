// What each group of reference cases asks, in one table: which event its inputs describe, how often it happens, under which
// relation where the case says "any", and whether a Rényi curve is wanted besides.
import { fail } from "../../src/base/errors.ts";
import { curveOf } from "../../src/privacy/accounting/rdp/curve.ts";
import { compose, type Neighbouring, type PrivacyEvent, type RenyiCurve, rdpOf } from "../../src/privacy/index.ts";
import { type Inputs, numberOf, relationOf } from "./inputs.ts";
import { eventOf } from "./kinds.ts";

export interface Case {
  readonly mechanism: string;
  readonly neighbouring: unknown;
  readonly inputs: Inputs;
}

/** An event, its relation, and the Rényi orders that accountants of its kind are documented with. */
export interface Plan {
  readonly event: PrivacyEvent;
  readonly neighbouring: Neighbouring;
  /** The bound that the references are made with, where it is one of Rényi divergences at listed orders. */
  readonly documented?: { readonly curve: RenyiCurve; readonly orders: readonly number[] };
  /** Report the raw curve of one run at these orders. */
  readonly curve?: { readonly event: PrivacyEvent; readonly orders: readonly number[] };
}

const times = ["compositions", "steps", "rounds", "count", "T"] as const;

interface Group {
  readonly kind: string | ((one: Case) => string);
  readonly relation?: Neighbouring;
  readonly times?: readonly string[];
  readonly orders?: readonly number[];
  /** The Rényi divergence that the references use for one run, where ours is smaller: a looser, valid bound. */
  readonly divergence?: (inputs: Inputs) => (order: number) => number;
  readonly curveOrders?: readonly number[];
}

/** 1.1 … 10.9 by tenths, 11 … 63, and powers of two. */
const usualOrders = [
  ...Array.from({ length: 99 }, (_, i) => 1 + (i + 1) / 10),
  ...Array.from({ length: 53 }, (_, i) => i + 11),
  ...[128, 256, 512, 1024],
];

/** Rényi orders of the distributed mechanisms' papers: whole ones. */
const wholeOrders = [...Array.from({ length: 127 }, (_, i) => i + 2), 256];

const groups: Readonly<Record<string, Group>> = {
  gaussian: { kind: "gaussian" },
  gaussian_delta: { kind: "gaussian" },
  laplace: { kind: "laplace" },
  discrete_laplace: { kind: "discretelaplace" },
  discrete_gaussian: { kind: "discretegaussian" },
  dpsgd_poisson: { kind: "poissongaussian" },
  dpsgd_poisson_replace: { kind: "poissongaussian", relation: "replace-one" },
  poisson_laplace: { kind: "poissonlaplace" },
  wor_gaussian: {
    kind: "withoutreplacementgaussian",
    relation: "replace-one",
    orders: usualOrders,
    curveOrders: [2, 4, 8, 16, 32],
  },
  zcdp_to_adp: { kind: "zcdp" },
  gdp: { kind: "gdp" },
  randomized_response: { kind: "randomizedresponse", relation: "replace-one" },
  tree_aggregation: { kind: "treeaggregation", relation: "zero-out", times: ["epochs", "compositions"] },
  composition_theorems: { kind: "epsilondelta", times: ["k", ...times] },
  distributed_dp: {
    kind: ({ mechanism }) =>
      /skellam/i.test(mechanism) && !/gauss/i.test(mechanism) ? "distributedskellam" : "distributeddiscretegaussian",
    orders: wholeOrders,
  },
  shuffle: { kind: "shuffled", relation: "replace-one" },
  exponential: {
    kind: "exponential",
    orders: usualOrders,
    divergence: (i) => boundedRange(i.number("epsilon", "eps")),
  },
  permute_and_flip: { kind: "permuteandflip" },
  truncated_poisson: { kind: "truncatedsubsampledgaussian" },
  mixture_of_gaussians: { kind: "mixtureofgaussians" },
  repeat_and_select: { kind: "repeatandselect", orders: usualOrders },
};

/**
 * A mechanism of bounded range (Dong, Durfee, Rogers 2020): its largest Kullback-Leibler divergence, and ε²/8 more for each
 * order, by how much a tilted loss in a range of ε can vary. Their exact divergence, which the library uses, is smaller.
 */
function boundedRange(epsilon: number): (order: number) => number {
  const square = epsilon * epsilon;
  const first =
    epsilon < 0.3
      ? square / 8 - square ** 2 / 576 + square ** 3 / 25_920
      : epsilon / Math.expm1(epsilon) - 1 + Math.log(Math.expm1(epsilon) / epsilon);
  return (order) => Math.min(epsilon, ((order - 1) * square) / 8 + first) * (1 + 1e-12);
}

/** The plan that a case of this group describes. @throws PacelineError invalid_message, invalid_argument, unsupported */
export function planOf(group: string, one: Case): Plan {
  if (group === "heterogeneous") return heterogeneous(one);
  const row = Object.hasOwn(groups, group) ? groups[group] : undefined;
  if (row === undefined) return fail("invalid_message", `no group is called ${JSON.stringify(group)}`);
  const { inputs } = one;
  const neighbouring = relationOf(one.neighbouring) ?? row.relation ?? "add-or-remove-one";
  const kind = typeof row.kind === "string" ? row.kind : row.kind(one);
  const single = eventOf(kind, inputs, neighbouring);
  const count = wholeCount(inputs, row.times ?? times);
  const event = repeated(single, count, neighbouring);
  const orders = inputs.has("alphas", "orders") ? inputs.list("alphas", "orders") : row.curveOrders;
  const documented = (): RenyiCurve =>
    row.divergence === undefined
      ? rdpOf(event, neighbouring)
      : curveOf([{ divergence: row.divergence(inputs), count, failure: 0 }]);
  return {
    event,
    neighbouring,
    ...(row.orders === undefined ? {} : { documented: { curve: documented(), orders: row.orders } }),
    ...(orders === undefined ? {} : { curve: { event: single, orders } }),
  };
}

/** Several mechanisms, each with a count. */
function heterogeneous({ inputs, neighbouring: text }: Case): Plan {
  const neighbouring = relationOf(text) ?? "add-or-remove-one";
  const listed = inputs.value("events", "parts");
  if (!Array.isArray(listed)) return fail("invalid_message", "events must be a list");
  const parts = listed.map((part: unknown) => {
    const { kind, mechanism, param, params, count, event, ...rest } = (part ?? {}) as Record<string, unknown>;
    const inner = (event ?? {}) as Record<string, unknown>;
    const name = kind ?? mechanism ?? inner.mechanism;
    if (typeof name !== "string") return fail("invalid_message", "each of the events needs a kind");
    const parameters = param ?? params ?? (event === undefined ? rest : withoutName(inner));
    return { event: eventOf(name, parameters, neighbouring), count: roundedCount(numberOf(count ?? 1, "count")) };
  });
  return { event: compose(neighbouring, parts) as PrivacyEvent, neighbouring };
}

function withoutName({ mechanism, ...fields }: Record<string, unknown>): object {
  return fields;
}

function repeated(event: PrivacyEvent, count: number, neighbouring: Neighbouring): PrivacyEvent {
  return count === 1 ? event : (compose(neighbouring, [{ event, count }]) as PrivacyEvent);
}

export function wholeCount(inputs: Inputs, names: readonly string[]): number {
  return roundedCount(inputs.numberOr(1, ...names));
}

/** A count that is not whole is rounded up: too many never protects too little. */
function roundedCount(count: number): number {
  if (count > 0 && count <= 2 ** 31) return Math.ceil(count);
  return fail("invalid_argument", `a count must lie between 1 and 2^31, not ${count}`);
}
