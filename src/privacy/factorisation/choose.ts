// Whether noise that is correlated over rounds is worth its trouble for a participation, and with which factor.
import { fail } from "../../base/errors.ts";
import { independentError, type PrefixError, prefixError } from "./error.ts";
import { bandedSeries } from "./optimise.ts";
import { checkParticipation, type Participation } from "./participation.ts";

/** Of the diagonal: with 8 bits the rounded factor's error is within a thousandth or so of the exact one's. */
const FRACTION_BITS = 8;
/** An aggregator keeps its share of so many rounds, less one. */
const BANDS = [2, 3, 4, 6, 8, 12, 16, 24, 32] as const;
/** Below, the rounds that are kept are not worth it. */
const GAIN_MIN = 0.05;

export interface ChosenFactor {
  /** Whole numbers, from the diagonal on: what the plan states, aggregators apply and everybody accounts. */
  readonly coefficients: readonly number[];
  readonly error: PrefixError;
  readonly independent: PrefixError;
  /** Root mean square error over that of independent noise at the same ρ. */
  readonly ratio: number;
}

/** To the nearest, but never above the one before it, and never 0 where the last is to be kept. */
export function fixedPoint(series: ArrayLike<number>, bits = FRACTION_BITS): readonly number[] {
  const unit = 2 ** bits / (series[0] as number);
  const out: number[] = [];
  for (let k = 0; k < series.length; k++)
    out.push(Math.min(out[k - 1] ?? Number.POSITIVE_INFINITY, Math.round((series[k] as number) * unit)));
  return out;
}

/** The best factor of at most `bandsMax` bands, whether it beats independent noise or not. */
export function bestFactor(participation: Participation, bandsMax = 32): ChosenFactor {
  checkParticipation(participation);
  const { rounds } = participation;
  const independent = independentError(participation);
  let best: ChosenFactor = { coefficients: [1], error: independent, independent, ratio: 1 };
  for (const bands of BANDS) {
    if (bands > Math.min(rounds, bandsMax)) break;
    const coefficients = fixedPoint(bandedSeries(bands, participation));
    const error = prefixError(coefficients, participation);
    if (error.rms < best.error.rms) best = { coefficients, error, independent, ratio: error.rms / independent.rms };
  }
  return best;
}

/**
 * The factor for a stream.
 * @throws PacelineError unsupported where it does not beat independent noise by a twentieth, with what would
 */
export function chooseFactor(participation: Participation, bandsMax?: number): ChosenFactor {
  const best = bestFactor(participation, bandsMax);
  refuseUseless(best.ratio, participation);
  return best;
}

/** As `chooseFactor` refuses, for a factor that is given. @throws PacelineError unsupported, invalid_argument */
export function checkFactor(coefficients: readonly number[], participation: Participation): void {
  const { rms } = prefixError(coefficients, participation);
  refuseUseless(rms / independentError(participation).rms, participation);
}

function refuseUseless(ratio: number, { rounds, separation }: Participation): void {
  if (ratio <= 1 - GAIN_MIN) return;
  fail(
    "unsupported",
    `over ${rounds} rounds with a member in one of ${separation}, correlated noise has ${ratio.toFixed(3)} of the error of independent noise`,
    { hint: "Use independent noise, or let members take part less often." },
  );
}
