// What a verified bundle proves and what it leaves to trust, in words: a tick alone would claim more than signatures can.
import { formatDay } from "../base/calendar.ts";
import type { StreamPlan } from "../learning/plan/stream.ts";
import { formatRho, nanoRho } from "../privacy/accounting/nano-rho.ts";
import type { Verified } from "./verify.ts";

export interface Statement {
  /** What follows from the bundle, whoever made it. */
  readonly proved: readonly string[];
  /** What no bundle can show. */
  readonly trusted: readonly string[];
}

export function statementOf(verified: Verified): Statement {
  const { manifest, release, sensitivity, proved, debit, log, stream } = verified;
  const { privacy } = release;
  const exact = sensitivity.l1 === undefined ? "" : `L1 ${sensitivity.l1} and `;
  const promise =
    privacy.delta === 0 ? `ε = ${privacy.epsilon}` : `ε = ${digits(privacy.epsilon)} at δ = ${privacy.delta}`;
  const window = `${formatDay(manifest.window.start)} to ${formatDay(manifest.window.end - 1)}`;
  return {
    proved: [
      `Register and helper signed this manifest: ${JSON.stringify(manifest.question)}, on data of ${window}.`,
      ...(verified.question === null
        ? []
        : [
            `The question in the bundle is the one with hash ${manifest.queryHash}, and the manifest has its groups, its days, its purpose and its least batch.`,
          ]),
      `One ${privacy.unit}'s contribution changes the released sums by at most ${exact}squared L2 ${sensitivity.l2Squared}: proved from encoder and linear map.`,
      ...(stream === undefined ? [] : [streamWords(stream.plan, manifest.noise.sensitivity.bound)]),
      `The noise that the manifest asks of each aggregator is ${lawOf(manifest.noise)}; for that sensitivity ${stream === undefined ? "one such noise" : "such noise in all rounds together"} costs ρ = ${formatRho(proved.rho)}, which is ${promise}.`,
      `At the caps that the coordinator states: ${privacy.lifetime.says}`,
      `Every field of the released document follows from the manifest and its ${release.values.length} values.`,
      `The coordinator's log says that ρ = ${formatRho(nanoRho(BigInt(debit.rho)))} was debited from ${debit.epochs.join(", ")}: every week that the data or the time for reports touches, and their years.`,
      `The coordinator signed a log of ${log.size} in which entry ${log.index} is this release with this debit.`,
    ],
    trusted: [...keyWords(verified), ...(stream === undefined ? [] : [streamTrusted(stream.plan)]), ...alwaysTrusted],
  };
}

const streamWords = ({ rounds, separation, coefficients }: StreamPlan, bound: string) =>
  `What is released of round t is Σ c_k times the sum of round t − k, c = ${coefficients.join(", ")}: over all ${rounds} rounds whoever contributes to one of ${separation} of them changes that by at most squared L2 ${bound}.`;

const streamTrusted = ({ separation }: StreamPlan) =>
  `That devices take part in one round of ${separation}, as theirs are written to; no aggregator sees whose reports of two rounds are.`;

const alwaysTrusted: readonly string[] = [
  "That the manifest's statistics are those of the question: both are there to be read, and one planner made one of the other.",
  "That the coordinator keeps to the caps that it states: its helper and the devices keep to their own.",
  "That the helper drew its noise, from good randomness, and debited its own ledger before it signed: the guarantee counts the helper's noise alone.",
  "That coordinator and helper do not collude, and show each other nothing but what the protocol says.",
  "That the values are the sums of the reports: the coordinator combined both shares as they were.",
  "That devices are honest within what the circuit allows, and that members were not invented.",
  "That the coordinator shows everyone the same log and the same ledger: compare its checkpoints with others.",
];

function keyWords({ keys, definitions, manifest }: Verified): readonly string[] {
  const words: string[] = [];
  for (const role of ["register", "helper"] as const)
    words.push(
      keys[role].from === "given"
        ? `That the ${role} key you gave, ${keys[role].key}, is the ${role}'s.`
        : `That the ${role} key in the bundle, ${keys[role].key}, is the ${role}'s: none was given, and anyone can make a bundle under keys of their own.`,
    );
  const defined = (manifest.definitions ?? []).map(({ definition }) => definition.id).join(", ");
  if (definitions === "given") words.push(`That the registry key you gave is the operator's, who defined ${defined}.`);
  if (definitions === "unchecked")
    words.push(`That the operator's own definitions of ${defined} are the operator's: no registry key was given.`);
  return words;
}

function lawOf(noise: Verified["manifest"]["noise"]): string {
  return noise.mechanism === "discrete-laplace"
    ? `discrete Laplace of scale ${noise.scale}`
    : `discrete Gaussian of σ² ${noise.sigmaSquared}`;
}

const digits = (value: number) => `${Number(value.toPrecision(6))}`;
