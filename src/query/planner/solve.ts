// From a wanted error to the budget it costs: the smallest ε or ρ whose predicted interval is narrow enough, or what would have
// to change where no budget is.
import { fail } from "../../base/errors.ts";
import { groupCount } from "../../task/encoders/product.ts";
import type { Catalogue } from "../question/catalogue.ts";
import type { Question } from "../question/schema.ts";
import { type Planned, planQuestion } from "./plan.ts";

export interface Target {
  /** Wanted half-width of the 95 % interval of each statistic but counts, in its own unit; predicted, not promised. */
  readonly error: number;
  /** Members who are expected to contribute, over all groups. */
  readonly members: number;
}

export interface Solved {
  readonly question: Question;
  readonly planned: Planned;
  /** The widest predicted half-width at that budget. */
  readonly halfWidth: number;
}

/** Budgets that are tried, in millionths. */
const LEAST = 1_000;
const MOST = 20_000_000;
const MEMBERS_MAX = 10_000_000;

/** @throws PacelineError invalid_query saying how many members, or which coarser groups, it would take */
export function solveQuestion(question: Question, target: Target, catalogue: Catalogue): Solved {
  if (!(target.error > 0 && Number.isFinite(target.error)))
    fail("invalid_query", "the wanted error must be a number above 0");
  if (!(Number.isSafeInteger(target.members) && target.members >= 1 && target.members <= MEMBERS_MAX))
    fail("invalid_query", `members must be a whole number from 1 to ${MEMBERS_MAX}`);
  const at = (micro: number, members = target.members): Solved => {
    const amount = decimalOf(micro);
    const priced: Question = {
      ...question,
      privacy: "rho" in question.privacy ? { rho: amount } : { epsilon: amount },
    };
    const planned = planQuestion(priced, catalogue, { members });
    return { question: priced, planned, halfWidth: widest(planned) };
  };
  const best = at(MOST);
  if (best.halfWidth > target.error) return hopeless(question, target, best.halfWidth, at);
  let [low, high, found] = [LEAST, MOST, best];
  const cheapest = at(LEAST);
  if (cheapest.halfWidth <= target.error) return cheapest;
  // Two significant digits are as exact as a prediction is.
  while (high / low > 1.02) {
    const middle = roundUp(Math.sqrt(low * high));
    if (middle >= high || middle <= low) break;
    const tried = at(middle);
    if (tried.halfWidth <= target.error) [high, found] = [middle, tried];
    else low = middle;
  }
  return found;
}

function hopeless(
  question: Question,
  { error, members }: Target,
  halfWidth: number,
  at: (micro: number, members?: number) => Solved,
): never {
  let enough = members;
  while (enough < MEMBERS_MAX && at(MOST, enough).halfWidth > error) enough *= 2;
  const groups = groupCount({ groups: question.groupBy });
  const coarser = groups > 1 ? ` Fewer groups help: there are ${groups} now.` : "";
  const needed = enough >= MEMBERS_MAX ? "No number of members is enough." : `It takes about ${enough} members.`;
  return fail(
    "invalid_query",
    `with ${members} members no budget gives ±${error}: sampling alone leaves ±${halfWidth.toPrecision(2)}`,
    {
      hint: `${needed}${coarser}`,
    },
  );
}

/** Counts are in members and have an error of their own scale. */
function widest({ chosen: { plan, widths } }: Planned): number {
  const { source } = plan;
  const counts = source.kind === "statistics" && source.answers.every(({ statistic }) => statistic === "count");
  const rated = widths.filter(({ statistic }) => counts || !/^count\b/.test(statistic));
  return rated.reduce((most, { halfWidth }) => Math.max(most, halfWidth), 0);
}

function roundUp(micro: number): number {
  const step = 10 ** Math.max(0, Math.floor(Math.log10(micro)) - 1);
  return Math.ceil(micro / step) * step;
}

function decimalOf(micro: number): string {
  const whole = Math.floor(micro / 1e6);
  const digits = `${micro % 1e6}`.padStart(6, "0").replace(/0+$/, "");
  return digits === "" ? `${whole}` : `${whole}.${digits}`;
}
