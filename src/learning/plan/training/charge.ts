// What a task costs whom, and under which name: what both ledgers book, and whoever verifies computes again.
import { canonicalJson, type Json } from "../../../base/canonical.ts";
import type { Crypto } from "../../../ports/crypto.ts";
import type { Manifest } from "../../../task/manifest.ts";
import { epochsOf, type Proved } from "../../../task/prove.ts";
import { streamOf, type TaskStream } from "./stream.ts";

export interface Charge {
  /** What the debit is kept under: the task's id, or the key of the stream whose round it is. */
  readonly task: Uint8Array;
  /** Nano-rho. */
  readonly rho: bigint;
  /** Whose budgets pay, as `Proved` has it; of a stream for all of its time. */
  readonly epochs: readonly string[];
  /** Canonical JSON of the mechanism's event. */
  readonly mechanism: string;
  readonly stream: TaskStream | undefined;
}

/** A round of a stream costs the whole stream's price, once: who has booked it books nothing more. */
export async function chargeOf(
  crypto: Pick<Crypto, "sha256">,
  manifest: Manifest,
  task: Uint8Array,
  proved: Pick<Proved, "noise" | "epochs">,
): Promise<Charge> {
  const { rho, window } = manifest;
  const mechanism = canonicalJson(proved.noise as unknown as Json);
  const stream = await streamOf(crypto, manifest);
  if (stream === undefined) return { task, rho: BigInt(rho), epochs: proved.epochs, mechanism, stream };
  const epochs = epochsOf({ window, upload: { opens: stream.opens, closes: stream.until } });
  return { task: stream.key, rho: BigInt(rho), epochs, mechanism, stream };
}
