// In which rounds a member may take part, and what that makes of the sensitivity of a whole stream. PROOF.md has the theorems.
import { fail } from "../../base/errors.ts";

export interface Participation {
  /** Rounds of the stream. */
  readonly rounds: number;
  /** Between two rounds of one member lie at least so many: 1 is every round. */
  readonly separation: number;
}

const ROUNDS_MAX = 4096;
/** Of one coefficient, so that squared column norms stay far within what a mechanism takes. */
const COEFFICIENT_MAX = 2 ** 24;

/** @throws PacelineError invalid_argument */
export function checkParticipation({ rounds, separation }: Participation): void {
  const whole = (value: number, what: string, most: number) => {
    if (!(Number.isInteger(value) && value >= 1 && value <= most))
      fail("invalid_argument", `${what} of ${value}, between 1 and ${most} belong here`);
  };
  whole(rounds, "rounds", ROUNDS_MAX);
  whole(separation, "a separation", rounds);
}

/** How often a member can take part. */
export function timesOf({ rounds, separation }: Participation): number {
  return Math.ceil(rounds / separation);
}

/**
 * max over the allowed patterns of ‖Σ_j C·e_(t_j)‖², the squared sensitivity where each contribution has norm 1: reached by the rounds
 * 0, b, 2b …, for coefficients that are nonnegative and do not rise (PROOF.md, claim 2). Exact, in integers.
 * @param coefficients of the factor, whole numbers, from the diagonal on
 * @throws PacelineError invalid_argument for coefficients of which this is not proved
 */
export function streamSensitivity(coefficients: readonly number[], participation: Participation): bigint {
  checkParticipation(participation);
  checkCoefficients(coefficients, participation.rounds);
  const { rounds, separation } = participation;
  let squared = 0n;
  for (let t = 0; t < rounds; t++) {
    // Of the rounds 0, b, 2b … those at most `coefficients.length − 1` before t.
    let cell = 0;
    for (let age = t % separation; age <= t && age < coefficients.length; age += separation)
      cell += coefficients[age] as number;
    squared += BigInt(cell) ** 2n;
  }
  return squared;
}

/** @throws PacelineError invalid_argument unless they are whole, fall or stay from one to the next, and begin above 0 */
export function checkCoefficients(coefficients: readonly number[], rounds: number): void {
  if (coefficients.length < 1 || coefficients.length > rounds)
    fail("invalid_argument", `${coefficients.length} coefficients for ${rounds} rounds`);
  coefficients.forEach((value, k) => {
    if (!(Number.isInteger(value) && value >= (k === 0 ? 1 : 0) && value <= COEFFICIENT_MAX))
      fail("invalid_argument", `a coefficient of ${value}; whole numbers to 2^24 belong here, the first above 0`);
    if (k > 0 && value > (coefficients[k - 1] as number))
      fail("invalid_argument", `coefficient ${k} is above the one before it, and no sensitivity is proved of such`);
  });
}
