// A batch over several worker threads.
import { accumulate, bytesOf } from "../math/words.ts";
import type { Promised, Workers } from "../ports/workers.ts";
import type { Preparer } from "./prepare.ts";

/** Reports worth a message to another thread. */
const PIECE_MIN = 8;

/** Cuts every batch into a piece for each worker. The results do not depend on how many there are. */
export function pooledPreparer(workers: Workers<Preparer>): Preparer {
  const cut = async <Result>(
    items: readonly Uint8Array[],
    work: (worker: Promised<Preparer>, piece: readonly Uint8Array[]) => Promise<Result[]>,
  ): Promise<Result[]> => {
    const size = Math.max(PIECE_MIN, Math.ceil(items.length / workers.size));
    const pieces: Promise<Result[]>[] = [];
    for (let from = 0; from < items.length; from += size)
      pieces.push(workers.run((worker) => work(worker, items.slice(from, from + size))));
    return (await Promise.all(pieces)).flat();
  };
  return {
    prepareLeader: (prepare, reports) => cut(reports, (worker, piece) => worker.prepareLeader(prepare, piece)),
    prepareHelper: (prepare, inits) => cut(inits, (worker, piece) => worker.prepareHelper(prepare, piece)),
    async sumMasks(bits, length, keys) {
      const total = new Uint8Array(bytesOf(length, bits));
      const sums = await cut(keys, async (worker, piece) => [await worker.sumMasks(bits, length, piece)]);
      for (const sum of sums) accumulate(bits, total, sum);
      return total;
    },
  };
}
