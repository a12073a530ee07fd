// One call for a plan that is fixed in advance: every accountant that can bound it is asked, the tightest answer counts.
import { fail, isPacelineError } from "../../base/errors.ts";
import type { Bounds } from "../numeric/bounds.ts";
import type { Neighbouring } from "../units.ts";
import { compose, runsOf } from "./algebra/compose.ts";
import { parsePrivacyEvent } from "./algebra/parse.ts";
import type { PrivacyEvent } from "./algebra/types.ts";
import { deltaOfGdp, epsilonOfGdp, muOf } from "./gdp.ts";
import { guaranteesOf } from "./guarantees.ts";
import { mixedEpsilon } from "./mixed.ts";
import { basicComposition, optimalComposition } from "./optimal-composition.ts";
import { type PrivacyLossOptions, privacyLossOf } from "./pld/privacy-loss.ts";
import { rdpOf } from "./rdp/of-event.ts";
import { rhoOfEvent } from "./rho-of-event.ts";
import { deltaOfShuffle, epsilonOfShuffle } from "./shuffle.ts";
import { deltaOfRho, epsilonOfRho } from "./zcdp.ts";

/** In the order in which they are asked; an exact answer ends it. */
export const accountantNames = ["gdp", "kov", "shuffle", "pure", "pld", "rdp", "zcdp", "mixed"] as const;
export type Accountant = (typeof accountantNames)[number];

/** What is done to the data, all of it, decided before the first answer is seen. */
export interface Plan<N extends Neighbouring = Neighbouring> {
  readonly event: PrivacyEvent<N>;
  readonly neighbouring: N;
}

/** Either asks for the other. delta may be 0: pure epsilon-DP. */
export type Question = { readonly delta: number } | { readonly epsilon: number };

export interface Account extends Bounds {
  readonly quantity: "epsilon" | "delta";
  /**
   * Whether `lower` bounds what the worst mechanism of this description leaks. False where only dominating losses are known
   * (exponential, permute-and-flip, truncated-subsampled-gaussian): then it bounds how much tighter loss distributions get.
   */
  readonly tight: boolean;
  /** Whose upper bound it is. */
  readonly accountant: Accountant;
  /** What the other accountants said: their upper bound, or why they have none. */
  readonly others: readonly Opinion[];
}

export interface Opinion {
  readonly accountant: Accountant;
  readonly upper: number | undefined;
  readonly refusal: string | undefined;
}

/** What privacy loss distributions take: how wide a bracket may be, an upper bound alone, one changed cell alone. */
export interface AccountOptions extends PrivacyLossOptions {
  /** Ask these and no others. */
  readonly accountants?: readonly Accountant[];
}

type Ask = (plan: Plan, question: Question, options: AccountOptions) => Bounds & { readonly tight?: boolean };

const accountants: Readonly<Record<Accountant, Ask>> = {
  gdp: ({ event, neighbouring }, question) => {
    const mu = muOf(event, neighbouring);
    if (mu === 0) return { lower: 0, upper: 0 };
    if ("delta" in question && question.delta === 0) return unbounded;
    const bounds = (at: number) =>
      "delta" in question ? epsilonOfGdp(at, question.delta) : deltaOfGdp(at, question.epsilon);
    // mu is rounded up; of samples it only is a bound.
    const exact = runsOf(event).every(({ event: one }) => !("event" in one));
    return { lower: exact ? bounds(mu * (1 - 1e-13)).lower : 0, upper: bounds(mu).upper };
  },
  kov: ({ event, neighbouring }, question) => {
    const whole = optimalComposition(guaranteesOf(event, neighbouring));
    const { lower, upper } = "delta" in question ? whole.epsilon(question.delta) : whole.delta(question.epsilon);
    // A mechanism of which more is known than its guarantee may do better.
    const exact = runsOf(event).every(({ event: one }) => one.mechanism === "epsilon-delta");
    return { lower: exact ? lower : 0, upper };
  },
  shuffle: ({ event }, question) => {
    const [run, ...rest] = runsOf(event);
    if (run?.event.mechanism !== "shuffled" || run.count > 1 || rest.length > 0)
      return fail("unsupported", "shuffling is accounted for in a plan of one shuffled round alone");
    const { localEpsilon, reports } = run.event;
    if (!("delta" in question))
      return { lower: 0, upper: deltaOfShuffle(localEpsilon, reports, question.epsilon).upper };
    if (question.delta === 0) return { lower: 0, upper: localEpsilon };
    return { lower: 0, upper: epsilonOfShuffle(localEpsilon, reports, question.delta).upper };
  },
  pure: ({ event, neighbouring }, question) => {
    const { epsilon, delta } = basicComposition(guaranteesOf(event, neighbouring));
    if ("delta" in question) return delta <= question.delta ? { lower: 0, upper: epsilon } : unbounded;
    return { lower: 0, upper: epsilon <= question.epsilon ? delta : 1 };
  },
  pld: ({ event, neighbouring }, question, options) => {
    const of = (plan: PrivacyEvent) => {
      const loss = privacyLossOf(plan, neighbouring, options);
      const bounds = "delta" in question ? loss.epsilon(question.delta) : loss.delta(question.epsilon);
      return { ...bounds, tight: loss.tight };
    };
    const found = of(event);
    const bare = found.tight ? event : withoutSamples(event, neighbouring);
    if (bare === event) return found;
    // Samples known by a guarantee alone may look worse than if there were none.
    const upper = Math.min(found.upper, of(bare).upper);
    return { ...found, upper, lower: Math.min(found.lower, upper) };
  },
  rdp: ({ event, neighbouring }, question) => {
    if ("delta" in question && question.delta === 0)
      return fail("unsupported", "Rényi divergences prove nothing at delta = 0");
    const curve = rdpOf(event, neighbouring);
    const upper = "delta" in question ? curve.epsilon(question.delta).epsilon : curve.delta(question.epsilon).delta;
    return { lower: 0, upper };
  },
  zcdp: ({ event, neighbouring }, question) => {
    const rho = rhoOfEvent(event, neighbouring);
    if ("delta" in question && question.delta === 0)
      return rho === 0 ? { lower: 0, upper: 0 } : fail("unsupported", "zCDP proves nothing at delta = 0");
    if (rho === Number.POSITIVE_INFINITY) return { lower: 0, upper: "delta" in question ? rho : 1 };
    const upper = "delta" in question ? epsilonOfRho(rho, question.delta) : deltaOfRho(rho, question.epsilon);
    return { lower: 0, upper };
  },
  mixed: ({ event, neighbouring }, question, options) => {
    if (!("delta" in question && question.delta > 0))
      return fail("unsupported", "mixed plans are bounded at a delta above 0, not at an epsilon");
    return { lower: 0, upper: mixedEpsilon(event, neighbouring, question.delta, options) };
  },
};

/** The plan as if everybody were in every sample, which tells no less; the same plan where there is none. */
function withoutSamples(event: PrivacyEvent, neighbouring: Neighbouring): PrivacyEvent {
  const runs = runsOf(event);
  const sampled = ({ mechanism }: PrivacyEvent) =>
    ["poisson-sampled", "sampled-without-replacement"].includes(mechanism);
  if (!runs.some((run) => sampled(run.event))) return event;
  const bare = runs.map(({ event: one, count }) => ({
    event: "event" in one && sampled(one) ? one.event : one,
    count,
  }));
  return compose(neighbouring, bare) as PrivacyEvent;
}

const unbounded: Bounds = { lower: 0, upper: Number.POSITIVE_INFINITY };

/**
 * The smallest epsilon at a delta, or delta at an epsilon, that is proved for the plan. Sound for plans that are declared
 * before any answer is seen; later choices of *inputs* may depend on earlier answers, the mechanisms and their parameters
 * may not. Where mechanisms are chosen along the way there are only the filters.
 * An accountant that cannot answer, or fails, is left out and says why in `others`; the rest decide.
 * @throws PacelineError as parsePrivacyEvent; unsupported, with every refusal, where no accountant can bound the plan.
 */
export function account<N extends Neighbouring>(
  plan: Plan<N>,
  question: Question,
  options: AccountOptions = {},
): Account {
  const known: Plan = { event: parsePrivacyEvent(plan.event, plan.neighbouring), neighbouring: plan.neighbouring };
  checkQuestion(question);
  const asked = options.accountants ?? accountantNames;
  if (!asked.every((name) => accountantNames.includes(name)))
    fail("invalid_argument", `the accountants asked must be some of ${accountantNames.join(", ")}`);
  const opinions: Known[] = [];
  for (const accountant of accountantNames) {
    if (!asked.includes(accountant)) continue;
    try {
      const { lower, upper, tight = true } = accountants[accountant](known, question, options);
      if (!(lower >= 0 && lower <= upper)) fail("internal", `its bounds, ${lower} and ${upper}, are none`);
      opinions.push({ accountant, lower, upper, tight, refusal: undefined });
      if (Number.isFinite(upper) && upper - lower <= 1e-9 * upper) break;
    } catch (error) {
      opinions.push({ accountant, lower: 0, upper: undefined, tight: true, refusal: refusalOf(error) });
    }
  }
  return decide(opinions, "delta" in question ? "epsilon" : "delta");
}

/** One that cannot answer, for whatever reason, leaves the others to it; what it says is part of the answer. */
function refusalOf(error: unknown): string {
  if (isPacelineError(error) && error.code === "unsupported") return error.message;
  return `it failed: ${error instanceof Error ? error.message : String(error)}`;
}

type Known = Opinion & Pick<Account, "lower" | "tight">;

function decide(opinions: readonly Known[], quantity: Account["quantity"]): Account {
  const worst = Number.POSITIVE_INFINITY;
  const [best] = opinions
    .filter(({ upper }) => upper !== undefined)
    .sort((a, b) => (a.upper ?? worst) - (b.upper ?? worst));
  if (best?.upper === undefined)
    return fail("unsupported", "no accountant can bound this plan", {
      hint: opinions.map(({ accountant, refusal }) => `${accountant}: ${refusal}`).join("; "),
    });
  return {
    quantity,
    lower: Math.min(best.upper, Math.max(...opinions.map(({ lower }) => lower))),
    upper: best.upper,
    tight: opinions.every(({ tight }) => tight),
    accountant: best.accountant,
    others: opinions
      .filter((one) => one !== best)
      .map(({ accountant, upper, refusal }) => ({ accountant, upper, refusal })),
  };
}

function checkQuestion(question: Question): void {
  const { delta, epsilon } = question as { readonly delta?: unknown; readonly epsilon?: unknown };
  if ("delta" in question) {
    if (epsilon !== undefined)
      fail("invalid_argument", "ask for epsilon at a delta or for delta at an epsilon, not both");
    if (!(typeof delta === "number" && delta >= 0 && delta < 1))
      fail("invalid_argument", `delta must lie between 0 and 1, 1 left out, not ${delta}`);
  } else if (!(typeof epsilon === "number" && epsilon >= 0 && epsilon < Number.POSITIVE_INFINITY))
    fail("invalid_argument", `epsilon must be a number of at least 0, not ${epsilon}`);
}
