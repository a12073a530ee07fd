// How a device takes a report back, which DAP leaves open: every report commits to a secret of its own in a public extension,
// authenticated with both shares, and whoever shows the secret to an aggregator withdraws that report and no other. A hash says as
// much as a signature would, as there is one thing to say, in 32 bytes, without keys to make and code to sign on a device.
import { concat, utf8 } from "../../base/bytes.ts";
import type { Crypto } from "../../ports/crypto.ts";
import type { Extension } from "./basics.ts";

/** Of the range for private use (draft-ietf-ppm-dap-18 section 4.5.2), after that of tokens. */
export const WITHDRAWAL_EXTENSION = 0xff57;
export const WITHDRAWAL_BYTES = 32;

const label = () => utf8("paceline withdrawal v1\n");

/**
 * SHA-256 over label, task id, report id and secret, all of fixed length: good for one report of one task.
 * @param task 32 bytes @param report 16 bytes @param secret 32 bytes
 */
export async function withdrawalCommitment(
  crypto: Pick<Crypto, "sha256">,
  task: Uint8Array,
  report: Uint8Array,
  secret: Uint8Array,
): Promise<Uint8Array> {
  return await crypto.sha256(concat(label(), task, report, secret));
}

export const withdrawalExtension = (commitment: Uint8Array): Extension => ({
  type: WITHDRAWAL_EXTENSION,
  data: commitment,
});
