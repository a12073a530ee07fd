// Distributed mean estimation through the real pieces but the masks, which are taken off exactly: updates to integers, each member's
// own noise, sums modulo 2^bits, and back.
import { maskedUpdate } from "../../src/learning/device/masked-update.ts";
import { type MaskedScale, type MaskedScaleDemand, maskedScale } from "../../src/learning/plan/masked-scale.ts";
import { maskedMean } from "../../src/learning/server/masked-mean.ts";
import { accumulate, addIntegers, fromWords, toWords, type Width } from "../../src/math/words.ts";
import type { AnyEntropy } from "../../src/ports/entropy.ts";
import { l1Sensitivity, l2SquaredSensitivity, rational } from "../../src/privacy/index.ts";
import { noiseShare } from "../../src/protocol/secagg/noise-share.ts";
import { seededEntropy } from "../privacy/entropy.ts";

const widthOf = ({ bits }: MaskedScaleDemand): Width => (bits <= 16 ? 16 : bits <= 32 ? 32 : 64);

export function sumOfUpdates(
  demand: MaskedScaleDemand,
  chosen: MaskedScale,
  updateOf: (member: number) => readonly number[],
  entropy: AnyEntropy,
  rotationSeed: Uint8Array,
): { readonly plain: readonly number[]; readonly words: Uint8Array } {
  const width = widthOf(demand);
  const noise = noiseShare({
    variance: rational(BigInt(chosen.variance)),
    ...{ members: demand.members, survivors: demand.members, corrupt: demand.members - demand.honest },
    dimension: demand.dimension,
    sensitivities: { l1: l1Sensitivity(BigInt(chosen.l1)), l2Squared: l2SquaredSensitivity(BigInt(chosen.l2Squared)) },
  });
  const bounds = { ...chosen, clip: demand.clip, rotationSeed };
  const words = new Uint8Array((demand.dimension * width) / 8);
  const plain = new Array<number>(demand.dimension).fill(0);
  for (let member = 0; member < demand.members; member++) {
    const integers = maskedUpdate(updateOf(member), bounds, entropy);
    const share = noise.drawShare(entropy);
    const own = toWords(integers, width);
    addIntegers(width, own, share);
    accumulate(width, words, own);
    for (let i = 0; i < plain.length; i++) plain[i] = (plain[i] as number) + (integers[i] as number) + Number(share[i]);
  }
  return { plain, words };
}

/** Root mean square error of the mean over that of a central Gaussian with the same rho, on updates of norm `clip`. */
export function meanEstimation(options: {
  readonly demand: MaskedScaleDemand;
  readonly trials: number;
  readonly seed: string;
}): { readonly ratio: number; readonly standardError: number; readonly bits: number } {
  const { demand, trials, seed } = options;
  const { clip, rho, members, dimension } = demand;
  const chosen = maskedScale(demand);
  // Not a power of two: the padding's noise must not come back.
  const length = dimension - 24;
  let squared = 0;
  for (let trial = 0; trial < trials; trial++) {
    const entropy = seededEntropy(`${seed} ${trial}`);
    const updates = Array.from({ length: members }, (_, member) => {
      const raw = Array.from({ length }, (_, i) => Math.sin(1 + member + 3 * i) + 0.5);
      const norm = Math.hypot(...raw);
      return raw.map((x) => (x / norm) * clip);
    });
    const rotationSeed = Uint8Array.of(trial);
    const { words } = sumOfUpdates(demand, chosen, (member) => updates[member] as number[], entropy, rotationSeed);
    const terms = { scale: chosen.scale, rotationSeed, length, denominator: members };
    const mean = maskedMean(fromWords(words, widthOf(demand)), terms);
    for (let i = 0; i < length; i++) {
      const truth = updates.reduce((sum, update) => sum + (update[i] as number), 0) / members;
      squared += ((mean[i] as number) - truth) ** 2;
    }
  }
  const samples = trials * length;
  const central = clip / Math.sqrt(2 * rho) / members;
  return {
    ratio: Math.sqrt(squared / samples) / central,
    standardError: 1 / Math.sqrt(2 * samples),
    bits: widthOf(demand),
  };
}
