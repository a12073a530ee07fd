// paceline/report: checks that a task is signed by both parties whose keys the app pins, then shares, proves and seals one
// measurement at a time, for pages where every kilobyte counts. Whether to take part is decided before, by whoever hands it
// a task: consent, cost and the manifest's proofs are paceline/client's. The member log is the app's to keep.
import { fromBase64Url, toBase64Url } from "../base/bytes.ts";
import { fail } from "../base/errors.ts";
import { webEntropy } from "../platform/web/entropy.ts";
import { sealingCrypto } from "../platform/web/sealing-crypto.ts";
import type { ReportCrypto } from "../ports/crypto.ts";
import { type Entropy, onlySecure } from "../ports/entropy.ts";
import { type DeviceEngine, type DeviceMeasurement, newDeviceSharder } from "../protocol/vdaf/device-sharder.ts";
import { plainEngine } from "../report/engine.ts";
import { checkRecipients, newSealer, type ReportBytes } from "../report/sealer.ts";
import { openSignedTask, type SignedTask } from "../report/signed-task.ts";

export type { SignedTask };

/** What the shares are computed with. */
export type ReportEngine = DeviceEngine;

export interface ReportOptions {
  /** The task register's Ed25519 key, base64url, pinned in the app. */
  readonly registerKey: string;
  /** The helper's. */
  readonly helperKey: string;
  /** 32 bytes of the member's account, or base64url of them: as paceline/client's. A task that counts members needs it. */
  readonly memberSecret?: Uint8Array | string;
  /** Default: the engine's WebCrypto, or plain JavaScript loaded where that lacks a curve. */
  readonly crypto?: ReportCrypto;
  /** Default: the engine's random numbers. */
  readonly entropy?: Entropy;
  /** Default: plain TypeScript, fast enough for a report a day; see paceline/report/kernels. Serves this reporter alone. */
  readonly engine?: ReportEngine | undefined;
}

export interface Reporter {
  /** Base64url of the task id: where the report goes, POST /tasks/{task}/reports. */
  readonly task: string;
  /**
   * @param measurement the bucket of a histogram, or the vector
   * @returns a report's id and bytes; an upload's body is one such after another
   * @throws PacelineError invalid_measurement when the circuit does not take it
   */
  seal(measurement: DeviceMeasurement): Promise<ReportBytes>;
}

/**
 * @param task an envelope of the register, however it came here
 * @throws PacelineError manifest_refused, invalid_argument for options, invalid_message or unsupported for a task that
 *   cannot be sealed
 */
export async function createReporter(task: SignedTask, options: ReportOptions): Promise<Reporter> {
  if (typeof options !== "object") fail("invalid_argument", "give registerKey");
  const { crypto = await sealingCrypto(), engine } = options;
  const entropy = onlySecure(options.entropy ?? webEntropy);
  const secret = options.memberSecret === undefined ? undefined : bytesOf("memberSecret", options.memberSecret);
  const { sealing, vdaf, unit } = await openSignedTask(crypto, task, {
    register: bytesOf("registerKey", options.registerKey),
    helper: bytesOf("helperKey", options.helperKey),
  });
  if (unit === "member" && secret === undefined) fail("invalid_argument", "give memberSecret: the task counts members");
  const prio3 = newDeviceSharder(vdaf, engine ?? (await plainEngine(vdaf)));
  await checkRecipients(crypto, sealing);
  return { task: toBase64Url(sealing.id), seal: newSealer({ crypto, entropy }, sealing, prio3, secret) };
}

function bytesOf(name: string, given: Uint8Array | string): Uint8Array {
  const bytes = typeof given === "string" ? fromBase64Url(given) : given;
  if (bytes?.length !== 32) fail("invalid_argument", `${name} must be 32 bytes`);
  return bytes;
}
