// From a stream's releases, which are public, to each round's noised sum: x̂ = C̃⁻¹(C̃x + z). Sums of these over rounds carry less noise
// than sums of independently noised ones would.
import { fail } from "../../../base/errors.ts";
import { dividedBy } from "../../../privacy/factorisation/series.ts";
import type { StreamPlan } from "../../plan/stream.ts";

/**
 * The noised sum of the newest round.
 * @param released of this round, centred @param before the noised sums of the rounds before it, the newest first
 */
export function decodeRound(
  { coefficients }: StreamPlan,
  released: ArrayLike<number>,
  before: readonly ArrayLike<number>[],
): Float64Array {
  const [first] = coefficients;
  if (first === undefined || before.some((one) => one.length !== released.length))
    return fail("invalid_argument", `sums of other lengths than the release's ${released.length} cells`);
  const out = Float64Array.from(released);
  const ages = Math.min(before.length, coefficients.length - 1);
  for (let age = 1; age <= ages; age++) {
    const [factor, earlier] = [coefficients[age] as number, before[age - 1] as ArrayLike<number>];
    for (let i = 0; i < out.length; i++) out[i] = (out[i] as number) - factor * (earlier[i] as number);
  }
  for (let i = 0; i < out.length; i++) out[i] = (out[i] as number) / first;
  return out;
}

/** Standard deviations of a decoded cell's noise for each of a released one's. @param round from 0 on */
export function decodedSd({ coefficients }: StreamPlan, round: number): number {
  return Math.hypot(...dividedBy([1], coefficients, round + 1));
}
