// The smallest graph that serves a cohort: degree k and Shamir threshold t of SecAgg+ (Bell, Bonawitz, Gascón, Lepoint,
// Raykova 2020, section 3), such that, over the random order of the members on the ring, with the corrupt and the dropped ones
// where they please, three things fail with a probability that is bounded here:
//   - the honest members that stay are one connected piece, or sums over the pieces would be seen       2^-41
//   - the corrupt ones cannot rebuild a secret: with so many of the neighbours of an honest member as
//     they are, and honest ones split between two stories, neither side has t shares                    2^-41
//   - every member keeps t neighbours that answer, or the round ends without a sum                      2^-20
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
   * it does not draw alone (joint-randomness.ts), hence not "malicious".
   */
  readonly adversary: "semi-honest" | "semi-malicious";
  /** log2 of the number of graphs among which the coordinator can choose (joint-randomness.ts). 0 by default. */
  readonly choicesLog2?: number;
}

export interface GraphParameters {
  /** Neighbours of each member: even on a ring, members - 1 when everyone is everyone's neighbour. */
  readonly degree: number;
  /** Shares that rebuild a secret. */
  readonly threshold: number;
}

/** A member with more neighbours would upload 100 kB of shares and agree on 2,048 keys. */
export const DEGREE_MAX = 1024;
export const COHORT_MAX = 2 ** 20;

const SECURITY_BITS = 40;
const COMPLETION_BITS = 20;
/** Logarithms of factorials up to 2^20 are within 2e-8: what is compared with a bound must be below it by more. */
const SLACK = 1e-6;

/**
 * Degree and threshold. The work is bounded: at most DEGREE_MAX / 2 degrees are tried with 2 · (degree + 1) steps each.
 * @throws PacelineError invalid_argument when no graph serves, or a number is out of range
 */
export function findGraph(demand: GraphDemand): GraphParameters {
  check(demand);
  const { members } = demand;
  let steps = 0;
  for (let degree = 2; degree <= Math.min(DEGREE_MAX, members - 2); degree += 2) {
    steps += 2 * (degree + 1);
    invariant(steps <= (DEGREE_MAX / 2) * (DEGREE_MAX + 4), "finding a graph takes bounded work");
    const threshold = ringThreshold(demand, degree);
    if (threshold !== undefined) return { degree, threshold };
  }
  const threshold = members - 1 <= DEGREE_MAX ? completeThreshold(demand) : undefined;
  if (threshold !== undefined) return { degree: members - 1, threshold };
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
  if (!(choicesLog2 >= 0 && choicesLog2 <= members))
    fail("invalid_argument", `choicesLog2 must be between 0 and ${members}, not ${choicesLog2}`);
}

function ringThreshold(demand: GraphDemand, degree: number): number | undefined {
  const { members, corrupt, survivors, choicesLog2 = 0 } = demand;
  const securityBound = -(SECURITY_BITS + 1 + choicesLog2) * Math.LN2 - SLACK;
  if (logDisconnected(demand, degree) > securityBound) return undefined;
  // A member's neighbours are drawn from the others; the union over all members divides the bounds.
  const others = { population: members - 1, draws: degree };
  const corruptMost = upperQuantile({ ...others, marked: corrupt }, securityBound - Math.log(members));
  const completionBound = -COMPLETION_BITS * Math.LN2 - SLACK - Math.log(members);
  const stayingLeast = lowerQuantile({ ...others, marked: survivors - 1 }, completionBound);
  return thresholdBetween(demand, degree, corruptMost, stayingLeast);
}

/** Everyone shares with everyone: nothing is left to chance. */
function completeThreshold(demand: GraphDemand): number | undefined {
  const { members, corrupt, survivors } = demand;
  return thresholdBetween(demand, members - 1, corrupt, survivors - 1);
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
 * ln of a bound on the probability that the honest members that stay fall apart: two runs of degree/2 neighbours on the ring
 * that are all corrupt or gone, in one of members · (members - degree - 1) / 2 places.
 */
function logDisconnected({ members, corrupt, survivors }: GraphDemand, degree: number): number {
  const gone = Math.min(members, corrupt + members - survivors);
  if (degree > gone) return Number.NEGATIVE_INFINITY;
  const places = Math.log(members) + Math.log(members - degree - 1) - Math.LN2;
  return (
    places + logFactorial(gone) + logFactorial(members - degree) - logFactorial(members) - logFactorial(gone - degree)
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
