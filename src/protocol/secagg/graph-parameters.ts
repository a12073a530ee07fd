// The smallest graph that serves a cohort: degree k and Shamir threshold t of SecAgg+ (Bell, Bonawitz, Gascón, Lepoint,
// Raykova 2020, section 3), such that over the random order of the members on the ring each of these fails with a probability
// that is bounded here:
//   - the honest members that stay are one connected piece, or sums over the pieces would be seen       2^-41
//   - the corrupt ones cannot rebuild a secret: with as many of an honest member's neighbours as they
//     are, and honest ones split between two stories, neither story has t shares                        2^-41
//   - every member keeps t neighbours that answer, or the round ends without a sum                      2^-20
// The paper draws dropouts independently of the graph. A coordinator that has seen the graph can call those dropped who stand
// beside a victim: of 1,000 members, 30 % of whom may leave, all 314 neighbours. So members sign a set of survivors only when
// each run of k/2 places on the ring holds so many of them that no two runs are all corrupt or gone: it takes two to cut a ring.
import { fail, invariant } from "../../base/errors.ts";
import { logBinomial, logFactorial } from "../../privacy/numeric/gamma.ts";
import { logSum } from "../../privacy/numeric/log-add.ts";
import { lowerQuantile, upperQuantile } from "./hypergeometric.ts";

export interface GraphDemand {
  /** All members on the ring, 3 to 2^20. */
  readonly members: number;
  /** At most so many of them collude with the coordinator. */
  readonly corrupt: number;
  /** At least so many of them stay to the end; with fewer there is no sum. */
  readonly survivors: number;
  /**
   * Whether the coordinator follows the protocol, or may tell members different things once the graph is drawn. The graph itself
   * it does not draw alone (`graphIdOf`), hence not "malicious".
   */
  readonly adversary: "semi-honest" | "semi-malicious";
  /** log2 of the number of graphs among which the coordinator can choose (`graphIdOf`). 0 by default. */
  readonly choicesLog2?: number;
}

export interface GraphParameters {
  /** Neighbours of each member: even on a ring, members - 1 when everyone is everyone's neighbour. */
  readonly degree: number;
  /** Shares that rebuild a secret. */
  readonly threshold: number;
  /** Survivors that each run of degree / 2 places on the ring must hold; 0 where nobody could cut it. */
  readonly runSurvivors: number;
}

/** A member with more neighbours would upload 100 kB of shares and agree on 2,048 keys. */
export const DEGREE_MAX = 1024;
export const COHORT_MAX = 2 ** 20;

const SECURITY_BITS = 40;
const COMPLETION_BITS = 20;
/** Logarithms of factorials up to 2^20 are within 2e-8: what is compared with a bound must be below it by more. */
const SLACK = 1e-6;

/**
 * Degree and threshold. The work is bounded: at most DEGREE_MAX / 2 degrees are tried with 3 · (degree + 1) steps each.
 * @throws PacelineError invalid_argument when no graph serves, or a number is out of range
 */
export function findGraph(demand: GraphDemand): GraphParameters {
  check(demand);
  const { members } = demand;
  let steps = 0;
  for (let degree = 2; degree <= Math.min(DEGREE_MAX, members - 2); degree += 2) {
    steps += 3 * (degree + 1);
    invariant(steps <= DEGREE_MAX * (DEGREE_MAX + 4), "finding a graph takes bounded work");
    const ring = ringOf(demand, degree);
    if (ring !== undefined) return ring;
  }
  const complete = members - 1 <= DEGREE_MAX ? completeGraph(demand) : undefined;
  if (complete !== undefined) return complete;
  return fail(
    "invalid_argument",
    `no graph of degree ${DEGREE_MAX} or less serves ${members} members of whom ${demand.corrupt} may collude and ${
      members - demand.survivors
    } may leave`,
    { hint: "Allow fewer to collude or to leave, or ask more members." },
  );
}

function check({ members, corrupt, survivors, choicesLog2 = 0 }: GraphDemand): void {
  const whole = (name: string, value: number, least: number, most: number) => {
    if (!(Number.isSafeInteger(value) && value >= least && value <= most))
      fail("invalid_argument", `${name} must be a whole number between ${least} and ${most}, not ${value}`);
  };
  whole("members", members, 3, COHORT_MAX);
  whole("corrupt", corrupt, 0, members - 1);
  whole("survivors", survivors, 1, members);
  if (!(choicesLog2 >= 0 && choicesLog2 <= COHORT_MAX))
    fail("invalid_argument", `choicesLog2 must be between 0 and ${COHORT_MAX}, not ${choicesLog2}`);
}

function ringOf(demand: GraphDemand, degree: number): GraphParameters | undefined {
  const { members, corrupt, survivors, choicesLog2 = 0 } = demand;
  const securityBound = -(SECURITY_BITS + 1 + choicesLog2) * Math.LN2 - SLACK;
  if (logDisconnected(demand, degree) > securityBound) return undefined;
  // A member's neighbours are drawn from the others; the union over all members divides the bounds.
  const others = { population: members - 1, draws: degree };
  const corruptMost = upperQuantile({ ...others, marked: corrupt }, securityBound - Math.log(members));
  const completionBound = -COMPLETION_BITS * Math.LN2 - SLACK - Math.log(members);
  const stayingLeast = lowerQuantile({ ...others, marked: survivors - 1 }, completionBound);
  const threshold = thresholdBetween(demand, degree, corruptMost, stayingLeast);
  if (threshold === undefined) return undefined;
  const runSurvivors = gone(demand) < degree ? 0 : runSurvivorsLeast(demand, degree, securityBound);
  const run = { population: members, marked: survivors, draws: degree / 2 };
  const serves = lowerQuantile(run, completionBound) >= runSurvivors;
  return serves || demand.adversary === "semi-honest" ? { degree, threshold, runSurvivors } : undefined;
}

/** Corrupt or gone, at most: fewer than `degree` of them cut no ring. */
const gone = ({ members, corrupt, survivors }: GraphDemand) => Math.min(members, corrupt + members - survivors);

/**
 * A cut takes two runs of degree / 2 places without an honest survivor. Of all pairs of runs, fewer than members² / 2, none holds
 * more corrupt members than the quantile; with more than half of that in each run, one of the two has an honest one.
 */
function runSurvivorsLeast({ members, corrupt }: GraphDemand, degree: number, securityBound: number): number {
  const bothRuns = { population: members, marked: corrupt, draws: degree };
  return Math.floor(upperQuantile(bothRuns, securityBound - 2 * Math.log(members) + Math.LN2) / 2) + 1;
}

/** Everyone shares with everyone: nothing is left to chance. */
function completeGraph(demand: GraphDemand): GraphParameters | undefined {
  const { members, corrupt, survivors } = demand;
  const threshold = thresholdBetween(demand, members - 1, corrupt, survivors - 1);
  return threshold === undefined ? undefined : { degree: members - 1, threshold, runSurvivors: 0 };
}

/**
 * Above what corrupt neighbours hold. Where the coordinator may tell honest ones different things, above half of all shares that
 * can be had, so that no two stories reach it: 2t > (degree - corrupt) + 2 · corrupt.
 */
function thresholdBetween({ adversary }: GraphDemand, degree: number, corruptMost: number, stayingLeast: number) {
  const above = adversary === "semi-honest" ? corruptMost : Math.floor((degree + corruptMost) / 2);
  const threshold = Math.max(above + 1, 2);
  return threshold <= stayingLeast ? threshold : undefined;
}

/**
 * ln of a bound on the probability that, with dropouts that chance chose, the honest members that stay fall apart: two runs of degree/2 neighbours on the ring
 * that are all corrupt or gone, in one of members · (members - degree - 1) / 2 places.
 */
function logDisconnected(demand: GraphDemand, degree: number): number {
  const bad = gone(demand);
  if (degree > bad) return Number.NEGATIVE_INFINITY;
  const { members } = demand;
  const places = Math.log(members) + Math.log(members - degree - 1) - Math.LN2;
  return (
    places + logFactorial(bad) + logFactorial(members - degree) - logFactorial(members) - logFactorial(bad - degree)
  );
}

/** The counts that shares of a cohort mean: corrupt and dropped ones rounded down, as many as there can be. */
export function countsOf(members: number, shares: { readonly corrupt: number; readonly dropouts: number }) {
  // 0.3 · 10 is below 3 in doubles and means 3.
  const most = (share: number) => Math.floor((share + 1e-14) * members);
  return { members, corrupt: most(shares.corrupt), survivors: members - most(shares.dropouts) };
}

/** log2 of the number of ways to leave out at most `missing` of `members`. */
export function choicesLog2(members: number, missing: number): number {
  const ways = Array.from({ length: missing + 1 }, (_, left) => logBinomial(members, left));
  return logSum(ways) / Math.LN2;
}
