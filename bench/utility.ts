// How exact answers are: the root mean square error of our releases beside that of OpenDP run centrally on the same members at the same
// ε (pure, δ = 0), unit (one member) and strategy, and beside what one noise on the number itself would leave. With one noise
// we do what a central curator does; two are the price of aggregators that trust nobody, √2 where noise adds up.
import { memberValues } from "../src/contribution/statistics.ts";
import { population } from "../src/simulate/index.ts";
import type { PlannedTask } from "../src/task/manifest.ts";
import type { Bench, Floor, Row } from "./harness.ts";
import { type CentralPeer, startCentral } from "./peers/opendp/start.ts";
import { type Case, cases, EPSILON, exponential, rms } from "./utility/cases.ts";
import { fitbitRow, fitbitRowName } from "./utility/fitbit.ts";
import { type Person, planOf, release, sumsOf, TODAY } from "./utility/ours.ts";

const SIZES = [200, 1000, 10_000] as const;
const DRAWS = [1, 2] as const;
/** The peer's releases of one case: its noise comes by the vector. */
const PEER_RUNS = 20_000;
/** Of the exponential mechanism, whose releases cost a sort each. */
const EXPONENTIAL_RUNS = 50;

const nameOf = ({ name }: Case, members: number, draws: 1 | 2) =>
  `${name}, n = ${members.toLocaleString("en-US")}, ${draws === 1 ? "one noise" : "two noises"}`;

/** Members with something to say, in the order of the population. */
function people(plan: PlannedTask, count: number): Person[] {
  const { source, window } = plan;
  if (source.kind !== "statistics") throw new Error("a plan of statistics");
  // Three in four have a value: phones alone measure neither heart rate nor sleep.
  const members = population({ seed: "utility", members: 2 * count + 100, lastDay: TODAY - 1, weeks: 5 });
  const found: Person[] = [];
  for (const member of members) {
    const [value] = memberValues(member, source, window);
    if (value !== undefined) found.push({ value, profile: member.profile });
    if (found.length === count) return found;
  }
  throw new Error("too few members have a value");
}

const errorOf = (runs: readonly (readonly number[])[], truth: readonly number[]) =>
  rms(runs.flatMap((run) => run.map((value, i) => value - (truth[i] as number))));

async function rowsOf(one: Case, members: number, peer: CentralPeer | undefined): Promise<Row[]> {
  const plan = planOf(one.sql, members);
  const drawn = people(plan, members);
  const truth = one.truth(plan, drawn);
  const sums = sumsOf(plan, drawn);
  const central =
    peer === undefined
      ? undefined
      : errorOf(
          await peer.runs(one.central(plan, drawn), { epsilon: EPSILON, runs: one.peerRuns ?? PEER_RUNS }),
          truth,
        );
  const floor = one.floor(plan, drawn);
  return DRAWS.map((draws): Row => {
    const value = errorOf(release(plan, sums, draws, one.runs), truth);
    return {
      name: nameOf(one, members, draws),
      value,
      unit: one.unit,
      status: central === undefined ? "peer-absent" : "measured",
      ...(central === undefined ? {} : { peer: { name: "OpenDP", value: central }, ratio: value / central }),
      ...(floor === undefined ? {} : { native: { value: floor, ratio: value / floor } }),
    };
  });
}

/** What the same quartiles cost a curator who has the values in one place, and no shares to add up. */
async function exponentialRow(one: Case, members: number, peer: CentralPeer): Promise<Row> {
  const plan = planOf(one.sql, members);
  const drawn = people(plan, members);
  const runs = await peer.runs(exponential(drawn), { epsilon: EPSILON, runs: EXPONENTIAL_RUNS });
  return {
    name: `${one.name}, n = ${members.toLocaleString("en-US")}, exponential mechanism`,
    value: errorOf(runs, one.truth(plan, drawn)),
    unit: one.unit,
    status: "measured",
  };
}

async function rows(): Promise<Row[]> {
  const peer = await startCentral();
  try {
    const results: Row[] = [];
    for (const one of cases)
      for (const members of SIZES) {
        process.stderr.write(`bench: utility: ${one.name}, n = ${members}\n`);
        results.push(...(await rowsOf(one, members, peer)));
      }
    const quartiles = cases.find(({ name }) => name.startsWith("quartiles")) as Case;
    if (peer !== undefined)
      for (const members of SIZES.slice(0, 2)) results.push(await exponentialRow(quartiles, members, peer));
    results.push(fitbitRow());
    return results;
  } finally {
    peer?.close();
  }
}

const floors: Record<string, Floor> = { [fitbitRowName]: { of: "value", atLeast: 0.9 } };
for (const one of cases)
  for (const members of SIZES)
    for (const draws of DRAWS) floors[nameOf(one, members, draws)] = { of: "ratio", atMost: draws === 1 ? 1.05 : 1.5 };

export const utilityBench: Bench = { rows, floors };
