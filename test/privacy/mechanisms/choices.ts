// χ² of the selection mechanisms and of randomised response against the reference probabilities.
import { describe, expect, test } from "vitest";
import { rational } from "../../../src/privacy/rational.ts";
import { BitSource } from "../../../src/privacy/samplers/bit-source.ts";
import { exponentialChoice, noisyMaxChoice, permuteAndFlipChoice } from "../../../src/privacy/samplers/choice.ts";
import { respond } from "../../../src/privacy/samplers/response.ts";
import { multinomialExcess } from "../chi-squared.ts";
import { seededEntropy } from "../entropy.ts";
import { fraction, referenceSelections } from "../reference.ts";

function counted(draw: (bits: BitSource) => number, seed: string, draws: number, outcomes: number): number[] {
  const bits = new BitSource(seededEntropy(seed), 65536);
  const counts = new Array<number>(outcomes).fill(0);
  for (let i = 0; i < draws; i++) {
    const outcome = draw(bits);
    counts[outcome] = (counts[outcome] as number) + 1;
  }
  return counts;
}

export function choicesFit(draws: number): void {
  for (const [number, one] of referenceSelections().entries())
    describe(`${draws} choices, reference case ${number}`, () => {
      // utilities and sensitivity in hundredths
      const [epsilon, sensitivity] = [rational(...fraction(one.epsilon)), rational(...fraction(one.sensitivity))];
      const hundredths = one.utilities.map((u) => BigInt(Math.round(Number(u) * 100)));
      const rate = rational(epsilon.num * sensitivity.den, 2n * epsilon.den * sensitivity.num * 100n);
      const steps = 2n ** 10n;
      const choices = {
        exponential: [exponentialChoice(rate), one.exponential],
        "permute-and-flip": [permuteAndFlipChoice(rate), one.permute_and_flip],
        "report-noisy-max": [noisyMaxChoice(rational(rate.den * steps, rate.num), steps), one.report_noisy_max_laplace],
      } as const;
      test.each(Object.entries(choices))("%s", (name, [choice, probabilities]) => {
        const counts = counted((bits) => choice(bits, hundredths), `${name} ${number}`, draws, hundredths.length);
        expect(multinomialExcess(counts, probabilities.map(Number))).toBeLessThan(0);
      });
    });

  test.each([
    [1n, 2n, 2],
    [1n, 7n, 5],
    [10n ** 20n + 1n, 10n ** 21n, 3],
    [1n, 1n, 4],
  ])(`${draws} responses, uniform %i/%i, %i buckets`, (num, den, buckets) => {
    const uniform = rational(num, den);
    const seen = counted((bits) => respond(bits, uniform, buckets, 1), `response ${num}`, draws, buckets);
    const share = Number(num) / Number(den) / buckets;
    const exact = seen.map((_, i) => (i === 1 ? 1 - share * (buckets - 1) : share));
    expect(multinomialExcess(seen, exact)).toBeLessThan(0);
    expect(
      multinomialExcess(
        seen,
        exact.map((p, i) => p + (i === 0 ? 0.02 : i === 1 ? -0.02 : 0)),
      ),
    ).toBeGreaterThan(0);
  });
}
