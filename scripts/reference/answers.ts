// What one reference case asks for, and the answer: a guarantee by the tightest accountant, or a calibrated parameter.
import { fail } from "../../src/base/errors.ts";
import {
  type Account,
  type AccountOptions,
  account,
  calibrate,
  gaussianSigma,
  laplaceScale,
  type PrivacyEvent,
  type Question,
  rdpOf,
  type Target,
  zcdpRho,
} from "../../src/privacy/index.ts";
import { type Case, type Plan, planOf, wholeCount } from "./groups.ts";
import { Inputs, relationOf } from "./inputs.ts";

/** lower ≤ exact ≤ upper. The raw Rényi curve is a number for one order and a list for several. */
export interface Answer {
  readonly quantity: "epsilon" | "delta" | "sigma" | "rho" | "rdp" | "scale";
  readonly lower: number;
  readonly upper: number;
  readonly rdp?: number | readonly number[];
  readonly accountant: string;
}

/** The references' discrete noise is on one number, and they are 1e-4 apart themselves. */
const options: AccountOptions = { cells: "one", width: 1e-4 };

/** The groups that ask for something else than epsilon or delta. */
const answers: Readonly<Record<string, (one: Case) => Answer>> = {
  gaussian_calibration: gaussianNoise,
  calibration: noiseMultiplier,
  calibration_laplace: laplaceNoise,
  adp_to_zcdp: ({ inputs }) => {
    const rho = zcdpRho(targetOf(inputs));
    return { quantity: "rho", lower: rho, upper: rho, accountant: "zcdp" };
  },
  rdp_sgm_raw: (one) => {
    const { event, neighbouring } = planOf("dpsgd_poisson", one);
    return rawCurve(event, neighbouring, one.inputs.value("alpha", "alphas", "order", "orders"), one.inputs);
  },
};

/** @throws PacelineError, also where the case is malformed */
export function answerOf(value: unknown): Answer {
  const { group, mechanism = "", neighbouring, inputs } = (value ?? {}) as Record<string, unknown>;
  if (typeof group !== "string") return fail("invalid_message", "a case needs a group");
  const one = { mechanism: String(mechanism), neighbouring, inputs: new Inputs(inputs) };
  return Object.hasOwn(answers, group) ? (answers[group] as (one: Case) => Answer)(one) : guarantee(group, one);
}

/** epsilon at a delta, or delta at an epsilon. */
function guarantee(group: string, one: Case): Answer {
  const plan = planOf(group, one);
  const { inputs } = one;
  const named = group === "composition_theorems" ? ["totalDelta", "delta"] : ["delta", "totalDelta"];
  const atEpsilon = ["gdp", "gaussian_delta"].includes(group) ? inputs.has("epsilon") : !inputs.has(...named);
  if (!inputs.has("delta", "totalDelta", "epsilon", "eps")) fail("invalid_message", "inputs lack delta or epsilon");
  const question: Question = atEpsilon
    ? { epsilon: inputs.number("epsilon", "eps") }
    : { delta: inputs.number(...named) };
  const raw = plan.curve === undefined ? {} : { rdp: curveAt(plan.curve.event, plan.neighbouring, plan.curve.orders) };
  const found = plan.documented === undefined ? account(plan, question, options) : asDocumented(plan, question);
  if (found.upper === Number.POSITIVE_INFINITY)
    return fail("unsupported", `no finite ${found.quantity} holds for this plan`);
  const { quantity, lower, upper, accountant } = found;
  return { quantity, lower, upper, accountant, ...raw };
}

/** The bound that the references are made with, or optimal composition's where that is smaller. */
function asDocumented(plan: Plan, question: Question): Pick<Account, "quantity" | "lower" | "upper" | "accountant"> {
  const { curve, orders } = plan.documented as NonNullable<Plan["documented"]>;
  const upper =
    "delta" in question ? curve.epsilon(question.delta, orders).epsilon : curve.delta(question.epsilon, orders).delta;
  const whole = account(plan, question, options);
  const kov = whole.others.find(({ accountant }) => accountant === "kov")?.upper ?? Number.POSITIVE_INFINITY;
  const lower = Math.min(whole.lower, upper, kov);
  return kov < upper
    ? { quantity: whole.quantity, lower, upper: kov, accountant: "kov" }
    : { quantity: whole.quantity, lower, upper, accountant: "rdp" };
}

function curveAt(event: PrivacyEvent, neighbouring: Plan["neighbouring"], orders: readonly number[]) {
  const curve = rdpOf(event, neighbouring);
  return orders.map((order) => curve.at(order));
}

function rawCurve(event: PrivacyEvent, neighbouring: Plan["neighbouring"], asked: unknown, inputs: Inputs): Answer {
  const values = curveAt(event, neighbouring, inputs.list("alpha", "alphas", "order", "orders"));
  const [first] = values;
  if (first === undefined) return fail("invalid_message", "alpha lists no order");
  // The curve is computed to 1e-9 relative and rounded up.
  return {
    quantity: "rdp",
    lower: first * (1 - 1e-9),
    upper: first,
    rdp: Array.isArray(asked) ? values : first,
    accountant: "rdp",
  };
}

function targetOf(inputs: Inputs): Target {
  return { epsilon: inputs.number("epsilon", "eps"), delta: inputs.number("delta", "totalDelta") };
}

function gaussianNoise({ inputs }: Case): Answer {
  const sensitivity = inputs.numberOr(1, "l2Sensitivity", "sensitivity");
  const sigma = gaussianSigma(
    targetOf(inputs),
    sensitivity * Math.sqrt(wholeCount(inputs, ["compositions", "k", "steps"])),
  );
  return { quantity: "sigma", lower: sigma * (1 - 1e-11), upper: sigma, accountant: "gdp" };
}

/** The noise multiplier of (Poisson-sampled) Gaussian steps. */
function noiseMultiplier(one: Case): Answer {
  const { inputs } = one;
  const target = targetOf(inputs);
  const neighbouring = relationOf(one.neighbouring) ?? "add-or-remove-one";
  const event = (sigma: number) =>
    planOf("dpsgd_poisson", {
      ...one,
      inputs: inputs.with({ q: inputs.numberOr(1, "q", "samplingProbability"), noiseMultiplier: sigma }),
    }).event;
  const { parameter, refuted, guarantee } = calibrate({ neighbouring, target, event });
  return { quantity: "sigma", lower: refuted ?? 0, upper: parameter, accountant: guarantee.accountant };
}

/** The Laplace scale for k queries; the discrete scale where the mechanism is discrete alone. */
function laplaceNoise({ inputs, mechanism }: Case): Answer {
  const queries = wholeCount(inputs, ["k", "queries", "compositions"]);
  if (/^\s*discrete/i.test(mechanism)) return discreteNoise(inputs, queries);
  const { scale, refuted } = laplaceScale(targetOf(inputs), { queries });
  const unit = inputs.numberOr(1, "sensitivity", "l1Sensitivity");
  return { quantity: "scale", lower: refuted * unit, upper: scale * unit * (1 + 2 ** -52), accountant: "pld" };
}

function discreteNoise(inputs: Inputs, queries: number): Answer {
  const neighbouring = "add-or-remove-one";
  const { parameter, refuted, guarantee } = calibrate({
    neighbouring,
    target: targetOf(inputs),
    event: (scale) =>
      planOf("discrete_laplace", {
        mechanism: "",
        neighbouring,
        inputs: inputs.with({ scale, noiseParameter: undefined, compositions: queries }),
      }).event as PrivacyEvent<"add-or-remove-one">,
  });
  return { quantity: "scale", lower: refuted ?? 0, upper: parameter, accountant: guarantee.accountant };
}
