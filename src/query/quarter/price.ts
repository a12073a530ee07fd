// What each wish costs: the smallest ρ whose predicted error is small enough, with the fewest members that are expected.
import { fail, isPacelineError } from "../../base/errors.ts";
import { formatRho, nanoRho } from "../../privacy/accounting/nano-rho.ts";
import { noOperator, type OperatorRegistry } from "../../task/metrics/definition.ts";
import { planQuestion } from "../planner/plan.ts";
import { solveQuestion } from "../planner/solve.ts";
import type { Catalogue } from "../question/catalogue.ts";
import type { DraftDefaults } from "../question/draft.ts";
import { readRequest } from "../question/request.ts";
import type { Wish } from "./wish.ts";

export interface Priced {
  readonly wish: Wish;
  /** Nano-rho of each time it is asked. */
  readonly rho: bigint;
  /** Days of data. */
  readonly days: number;
  /** The widest predicted half-width of its 95 % intervals; counts are left out where there is anything else. */
  readonly halfWidth: number;
}

/** A wish that cannot be had at any allowed price. */
export interface Unpriced {
  readonly wish: Wish;
  readonly why: string;
  readonly hint?: string;
}

export interface PriceSetting {
  readonly catalogue: Catalogue;
  readonly operator?: OperatorRegistry;
  readonly defaults: DraftDefaults;
  /** Nano-rho one task may cost. */
  readonly taskCap: bigint;
}

export function priceOf(wish: Wish, setting: PriceSetting): Priced | Unpriced {
  const { catalogue, defaults, taskCap, operator = noOperator } = setting;
  try {
    const { question, target } = readRequest({ sql: wish.sql }, catalogue, defaults);
    const error = wish.error ?? target?.error;
    const { chosen } =
      error === undefined
        ? planQuestion(question, catalogue, { members: wish.members, operator })
        : solveQuestion({ ...question, privacy: { rho: "0.01" } }, { error, members: wish.members }, catalogue).planned;
    const rho = BigInt(chosen.plan.rho);
    const [cost, cap] = [rho, taskCap].map((amount) => formatRho(nanoRho(amount)));
    if (rho > taskCap)
      fail("budget_exhausted", `it takes ρ = ${cost}, and one task may cost ${cap}`, {
        hint: "Wish for a larger error, or expect more members.",
      });
    const rated = chosen.widths.filter(({ statistic }) => !/^count\b/.test(statistic));
    const widths = rated.length > 0 ? rated : chosen.widths;
    const halfWidth = widths.reduce((most, width) => Math.max(most, width.halfWidth), 0);
    return { wish, rho, days: question.window.days, halfWidth };
  } catch (error) {
    if (!isPacelineError(error)) throw error;
    return { wish, why: error.message, ...(error.hint === undefined ? {} : { hint: error.hint }) };
  }
}
