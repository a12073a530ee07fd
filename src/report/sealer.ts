// From a measurement to the bytes of a DAP report: shared and proved with Prio3, each share sealed to one aggregator. What
// may be measured, and whether it may leave, is decided before.
import { fail } from "../base/errors.ts";
import type { Answer, Crypto, SealingCrypto } from "../ports/crypto.ts";
import type { AnyEntropy } from "../ports/entropy.ts";
import type { HpkeConfig } from "../protocol/dap/hpke-config.ts";
import { reportIdOf } from "../protocol/dap/report-id.ts";
import { type Aggregator, dap18 } from "../protocol/dap/version.ts";
import {
  type Extension,
  encode,
  type HpkeCiphertext,
  type ReportMetadata,
  writeInputShareAad,
  writePlaintextInputShare,
  writeReport,
} from "../protocol/dap/writing.ts";
import { seal } from "../protocol/hpke/hpke.ts";
import { encapsulate } from "../protocol/hpke/kem.ts";
import type { Shares } from "../protocol/vdaf/sharder.ts";
import { memberReportSecret } from "./member-id.ts";

export type { Extension };

/** What sealing needs to know of a task. */
export interface SealingTask {
  /** 32 bytes */
  readonly id: Uint8Array;
  /** The TaskConfiguration, encoded: every share is bound to it. */
  readonly configuration: Uint8Array;
  /** The aggregators' receiving keys, X25519. */
  readonly keys: Readonly<Record<Aggregator, Pick<HpkeConfig, "id" | "publicKey">>>;
  /** Of every report, in units of the task's time precision: when a device reported is nobody's business. */
  readonly time: bigint;
}

export interface ReportBytes {
  /** 16 bytes */
  readonly id: Uint8Array;
  /** One DAP Report, encoded: the same size for every measurement of a task. */
  readonly bytes: Uint8Array;
  /** 32 bytes behind the id: shown to an aggregator, they withdraw this report, and nothing else. */
  readonly secret: Uint8Array;
}

/** What splits measurements, at once or later. */
export interface DeviceSharding<M> {
  /** Bytes of randomness shard() takes. */
  readonly randLength: number;
  shard(ctx: Uint8Array, measurement: M, nonce: Uint8Array, rand: Uint8Array): Answer<Shares>;
}

/** That something can be sealed to both keys. @throws PacelineError invalid_message naming the one that is unusable */
export async function checkRecipients(crypto: SealingCrypto, { keys }: Pick<SealingTask, "keys">): Promise<void> {
  for (const role of ["leader", "helper"] as const)
    if ((await encapsulate(crypto, keys[role].publicKey)) === undefined)
      fail("invalid_message", `the ${role}'s receiving key is a point of low order`);
}

/**
 * @param sharder for two aggregators
 * @param accountSecret of the member's account: the report's id then follows from it and the task; random when left out
 * @returns what makes reports of one task, one a call; it throws invalid_measurement before anything is shared
 */
export function newSealer<M>(
  { crypto, entropy }: { readonly crypto: SealingCrypto & Pick<Crypto, "sha256">; readonly entropy: AnyEntropy },
  { id: taskId, configuration, keys, time }: SealingTask,
  sharder: DeviceSharding<M>,
  accountSecret?: Uint8Array,
): (measurement: M, extensions?: readonly Extension[]) => Promise<ReportBytes> {
  const context = dap18.vdafContext(taskId);

  async function sealShare(to: Aggregator, share: Uint8Array, aad: Uint8Array): Promise<HpkeCiphertext> {
    const plaintext = encode(writePlaintextInputShare, { privateExtensions: [], payload: share });
    const info = dap18.inputShareInfo(to);
    const { enc, ciphertext } = await seal({ crypto, recipient: keys[to].publicKey, info, aad, plaintext });
    return { configId: keys[to].id, enc, payload: ciphertext };
  }

  return async (measurement, publicExtensions = []) => {
    const secret =
      accountSecret === undefined ? entropy.bytes(32) : await memberReportSecret(crypto, accountSecret, taskId);
    const id = await reportIdOf(crypto, taskId, secret);
    const rand = entropy.bytes(sharder.randLength);
    const { publicShare, inputShares } = await sharder.shard(context, measurement, id, rand);
    const metadata: ReportMetadata = { reportId: id, time, publicExtensions };
    const aad = encode(writeInputShareAad, { taskId, configuration, metadata, publicShare });
    const [leader, helper] = inputShares as [Uint8Array, Uint8Array];
    const [leaderShare, helperShare] = await Promise.all([
      sealShare("leader", leader, aad),
      sealShare("helper", helper, aad),
    ]);
    return { id, secret, bytes: encode(writeReport, { metadata, publicShare, leaderShare, helperShare }) };
  };
}
