// Consent receipts: what the member agreed to, for which purpose, in which words, when. Kept on the device and signed with its
// key: evidence for the member, and nothing that an app can make up by writing into the store.
import { concat, fromBase64Url, toBase64Url, utf8 } from "../base/bytes.ts";
import { canonicalJson, type Json } from "../base/canonical.ts";
import type { Crypto } from "../ports/crypto.ts";
import { type Purpose, purposes } from "./purposes.ts";

export interface ConsentReceipt {
  readonly version: 2;
  readonly purpose: Purpose;
  /** The words shown to the member, and their language (BCP 47). */
  readonly notice: string;
  readonly language: string;
  /** Milliseconds since 1970. */
  readonly grantedAt: number;
  readonly withdrawnAt: number | null;
  /** Counts the consents to this purpose on this device, from 1: what was sealed under an earlier one never leaves. */
  readonly number: number;
  /** Who asked, as the app says. */
  readonly controller: string | null;
  /** Ed25519 of the device, base64url. */
  readonly publicKey: string;
  /** Over everything above, base64url. */
  readonly signature: string;
}

export type Unsigned = Omit<ConsentReceipt, "publicKey" | "signature">;

const signedBytes = (receipt: Unsigned & { readonly publicKey: string }): Uint8Array =>
  concat(utf8("paceline consent v2\n"), utf8(canonicalJson(receipt as unknown as Json)));

export interface DeviceKey {
  readonly publicKey: Uint8Array;
  sign(message: Uint8Array): Promise<Uint8Array>;
}

export async function signReceipt(key: DeviceKey, receipt: Unsigned): Promise<ConsentReceipt> {
  const whole = { ...receipt, publicKey: toBase64Url(key.publicKey) };
  return { ...whole, signature: toBase64Url(await key.sign(signedBytes(whole))) };
}

/** Whether a receipt says what the device of this key signed; for whoever is shown one. */
export async function verifyReceipt(
  crypto: Pick<Crypto, "ed25519Verify">,
  { signature, ...receipt }: ConsentReceipt,
  publicKey: Uint8Array,
): Promise<boolean> {
  if (receipt.publicKey !== toBase64Url(publicKey)) return false;
  try {
    return await crypto.ed25519Verify(publicKey, signedBytes(receipt), fromBase64Url(signature));
  } catch {
    return false;
  }
}

/** What the member sees of a purpose where the app shows no words of its own. */
export const noticeOf = (purpose: Purpose): string => purposes[purpose];
