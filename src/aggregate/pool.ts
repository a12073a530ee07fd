// A batch over several worker threads.
import { wordAdder } from "../math/wasm/words.ts";
import { bytesOf } from "../math/words.ts";
import type { WasmHost } from "../ports/wasm.ts";
import type { Promised, Workers } from "../ports/workers.ts";
import { packed } from "./packed.ts";
import type { Preparer } from "./prepare.ts";

/** Reports worth a message to another thread. */
const PIECE_MIN = 8;

/**
 * Cuts every batch into a piece for each worker. The results do not depend on how many there are.
 * @param wasm for what is not worth a message: shares of the leader's are added here
 */
export function pooledPreparer(workers: Workers<Preparer>, wasm?: WasmHost): Preparer {
  const addWords = wordAdder(wasm);
  const cut = async <Result>(
    items: readonly Uint8Array[],
    work: (worker: Promised<Preparer>, piece: readonly Uint8Array[]) => Promise<Result[]>,
  ): Promise<Result[]> => {
    const size = Math.max(PIECE_MIN, Math.ceil(items.length / workers.size));
    const pieces: Promise<Result[]>[] = [];
    for (let from = 0; from < items.length; from += size)
      pieces.push(workers.run((worker) => work(worker, packed(items.slice(from, from + size)))));
    return (await Promise.all(pieces)).flat();
  };
  return {
    addWords,
    prepareLeader: (prepare, reports) => cut(reports, (worker, piece) => worker.prepareLeader(prepare, piece)),
    prepareHelper: (prepare, inits) => cut(inits, (worker, piece) => worker.prepareHelper(prepare, piece)),
    async sumMasks(bits, length, keys) {
      const total = new Uint8Array(bytesOf(length, bits));
      const sums = await cut(keys, async (worker, piece) => [await worker.sumMasks(bits, length, piece)]);
      addWords(bits, total, sums);
      return total;
    },
  };
}
