// The sum of a batch's output shares at one aggregator, a page of them at a time: memory holds the sum and the page, however many
// members there are.
import { toBigInts } from "../math/field/modular.ts";
import { type AddWords, plainAddWords } from "../math/wasm/words.ts";
import { bytesOf, fromWords } from "../math/words.ts";
import type { Aggregator } from "../protocol/dap/version.ts";
import type { SumMasks } from "../protocol/masks.ts";
import type { VdafParameters } from "../protocol/vdaf/parameters.ts";
import { sharedPrio3 } from "../protocol/vdaf/shared.ts";

export interface Summing {
  /** Default: plain TypeScript. */
  readonly addWords?: AddWords;
  readonly sumMasks: SumMasks;
}

export interface BatchSum {
  /** Of one output share, about. */
  readonly shareBytes: number;
  /** @throws PacelineError invalid_message */
  add(shares: readonly Uint8Array[]): Promise<void>;
  /** One integer a column, below the modulus. */
  elements(): bigint[];
}

export function newBatchSum(vdaf: VdafParameters, role: Aggregator, summing: Summing): BatchSum {
  if (vdaf.type !== "AdditiveSum") return fieldSum(vdaf);
  const { length, bits } = vdaf;
  const { addWords = plainAddWords } = summing;
  const total = new Uint8Array(bytesOf(length, bits));
  return {
    shareBytes: role === "leader" ? total.length : KEY_BYTES,
    async add(shares) {
      addWords(bits, total, role === "leader" ? shares : [await summing.sumMasks(bits, length, shares)]);
    },
    elements: () => fromWords(total, bits).map((value) => BigInt.asUintN(bits, value)),
  };
}

const KEY_BYTES = 32;

function fieldSum(parameters: VdafParameters): BatchSum {
  // Plain TypeScript's fields: only additions are computed here.
  const vdaf = sharedPrio3(parameters);
  const total = vdaf.newAggregate();
  return {
    shareBytes: vdaf.sizes.outputShare,
    async add(shares) {
      for (const share of shares) vdaf.accumulate(total, share);
    },
    elements: () => toBigInts(vdaf.field, total),
  };
}
