// Collecting a batch: mark it collected, apply the public linear map to one's own share, add one's own noise, store the
// result, all in one transaction, once. What was stored is what is sent, however often it is asked for.
import { xorInto } from "../base/bytes.ts";
import { fail, invariant } from "../base/errors.ts";
import type { Crypto } from "../ports/crypto.ts";
import type { AnyEntropy } from "../ports/entropy.ts";
import type { Store } from "../ports/store.ts";
import { mechanismFrom } from "../privacy/mechanisms/from-event.ts";
import { addNoise } from "../privacy/mechanisms/noise-mechanism.ts";
import { checksum } from "../protocol/dap/derive.ts";
import { type LinearMap, rowCount } from "../task/linear-map.ts";
import { elementsOf } from "./elements.ts";
import type { AggregateRows, BatchRow } from "./store.ts";
import { standingStream } from "./stream.ts";
import { newBatchSum, type Summing } from "./sum.ts";
import type { AggregateTask } from "./task.ts";

/** What this aggregator holds of a batch, before it is collected. */
export interface Holding {
  readonly count: number;
  readonly checksum: Uint8Array;
}

/** Draws the integers that one aggregator adds to its rows. Production passes `mechanismNoise`; see the tests' zero source. */
export type NoiseSource = (task: AggregateTask, rows: number) => readonly bigint[];

/** Exact noise of the manifest's mechanism from the CSPRNG. */
export function mechanismNoise(entropy: AnyEntropy): NoiseSource {
  return (task, rows) => mechanismFrom(task.proved.noise).drawNoise(entropy, rows);
}

/** Applies the manifest's matrix to a share: linear, so the shares of the mapped sum are the mapped shares. */
export function applyMap(map: LinearMap, share: readonly bigint[], modulus: bigint): bigint[] {
  if (map.rows === "identity") return [...share];
  return map.rows.map((row) => {
    let sum = 0n;
    for (let i = 0; i < row.length; i += 2) sum += BigInt(row[i + 1] as number) * (share[row[i] as number] as bigint);
    const reduced = sum % modulus;
    return reduced < 0n ? reduced + modulus : reduced;
  });
}

/** The sizes both aggregators must agree on. */
async function holdingOf(crypto: Crypto, rows: AggregateRows, task: AggregateTask): Promise<Holding> {
  const sum = new Uint8Array(32);
  let count = 0;
  for await (const ids of rows.acceptedIds(task.dap.id, IDS_TOGETHER)) {
    xorInto(sum, await checksum(crypto, ids));
    count += ids.length;
  }
  return { count, checksum: sum };
}

/** The messages say no numbers: they reach the analyst who collects. */
async function refuseUnready(rows: AggregateRows, task: AggregateTask): Promise<void> {
  if (await rows.isExpired(task.dap.id))
    fail("task_expired", "the task was not collected in time: its shares are deleted", {
      hint: "Ask the question anew. What it cost stays spent: devices had answered.",
    });
  if (await rows.unsettled(task.dap.id)) fail("conflict", "reports of the batch are not verified yet");
}

function refuseSmall({ count }: Holding, { manifest }: AggregateTask): void {
  if (count < manifest.minBatch)
    fail("invalid_batch_size", "the batch is smaller than the manifest's minimum", {
      hint: "Leave the task open longer, or ask a question with a longer window.",
    });
}

/**
 * Which reports the leader asks the helper's share of: large enough, and from here on the same until the helper has answered, whatever
 * is withdrawn meanwhile (see withdraw.ts). @throws PacelineError invalid_batch_size, conflict, task_expired
 */
export async function closeBatch(crypto: Crypto, store: Store<AggregateRows>, task: AggregateTask): Promise<Holding> {
  return await store.transaction(async (rows) => {
    const before = (await rows.batch(task.dap.id)) ?? (await rows.closing(task.dap.id));
    if (before !== undefined) return before;
    await refuseUnready(rows, task);
    const holding = await holdingOf(crypto, rows, task);
    refuseSmall(holding, task);
    await rows.addClosing({ task: task.dap.id, ...holding });
    return holding;
  });
}

/** What a share is made of besides the reports. */
export interface CollectParts {
  readonly noise: NoiseSource;
  readonly summing: Summing;
}

/** What an aggregator does along the way of collecting a batch, inside the transaction. */
export interface CollectSteps {
  /** Checks this aggregator's holding before anything is drawn; throws to refuse. */
  agreed(holding: Holding): void;
  /** The noise stream of its training has gone on, nothing is committed. */
  stepped?(): void;
  /** Everything is written, nothing is committed. */
  written(): void;
}

/**
 * Once it returns, the output shares are gone from the store's files too.
 * @returns the stored batch: of this call, or of the first one
 */
export async function collectBatch(
  crypto: Crypto,
  store: Store<AggregateRows>,
  task: AggregateTask,
  { noise, summing }: CollectParts,
  { agreed, stepped, written }: CollectSteps,
): Promise<BatchRow> {
  const stored = await store.transaction(async (rows) => {
    const before = await rows.batch(task.dap.id);
    if (before !== undefined) return before;
    await refuseUnready(rows, task);
    const holding = await holdingOf(crypto, rows, task);
    agreed(holding);
    refuseSmall(holding, task);
    const stream = await standingStream(rows, task);
    // Once a task, and before a share is read, so that how long it takes says nothing about the data.
    const drawn = noise(task, rowCount(task.manifest.map));
    const sum = await mappedSum(rows, task, holding.count, summing);
    const share = stream === undefined ? noisedShare(task, sum, drawn) : await stream.step(sum, drawn);
    if (stream !== undefined) stepped?.();
    const batch = { task: task.dap.id, ...holding, noisedShare: share };
    await rows.addBatch(batch);
    await rows.forgetShares(task.dap.id);
    written();
    return batch;
  });
  await store.scrub();
  return stored;
}

/** How many of them are in memory at a time, and bytes of them. */
const IDS_TOGETHER = 2000;
const SHARES_TOGETHER = 200;
const SHARE_BYTES_TOGETHER = 16 * 1024 * 1024;

/** This aggregator's share of the mapped sum, one element a row. */
async function mappedSum(
  rows: AggregateRows,
  task: AggregateTask,
  count: number,
  summing: Summing,
): Promise<readonly bigint[]> {
  const { vdaf, map } = task.manifest;
  const sum = newBatchSum(vdaf, task.role, summing);
  const together = Math.max(1, Math.min(SHARES_TOGETHER, Math.floor(SHARE_BYTES_TOGETHER / sum.shareBytes)));
  let added = 0;
  for await (const shares of rows.outputShares(task.dap.id, together)) {
    await sum.add(shares);
    added += shares.length;
  }
  invariant(added === count, "an accepted report has its output share until collection");
  const columns = sum.elements();
  invariant(columns.length === map.columns, "an output share has one element a column");
  return applyMap(map, columns, elementsOf(vdaf).modulus);
}

function noisedShare({ manifest: { vdaf } }: AggregateTask, sum: readonly bigint[], drawn: readonly bigint[]) {
  const field = elementsOf(vdaf);
  return field.encode(addNoise(sum, drawn, field.modulus));
}
