// What a factor makes of prefix sums at a fixed budget: the noise of its release, decoded, in units of the noise of one contribution.
import { type Participation, streamSensitivity, timesOf } from "./participation.ts";
import { decodingSeries } from "./series.ts";

/** Standard deviations of prefix sums' noise, for contributions of norm 1 and ρ = ½: √sensitivity² times the decoder's row norms. */
export interface PrefixError {
  /** Of the last prefix, which is the largest. */
  readonly max: number;
  /** Root mean square over all prefixes. */
  readonly rms: number;
}

/** @param coefficients whole numbers: the rounded ones, which are released and accounted */
export function prefixError(coefficients: readonly number[], participation: Participation): PrefixError {
  const squared = Number(streamSensitivity(coefficients, participation));
  return errorOf(squared, decodingSeries(coefficients, participation.rounds));
}

/** The same for a squared sensitivity and a decoder's series. */
export function errorOf(squared: number, decoder: Float64Array): PrefixError {
  const rounds = decoder.length;
  let [all, last] = [0, 0];
  for (let t = 0; t < rounds; t++) {
    last += (decoder[t] as number) ** 2;
    all += last;
  }
  return { max: Math.sqrt(squared * last), rms: Math.sqrt((squared * all) / rounds) };
}

/** Fresh noise in every round: the factor 1. */
export function independentError(participation: Participation): PrefixError {
  const [times, { rounds }] = [timesOf(participation), participation];
  return { max: Math.sqrt(times * rounds), rms: Math.sqrt((times * (rounds + 1)) / 2) };
}
