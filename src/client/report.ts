// paceline/report: shares, proves and seals one measurement at a time, and nothing else, for pages where every kilobyte
// counts. It decides nothing: signatures, bounds, cost and consent are checked by whoever hands it a task, paceline/client
// on the device or an app's own backend. The member log is the app's to keep.
import { fromHex } from "../base/bytes.ts";
import { fail } from "../base/errors.ts";
import type { Engine } from "../math/engine.ts";
import { field128 } from "../math/field/field128.ts";
import { TurboShake128 } from "../math/turboshake/turboshake.ts";
import { webEntropy } from "../platform/web/entropy.ts";
import { sealingCrypto } from "../platform/web/sealing-crypto.ts";
import type { SealingCrypto } from "../ports/crypto.ts";
import { type Entropy, onlySecure } from "../ports/entropy.ts";
import { type DeviceMeasurement, type DeviceParameters, newDeviceSharder } from "../protocol/vdaf/device-sharder.ts";
import { newSealer, type ReportBytes, type SealingTask } from "../report/sealer.ts";

/** A task as JSON, made by `openTask` of paceline/client. Byte strings are hexadecimal. */
export interface ReportTask {
  /** 32 bytes */
  readonly id: string;
  /** The encoded DAP TaskConfiguration. */
  readonly configuration: string;
  readonly vdaf: DeviceParameters;
  /** Of every report, in units of the task's time precision. */
  readonly time: number;
  /** Receiving keys: X25519, HKDF-SHA256, AES-128-GCM. */
  readonly keys: {
    readonly leader: ReceivingKey;
    readonly helper: ReceivingKey;
  };
}

export interface ReceivingKey {
  /** 0 to 255 */
  readonly id: number;
  /** 32 bytes */
  readonly publicKey: string;
}

/** What the shares are computed with. */
export type ReportEngine = Pick<Engine, "field128" | "sponge" | "other">;

export interface ReportOptions {
  /** Default: the engine's WebCrypto, or plain JavaScript loaded where that lacks X25519. */
  readonly crypto?: SealingCrypto;
  /** Default: the engine's random numbers. */
  readonly entropy?: Entropy;
  /** Default: plain TypeScript, fast enough for a report a day; see paceline/report/kernels. Serves this reporter alone. */
  readonly engine?: ReportEngine | undefined;
}

export interface Reporter {
  /**
   * @param measurement the bucket of a histogram, or the vector
   * @returns a report's id and bytes; an upload's body is one such after another
   * @throws PacelineError invalid_measurement when the circuit does not take it
   */
  seal(measurement: DeviceMeasurement): Promise<ReportBytes>;
}

/** @throws PacelineError invalid_argument, unsupported */
export async function createReporter(task: ReportTask, options: ReportOptions = {}): Promise<Reporter> {
  const { crypto = await sealingCrypto(), engine } = options;
  const entropy = onlySecure(options.entropy ?? webEntropy);
  if (!Number.isSafeInteger(task.time) || task.time < 0) fail("invalid_argument", "a task's time is a whole number");
  const prio3 = newDeviceSharder(task.vdaf, engine ?? plain());
  const key = ({ id, publicKey }: ReceivingKey) => ({ id, publicKey: fromHex(publicKey) });
  const sealing: SealingTask = {
    id: fromHex(task.id),
    configuration: fromHex(task.configuration),
    time: BigInt(task.time),
    keys: { leader: key(task.keys.leader), helper: key(task.keys.helper) },
  };
  if (sealing.id.length !== 32) fail("invalid_argument", "a task's id has 32 bytes");
  return { seal: newSealer({ crypto, entropy }, sealing, prio3) };
}

const plain = (): ReportEngine => ({ field128, sponge: new TurboShake128(0x01), other: new TurboShake128(0x01) });
