// The privacy accountants beside dp-accounting 0.6.0 (Python): same jobs, in turns, one thread each. What each row asks is
// in `jobs`; the peer checks that both mean the same thing, and that our upper bounds are none too small.
import { account, compose, dpSgdNoise, gaussianSigma, type PrivacyEvent } from "../src/privacy/index.ts";
import { type Bench, type Contender, local, measure, type Row, speedUp, type Timing } from "./harness.ts";
import { type Peer, startPeer } from "./peers/dp-accounting/start.ts";

const relation = "add-or-remove-one";
const delta = 1e-6;

interface Job {
  readonly name: string;
  readonly unit: "s" | "ms" | "µs";
  readonly work: () => number;
  readonly peer: { readonly job: string; readonly arguments: object };
  /** How far our answer may lie above and below the peer's: it is a float bound itself, on a coarser grid. */
  readonly agrees: readonly [below: number, above: number];
  /** Turns, for jobs that take a peer seconds. */
  readonly rounds?: number;
}

const dpSgd = (q: number, sigma: number): PrivacyEvent<typeof relation> => ({
  mechanism: "poisson-sampled",
  probability: q,
  event: { mechanism: "gaussian", noiseMultiplier: sigma },
});
const first = compose(relation, [{ event: dpSgd(0.01, 1.1), count: 10_000 }]);
const laplaces = compose(relation, [{ event: { mechanism: "laplace", noiseMultiplier: 20 }, count: 1000 }]);
/** Sampling rates and noise that change from phase to phase, as in a training run with a schedule. */
const phases = Array.from({ length: 20 }, (_, i) => [0.005 + 0.0005 * i, 0.8 + 0.05 * i] as const);
const phased = compose(
  relation,
  phases.map(([q, sigma]) => ({ event: dpSgd(q, sigma), count: 100 })),
);

const epsilonOf = (event: PrivacyEvent<typeof relation>, options: Parameters<typeof account>[2]) =>
  account({ event, neighbouring: relation }, { delta }, options).upper;

const firstArguments = { q: 0.01, sigma: 1.1, steps: 10_000, delta };
export const jobs: readonly Job[] = [
  {
    name: "DP-SGD q=.01 σ=1.1 T=10,000 δ=1e-6, PLD",
    unit: "s",
    work: () => epsilonOf(first, { accountants: ["pld"], bound: "upper" }),
    peer: { job: "dp-sgd", arguments: firstArguments },
    agrees: [1e-3, 1e-3],
  },
  {
    name: "DP-SGD q=.01 σ=1.1 T=10,000 δ=1e-6, PLD, certified pair",
    unit: "s",
    work: () => epsilonOf(first, { accountants: ["pld"] }),
    peer: { job: "dp-sgd", arguments: firstArguments },
    agrees: [1e-3, 1e-3],
  },
  {
    name: "1000 × Laplace, PLD",
    unit: "s",
    work: () => epsilonOf(laplaces, { accountants: ["pld"], bound: "upper" }),
    peer: { job: "laplace", arguments: { scale: 20, count: 1000, delta } },
    agrees: [1e-3, 1e-3],
  },
  {
    name: "20 different DP-SGD phases × 100",
    unit: "s",
    work: () => epsilonOf(phased, { accountants: ["pld"], bound: "upper" }),
    peer: { job: "phases", arguments: { phases, steps: 100, delta } },
    agrees: [2e-3, 1e-3],
    rounds: 3,
  },
  {
    name: "noise for ε = 2 (first job), PLD",
    unit: "s",
    work: () =>
      dpSgdNoise({ neighbouring: relation, sampling: 0.01, steps: 10_000, target: { epsilon: 2, delta } }).parameter,
    peer: { job: "noise", arguments: { q: 0.01, steps: 10_000, epsilon: 2, delta } },
    agrees: [2e-3, 1e-3],
    rounds: 3,
  },
  {
    name: "first job by RDP",
    unit: "ms",
    work: () => epsilonOf(first, { accountants: ["rdp"] }),
    peer: { job: "dp-sgd-rdp", arguments: firstArguments },
    agrees: [1e-2, 0],
  },
  {
    name: "analytic Gaussian σ",
    unit: "µs",
    work: () => gaussianSigma({ epsilon: 1, delta }),
    peer: { job: "gaussian-sigma", arguments: { epsilon: 1, delta } },
    agrees: [1e-9, 1e-9],
  },
];

const perSecond = { s: 1, ms: 1e3, µs: 1e6 } as const;

async function rows(): Promise<Row[]> {
  const peer = await startPeer();
  try {
    const results: Row[] = [];
    for (const job of jobs) results.push(await row(job, peer));
    return results;
  } finally {
    peer?.close();
  }
}

async function row(job: Job, peer: Peer | undefined): Promise<Row> {
  const own = local("paceline", job.work);
  const options = { rounds: job.rounds ?? 5, warmUp: 0.5 };
  const scale = perSecond[job.unit];
  if (peer === undefined) {
    const [timing] = (await measure([own], options)) as [Timing];
    return { name: job.name, value: timing.seconds * scale, unit: job.unit, status: "peer-absent" };
  }
  const ours = job.work();
  const theirs = (await peer.run(job.peer, 1)).result;
  if (!(ours >= theirs - job.agrees[0] && ours <= theirs + job.agrees[1]))
    throw new Error(`${job.name}: ${ours} here, ${theirs} by ${peer.name}`);
  const other: Contender = {
    name: peer.name,
    seconds: async (iterations) => (await peer.run(job.peer, iterations)).seconds,
  };
  const [mine, its] = (await measure([own, other], options)) as [Timing, Timing];
  return {
    name: job.name,
    value: mine.seconds * scale,
    unit: job.unit,
    status: "measured",
    peer: { name: peer.name, value: its.seconds * scale },
    ratio: speedUp(mine, its),
  };
}

export const privacyBench: Bench = {
  rows,
  floors: {
    "DP-SGD q=.01 σ=1.1 T=10,000 δ=1e-6, PLD": { of: "value", atMost: 0.15 },
    "DP-SGD q=.01 σ=1.1 T=10,000 δ=1e-6, PLD, certified pair": { of: "value", atMost: 0.4 },
    "1000 × Laplace, PLD": { of: "value", atMost: 0.03 },
    "20 different DP-SGD phases × 100": { of: "value", atMost: 1 },
    "noise for ε = 2 (first job), PLD": { of: "value", atMost: 0.6 },
    "first job by RDP": { of: "value", atMost: 5 },
    "analytic Gaussian σ": { of: "value", atMost: 20 },
  },
};
