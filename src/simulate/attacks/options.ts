// What an attack is asked for, and how far it may go.
import { fail } from "../../base/errors.ts";

export const attackNames = ["membership", "differencing", "averaging", "reconstruction", "static-attribute"] as const;
export type AttackName = (typeof attackNames)[number];

export interface AttackOptions {
  readonly attack: AttackName;
  /** Of membership and averaging: what is asked. The other attacks bring their own questions. */
  readonly sql: string;
  /** A decimal: of one aggregator's noise on one answer. */
  readonly epsilon: string;
  /** Who is attacked: somebody usual, or whom the answer tells most about. */
  readonly target: "usual" | "extreme";
  /** What the attacker knows beside the answers and everybody else's values: nothing, or one aggregator's noise. */
  readonly knows: "nothing" | "one noise";
  /** Answers at most: repeats, questions, weeks, or subsets. */
  readonly answers: number;
  /** Runs with the member, and as many without. */
  readonly runs: number;
  /** Equal options and seeds give equal numbers, to the last bit. */
  readonly seed: string;
  /** That all bounds of this result hold together. */
  readonly confidence: number;
}

/** Called with the runs that are done and that there are in all. */
export type AttackProgress = (done: number, total: number) => void;

const RUNS = [200, 200_000] as const;
const ANSWERS = [1, 1024] as const;
/** Answers times runs: some ten seconds, of reconstruction by a linear program a minute or two. */
const LOAD_MAX = 20_000_000;

/** @throws PacelineError invalid_argument */
export function checkAttack({ attack, epsilon, answers, runs, seed, confidence, knows, target }: AttackOptions): void {
  if (!attackNames.includes(attack)) fail("invalid_argument", `the attacks are ${attackNames.join(", ")}`);
  if (!["usual", "extreme"].includes(target)) fail("invalid_argument", 'the target is "usual" or "extreme"');
  if (!["nothing", "one noise"].includes(knows))
    fail("invalid_argument", 'an attacker knows "nothing" more, or "one noise"');
  const value = /^\d{1,3}(\.\d{1,6})?$/.test(epsilon) ? Number(epsilon) : Number.NaN;
  if (!(value >= 0.01 && value <= 20)) fail("invalid_argument", "ε is a decimal from 0.01 to 20");
  whole(runs, "runs", ...RUNS);
  whole(answers, "answers", ...ANSWERS);
  if (answers * runs > LOAD_MAX)
    fail("invalid_argument", `${answers} answers in ${runs} runs are too many`, {
      hint: `Answers times runs are at most ${LOAD_MAX.toLocaleString("en-US")}.`,
    });
  if (seed.length > 200) fail("invalid_argument", "a seed has at most 200 characters");
  if (!(confidence >= 0.5 && confidence < 1)) fail("invalid_argument", "the confidence lies between 0.5 and 1");
}

function whole(value: number, name: string, least: number, most: number): void {
  if (!Number.isInteger(value) || value < least || value > most)
    fail("invalid_argument", `${name}: a whole number from ${least} to ${most}`);
}
