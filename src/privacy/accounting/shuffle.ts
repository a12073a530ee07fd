// Privacy amplification by shuffling: Feldman, McMillan, Talwar 2021 ("Hiding Among the Clones"), Theorem 3.2, evaluated
// exactly instead of by its closed form. The shuffled reports are no easier to tell apart than
//   P = (A + Δ, C - A + 1 - Δ)   from   Q = (A + 1 - Δ, C - A + Δ)
// with C ~ Bin(n-1, e^-ε₀) clones, A ~ Bin(C, 1/2) and Δ = 1 with probability e^ε₀/(1 + e^ε₀).
import { fail } from "../../base/errors.ts";
import { binomialProbability } from "../numeric/binomial.ts";
import type { Bounds } from "../numeric/bounds.ts";

/**
 * Relative rounding. Between fresh starts a tail gathers at most 1024·16·2^-52; the difference of two tails that makes up
 * the hockey-stick is at least a thousandth of either wherever it counts (their ratio is that of a normal tail at z < 30).
 */
const slack = 1e-8;
/** Numbers of clones farther out are left out: together less probable than this (Bernstein). */
const outside = 1e-30;
/** Numbers of clones that one evaluation sums over. */
const clonesSummed = 1 << 17;
/** Tails are summed afresh after so many steps, and when they fell so far that old rounding would show. */
const refreshSteps = 1024;
const refreshFall = 16;

/**
 * Bounds of delta at epsilon for one round of `reports` shuffled reports, each localEpsilon-DP, under replace-one. The
 * two bounds enclose the theorem's value, which itself bounds every mechanism.
 * @throws PacelineError invalid_argument out of range
 */
export function deltaOfShuffle(localEpsilon: number, reports: number, epsilon: number): Bounds {
  checkShuffle(localEpsilon, reports);
  if (!(epsilon >= 0 && epsilon < Number.POSITIVE_INFINITY))
    fail("invalid_argument", "epsilon must be a number of at least 0");
  if (epsilon >= localEpsilon) return { lower: 0, upper: 0 };
  const counted = countedReports(localEpsilon, reports, clonesSummed);
  const value = hockeyStick(localEpsilon, counted, epsilon);
  return { lower: counted < reports ? 0 : value * (1 - slack), upper: Math.min(1, value * (1 + slack) + outside) };
}

/** The smallest epsilon at delta, likewise. @throws PacelineError invalid_argument out of range */
export function epsilonOfShuffle(localEpsilon: number, all: number, delta: number, clonesMax = clonesSummed): Bounds {
  checkShuffle(localEpsilon, all);
  if (!(delta > 0 && delta < 1)) fail("invalid_argument", "delta must lie strictly between 0 and 1");
  const reports = countedReports(localEpsilon, all, clonesMax);
  if (reports < all) return { lower: 0, upper: epsilonOfShuffle(localEpsilon, reports, delta).upper };
  // At localEpsilon itself delta is 0. ln delta is smooth: false position with halving keeps the evaluations few.
  let [low, high] = [0, localEpsilon];
  if (deltaOfShuffle(localEpsilon, reports, 0).upper <= delta) return { lower: 0, upper: 0 };
  let [lowExcess, highExcess] = [Number.NaN, Number.NaN];
  for (let i = 0; i < 60 && high - low > 1e-9 * high; i++) {
    let middle = (low + high) / 2;
    if (i % 3 !== 2 && Number.isFinite(lowExcess) && Number.isFinite(highExcess)) {
      const root = low + ((high - low) * lowExcess) / (lowExcess - highExcess);
      const edge = 0.2e-9 * high;
      middle = Math.min(high - edge, Math.max(low + edge, root + (i % 3 === 0 ? edge : -edge)));
    }
    const { upper } = deltaOfShuffle(localEpsilon, reports, middle);
    if (upper <= delta) [high, highExcess] = [middle, Math.log(upper / delta)];
    else [low, lowExcess] = [middle, Math.log(upper / delta)];
  }
  // Below `low` the theorem's value is above delta up to the slack of one evaluation.
  let lower = low;
  for (let step = 1e-8; lower > 0 && deltaOfShuffle(localEpsilon, reports, lower).lower < delta; step *= 4)
    lower = Math.max(0, low - step * high);
  return { lower, upper: high };
}

/**
 * As many reports as leave so many numbers of clones to sum over: what is shuffled in besides tells no more, so that fewer
 * reports give a valid bound.
 */
function countedReports(localEpsilon: number, reports: number, clonesMax: number): number {
  const each = Math.exp(-localEpsilon) * -Math.expm1(-localEpsilon);
  const variance = ((clonesMax / 2 - 24) ** 2 - 24 * 24) / 140;
  return Math.min(reports, 1 + Math.floor(variance / each));
}

function checkShuffle(localEpsilon: number, reports: number): void {
  if (!(localEpsilon > 0 && localEpsilon <= 1e6))
    fail("invalid_argument", "the local epsilon must lie above 0 and at most at 1e6");
  if (!(Number.isSafeInteger(reports) && reports >= 1))
    fail("invalid_argument", "the number of reports must be a whole number between 1 and 2^53 - 1");
  if (reports > 1e10)
    fail("unsupported", "shuffling is accounted for up to 1e10 reports", {
      hint: "Fewer reports give a larger, valid epsilon.",
    });
}

/**
 * Σ over C of P(C)·hockey-stick given C. Given C = c, the first count a has P/Q above e^ε exactly where a/(c+1-a) is
 * above loss/gain, so that the hockey-stick is gain·P(A ≥ a* - 1) - loss·P(A ≥ a*).
 */
function hockeyStick(localEpsilon: number, reports: number, epsilon: number): number {
  const right = 1 / (1 + Math.exp(-localEpsilon));
  const wrong = 1 / (1 + Math.exp(localEpsilon));
  const grown = Math.exp(epsilon);
  // p - q e^ε and q - p e^ε with p = right, q = wrong, without cancellation
  const gain = -right * Math.expm1(epsilon - localEpsilon);
  const loss = grown * right - wrong;
  const share = loss / (gain + loss);
  const [rate, others] = [Math.exp(-localEpsilon), reports - 1];
  const variance = others * rate * -Math.expm1(-localEpsilon);
  // Bernstein: 2 exp(-t²/(2(variance + t/3))) ≤ 1e-30
  const reach = 24 + Math.sqrt(24 * 24 + 140 * variance);
  const low = Math.max(0, Math.floor(others * rate - reach));
  const high = Math.min(others, Math.ceil(others * rate + reach));
  const tail = new HalfBinomial();
  let sum = 0;
  for (let c = low; c <= high; c++) {
    const probability = binomialProbability(others, c, rate, -Math.expm1(-localEpsilon));
    if (probability === 0) continue;
    // The smallest a with a·gain > (c + 1 - a)·loss
    tail.move(c, Math.floor(share * (c + 1)) + 1);
    sum += probability * tail.excess(gain, Math.expm1(epsilon));
  }
  return sum;
}

/** P(A ≥ a) and P(A = a - 1) of A ~ Bin(c, 1/2), followed as c and a rise by small steps. */
class HalfBinomial {
  #c = -1;
  #a = 0;
  #steps = 0;
  /** P(A ≥ a), and at the last fresh start. */
  #above = 0;
  #started = 0;
  /** P(A = a - 1). */
  #edge = 0;

  move(c: number, a: number): void {
    if (this.#c < 0 || ++this.#steps > refreshSteps || c !== this.#c + 1) this.#restart(c, a);
    else {
      // P(A' ≥ a) = P(A ≥ a) + P(A = a - 1)/2 for one more trial
      this.#above += this.#edge / 2;
      this.#edge *= c / (2 * (c - this.#a + 1));
      this.#c = c;
      while (this.#a < a) {
        this.#edge *= (this.#c - this.#a + 1) / this.#a;
        this.#above -= this.#edge;
        this.#a++;
      }
      if (this.#a > a || !(this.#above * refreshFall > this.#started)) this.#restart(c, a);
    }
  }

  /** gain·P(A ≥ a - 1) - loss·P(A ≥ a), with `more` = loss - gain. */
  excess(gain: number, more: number): number {
    return Math.max(0, gain * this.#edge - more * this.#above);
  }

  #restart(c: number, a: number): void {
    [this.#c, this.#a, this.#steps] = [c, a, 0];
    this.#edge = a >= 1 && a - 1 <= c ? binomialProbability(c, a - 1, 0.5, 0.5) : 0;
    let term = a <= c ? binomialProbability(c, a, 0.5, 0.5) : 0;
    let sum = 0;
    for (let k = a; k <= c && term > 1e-18 * sum; k++) {
      sum += term;
      term *= (c - k) / (k + 1);
    }
    this.#above = sum;
    this.#started = sum;
  }
}
