// Streaming sums of masked updates at each aggregator, as a collection computes them: pages of shares on the leader's one thread, keys
// of masks on the helper's threads. Before anything is timed, the two sums together are the sum of what was measured, and the sums of WebAssembly
// are those of plain TypeScript.
import { pooledPreparer } from "../../src/aggregate/pool.ts";
import type { Preparer } from "../../src/aggregate/prepare.ts";
import { newBatchSum } from "../../src/aggregate/sum.ts";
import { accumulate, bytesOf, fromWords, toWords, type Width } from "../../src/math/words.ts";
import { nodeEntropy, nodeKeystream, nodeWasm, startPool } from "../../src/platform/node/index.ts";
import { sumsInPlace } from "../../src/protocol/masks.ts";
import { maskKey } from "../../src/protocol/vdaf/additive/mask-key.ts";
import { newAdditiveSharder } from "../../src/protocol/vdaf/additive/sharder.ts";
import { type Contender, measure, type Row } from "../harness.ts";
import { processorSeconds, THREADS } from "./processor.ts";

const UPDATES = 100;
const WORDS = 1_000_000;
/** As collections read them: 16 MiB of shares at a time. */
const PAGE_BYTES = 2 ** 24;
/** Different shares, in turn: more than any cache holds. */
const DIFFERENT = 16;

export const sumName = (role: "leader" | "helper", bits: Width) =>
  `sum of ${UPDATES} updates of 10^6 words of ${bits} bits, ${role}`;

async function checkSums(summing: Preparer, bits: Width): Promise<void> {
  const parameters = { type: "AdditiveSum", length: 1000, bits } as const;
  const sharder = newAdditiveSharder(parameters, nodeKeystream);
  const ctx = nodeEntropy.bytes(8);
  const plain = new Uint8Array(bytesOf(1000, bits));
  const [leader, helper] = (["leader", "helper"] as const).map((role) => newBatchSum(parameters, role, summing));
  for (let i = 0; i < UPDATES; i++) {
    const update = Array.from({ length: 1000 }, (_, j) => ((i * 7919 + j * 104_729) % 20_001) - 10_000);
    const nonce = nodeEntropy.bytes(16);
    const { inputShares } = await sharder.shard(ctx, update, nonce, nodeEntropy.bytes(32));
    accumulate(bits, plain, toWords(update, bits));
    await leader?.add([inputShares[0] as Uint8Array]);
    await helper?.add([maskKey(ctx, nonce, inputShares[1] as Uint8Array)]);
  }
  const [a, b] = [leader?.elements() ?? [], helper?.elements() ?? []];
  for (const [j, sum] of fromWords(plain, bits).entries())
    if (BigInt.asIntN(bits, (a[j] as bigint) + (b[j] as bigint)) !== sum)
      throw new Error("the shares' sums are not the sum");
  const keys = Array.from({ length: 9 }, () => nodeEntropy.bytes(32));
  const twin = await sumsInPlace(nodeKeystream)(bits, WORDS, keys);
  if (Buffer.compare(await summing.sumMasks(bits, WORDS, keys), twin) !== 0) throw new Error("threads sum otherwise");
}

function contenders(summing: Preparer, bits: Width): Contender[] {
  const parameters = { type: "AdditiveSum", length: WORDS, bits } as const;
  const bytes = bytesOf(WORDS, bits);
  const keys = Array.from({ length: UPDATES }, () => nodeEntropy.bytes(32));
  const shares = Array.from({ length: DIFFERENT }, () => nodeEntropy.bytes(bytes));
  const page = Math.floor(PAGE_BYTES / bytes);
  const timed = (
    role: "leader" | "helper",
    add: (sum: ReturnType<typeof newBatchSum>) => Promise<void>,
  ): Contender => ({
    name: sumName(role, bits),
    seconds: (iterations) =>
      processorSeconds(role === "leader" ? 1 : THREADS, async () => {
        for (let i = 0; i < iterations; i++) await add(newBatchSum(parameters, role, summing));
      }),
  });
  return [
    timed("leader", async (sum) => {
      for (let first = 0; first < UPDATES; first += page)
        await sum.add(
          Array.from(
            { length: Math.min(page, UPDATES - first) },
            (_, i) => shares[(first + i) % DIFFERENT] as Uint8Array,
          ),
        );
    }),
    timed("helper", (sum) => sum.add(keys)),
  ];
}

/** What the helper's masks are made of, alone on one thread: bytes a nanosecond. */
const KEYSTREAM = "AES-256-CTR alone, GB/s";
/** What it reaches where the machine is left alone. */
export const KEYSTREAM_LEAST = 3.5;
const KEYSTREAM_BYTES = 2 ** 27;

async function keystreamRate(): Promise<number> {
  const [piece, counter, key] = [2 ** 17, new Uint8Array(16), nodeEntropy.bytes(32)];
  const rates: number[] = [];
  for (let run = 0; run < 5; run++) {
    const seconds = await processorSeconds(1, async () => {
      for (let at = 0; at < KEYSTREAM_BYTES; at += piece) await nodeKeystream(key, counter, piece);
    });
    rates.push(KEYSTREAM_BYTES / seconds / 1e9);
  }
  return Math.max(...rates);
}

const TIMING = { rounds: 9, turn: 0.01, warmUp: 0.3, fastest: 0.34 };

export async function sumRows(): Promise<Row[]> {
  const pool = startPool<Preparer>(import.meta.resolve("#workers/verifier"), THREADS);
  try {
    const summing = pooledPreparer(pool, nodeWasm);
    const rows: Row[] = [];
    const rate = await keystreamRate();
    for (const bits of [32, 64] as const) {
      await checkSums(summing, bits);
      for (const { name, seconds } of await measure(contenders(summing, bits), TIMING))
        rows.push({
          ...{ name, value: 1e3 * seconds, unit: "ms", status: "measured" },
          ...(name === sumName("helper", bits) && { peer: { name: KEYSTREAM, value: rate } }),
        });
    }
    return rows;
  } finally {
    await pool.close();
  }
}
