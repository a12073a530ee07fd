// Attacks on what the services would release, each judged by audited bounds: what is asked, who looks, and what was promised.
import { auditScores } from "../../privacy/auditing/audit.ts";
import { auditGuesses } from "../../privacy/auditing/guesses.ts";
import { foundAt, rocOf } from "../../privacy/auditing/roc.ts";
import { doneHere, type Runner } from "../jobs.ts";
import { averaging } from "./averaging.ts";
import { CAPS } from "./budget.ts";
import { differencing } from "./differencing.ts";
import { type EvidenceJob, type Played, play, weigh } from "./evidence.ts";
import type { AttackCurve, JudgedLine, Line } from "./lines.ts";
import { membership } from "./membership.ts";
import { type AttackOptions, type AttackProgress, checkAttack } from "./options.ts";
import { PEOPLE, priceOf, type RebuildJob, type Rebuilt, rebuild, rebuildRuns } from "./reconstruction.ts";
import type { SetUp, Setup } from "./setting.ts";
import { staticAttribute } from "./static-attribute.ts";

export interface AttackResult {
  readonly version: 1;
  readonly options: AttackOptions;
  readonly title: string;
  readonly says: readonly string[];
  readonly lines: readonly JudgedLine[];
  /** Over the number of answers. */
  readonly curves: readonly AttackCurve[];
  /** What the curves' y is, in words. */
  readonly measure: string;
}

const setUps: Readonly<Record<Exclude<AttackOptions["attack"], "reconstruction">, SetUp>> = {
  membership,
  differencing,
  averaging,
  "static-attribute": staticAttribute,
};

/** False alarms of the usual comparison. */
const ALARMS = 0.001;

/** A part of an attack that a thread does: plain data, by `simulateAttackJob`. */
export type AttackJob = EvidenceJob | RebuildJob;

export function simulateAttackJob(job: AttackJob): Float64Array {
  return job.kind === "evidence" ? weigh(job) : rebuildRuns(job);
}

/**
 * @param runner where the runs are done: here, or on threads, of which the numbers do not depend
 * @throws PacelineError invalid_argument, invalid_query; whatever the runner throws
 */
export async function simulateAttack(
  options: AttackOptions,
  progress: AttackProgress = () => undefined,
  runner: Runner<AttackJob, Float64Array> = doneHere(simulateAttackJob),
): Promise<AttackResult> {
  checkAttack(options);
  if (options.attack === "reconstruction") return await reconstruction(options, progress, runner);
  const setup = await setUps[options.attack](options);
  const after = lookedAfter(setup);
  const draws = options.knows === "nothing" ? 2 : 1;
  const { seed, runs } = options;
  const game = { released: setup.released, after, draws, runs, seed: `${seed}/${options.attack}` } as const;
  const played = await play(game, runner, progress);
  const lines = setup.lines.map((line) => judge(line, played, after, setup.lines.length, options));
  return {
    ...{
      version: 1,
      options,
      title: setup.title,
      says: [...setup.says, ...common(options, setup.lines.length)],
      lines,
    },
    curves: after.length > 1 ? curvesOf(played, after, options) : [],
    measure: "right decisions, %",
  };
}

/** Powers of two, and what the lines are about. */
function lookedAfter({ released, lines }: Setup): readonly number[] {
  const wanted = new Set(lines.map(({ answers }) => answers).filter((answers) => answers > 0));
  const most = Math.max(...wanted);
  for (let answers = 1; answers < most && released.length > 1; answers *= 2) wanted.add(answers);
  return [...wanted].sort((a, b) => a - b);
}

function judge(
  line: Line,
  { present, absent }: Played,
  after: readonly number[],
  among: number,
  { confidence, runs }: AttackOptions,
): JudgedLine {
  const at = after.indexOf(line.answers);
  // Nothing was answered: nothing is told.
  const [yes, no] = [present[at] ?? new Float64Array(runs), absent[at] ?? new Float64Array(runs)];
  const { audited, crossed } = auditScores(line.claim, { present: yes, absent: no }, { confidence, among });
  return {
    ...{ ...line, audited, crossed, right: rightShare(yes, no), roc: rocOf(yes, no) },
    ...(runs * ALARMS >= 1 ? { found: foundAt(yes, no, ALARMS, confidence) } : {}),
  };
}

/** Present where the evidence is above 0; a coin where it is 0. */
function rightShare(present: Float64Array, absent: Float64Array): number {
  const half = (scores: Float64Array, sign: 1 | -1) =>
    scores.reduce((sum, score) => sum + (score * sign > 0 ? 1 : score === 0 ? 0.5 : 0), 0) / scores.length;
  return (half(present, 1) + half(absent, -1)) / 2;
}

function curvesOf({ present, absent }: Played, after: readonly number[], { runs }: AttackOptions): AttackCurve[] {
  const points = after.map((x, at) => ({
    x,
    y: 100 * rightShare(present[at] as Float64Array, absent[at] as Float64Array),
  }));
  const [first, last] = [after[0] ?? 1, after.at(-1) ?? 1];
  return [
    { name: `${(2 * runs).toLocaleString("en-US")} runs`, points },
    { name: "a coin", points: [first, last].map((x) => ({ x, y: 50 })) },
  ];
}

function common({ knows, confidence, runs }: AttackOptions, lines: number): readonly string[] {
  const share = `${Number((100 * (1 - confidence)).toPrecision(3))} %`;
  return [
    knows === "nothing"
      ? "The attacker knows everybody else's values, and neither aggregator's noise: an analyst."
      : "The attacker knows everybody else's values and one aggregator's noise: that aggregator itself. Promises are made against it.",
    `Audited bounds are of a test that is chosen on one half of ${runs.toLocaleString("en-US")} runs a side and judged on the other, by Clopper and Pearson's limits. In at most ${share} of all seeds one or more of the ${lines === 1 ? "bounds" : `${lines} bounds`} here is more than what is exact.`,
  ];
}

async function reconstruction(
  options: AttackOptions,
  progress: AttackProgress,
  runner: Runner<AttackJob, Float64Array>,
): Promise<AttackResult> {
  const { answers, epsilon, confidence } = options;
  const price = priceOf(epsilon);
  const paid = Math.min(answers, Number(CAPS.epoch / price));
  const after = [...new Set([...powersUpTo(answers), ...(paid > 0 ? [paid] : []), answers])].sort((a, b) => a - b);
  const rebuilt = await rebuild(options, after, runner, progress);
  const own = (answered: number): Rebuilt =>
    rebuilt.find((one) => one.answers === answered) ?? { answers: 0, exact: 0, squares: 0, absolute: 0, guesses: 1 };
  const line = (
    [name, short]: readonly [string, string],
    says: string,
    ours: boolean,
    answered: number,
    counted: number,
  ): JudgedLine => {
    const claim = { kind: "epsilon", epsilon: Number((counted * Number(epsilon)).toPrecision(12)), delta: 0 } as const;
    const { absolute, guesses } = own(answered);
    const { audited, crossed } = auditGuesses(claim, { guesses, right: absolute }, { confidence, among: LINES });
    return { name, short, says, ours, claim, answers: answered, audited, crossed, right: absolute / guesses };
  };
  const share = (of: "exact" | "squares" | "absolute", up: number) =>
    rebuilt.flatMap((one) => (one.answers <= up ? [{ x: one.answers, y: (100 * one[of]) / one.guesses }] : []));
  return {
    ...{ version: 1, options, title: `${PEOPLE} secret bits from counts of subsets` },
    says: [
      `${PEOPLE} people have a secret bit each, by a fair coin. Each count is of a random half of them; the bits that fit all counts best are the attacker's guess: those that a linear program finds, which makes the absolute misfits least (Dwork, McSherry and Talwar 2007). Nobody may ask for such subsets in Paceline: this attacker may.`,
      options.knows === "nothing"
        ? "Of the noise the attacker knows nothing: an analyst. Of a sum of two Laplace noises, least absolute misfits and least squares find about the same."
        : "The attacker knows one aggregator's noise: that aggregator itself. Of the other's Laplace noise, least absolute misfits are the likeliest, and from many counts find more than least squares.",
      `Audited bounds count right guesses against fair coins (Steinke, Nasr and Jagielski 2023); in at most ${Number((100 * (1 - confidence)).toPrecision(3))} % of all seeds one or more of ${LINES} is more than what is exact.`,
    ],
    lines: [
      line(
        [`The ledger: ${paid} answers are paid for`, "as the ledger pays"],
        "A week's cap of ρ = 0.5, and the ε of all answers added up.",
        true,
        paid,
        paid,
      ),
      line(
        [`${answers} answers, each stated alone`, "each stated alone"],
        "Every count says its own ε, and nobody adds up.",
        false,
        answers,
        1,
      ),
      line(
        [`${answers} answers, all added up`, "all added up"],
        "What a system without caps would have to state.",
        false,
        answers,
        answers,
      ),
    ],
    curves: [
      { name: "no noise", points: share("exact", answers) },
      { name: `ε = ${epsilon} an answer, no cap`, points: share("absolute", answers) },
      { name: "the same by least squares", points: share("squares", answers) },
      ...(paid > 1 ? [{ name: "as far as the ledger pays", points: share("absolute", paid) }] : []),
    ],
    measure: "bits guessed right, %",
  };
}

const LINES = 3;

function powersUpTo(most: number): readonly number[] {
  return Array.from({ length: Math.floor(Math.log2(most)) + 1 }, (_, k) => 2 ** k);
}
