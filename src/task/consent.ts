// Consent receipts: what the member agreed to, for which purpose, in which words, when. Kept on the device and signed with its
// key: evidence for the member, and nothing that an app can make up by writing into the store.
import { concat, fromBase64Url, toBase64Url, utf8 } from "../base/bytes.ts";
import { canonicalJson, type Json } from "../base/canonical.ts";
import type { Crypto } from "../ports/crypto.ts";
import { type Purpose, purposes } from "./purposes.ts";

/** JSON-LD; consent-record.ts makes it. */
export type ConsentRecord = Readonly<Record<string, Json>>;

interface Signed {
  readonly purpose: Purpose;
  /** Milliseconds since 1970. */
  readonly grantedAt: number;
  readonly withdrawnAt: number | null;
  /** Counts the consents to this purpose on this device, from 1: what was sealed under an earlier one never leaves. */
  readonly number: number;
  /** Ed25519 of the device, base64url. */
  readonly publicKey: string;
  /** Over everything else of the receipt, base64url. */
  readonly signature: string;
}

/** What this package gives. */
export interface ConsentReceipt extends Signed {
  readonly version: 3;
  /** The consent as a record of ISO/IEC TS 27560:2023, in JSON-LD with the terms of the Data Privacy Vocabulary 2.3. */
  readonly record: ConsentRecord;
  /**
   * Fields that the standard asks for and the app has not configured, such as "jurisdiction": a record with any of them does
   * not say that it conforms.
   */
  readonly lacks: readonly string[];
}

/** As devices signed them before: they count until they are withdrawn, which keeps their shape, or given anew. */
export interface EarlierReceipt extends Signed {
  readonly version: 2;
  /** The words shown to the member, and their language (BCP 47). */
  readonly notice: string;
  readonly language: string;
  /** Who asked, as the app says. */
  readonly controller: string | null;
}

export type AnyReceipt = ConsentReceipt | EarlierReceipt;

type Signature = "publicKey" | "signature";

export type Unsigned = Omit<ConsentReceipt, Signature> | Omit<EarlierReceipt, Signature>;

const labels = { 2: /* @__PURE__ */ utf8("paceline consent v2\n"), 3: /* @__PURE__ */ utf8("paceline consent v3\n") };

/** Canonical JSON (RFC 8785) of all but the signature, after a label of its own. */
const signedBytes = (receipt: Unsigned & { readonly publicKey: string }): Uint8Array =>
  concat(labels[receipt.version], utf8(canonicalJson(receipt as unknown as Json)));

export interface DeviceKey {
  readonly publicKey: Uint8Array;
  sign(message: Uint8Array): Promise<Uint8Array>;
}

export async function signReceipt<T extends Unsigned>(key: DeviceKey, receipt: T) {
  const whole = { ...receipt, publicKey: toBase64Url(key.publicKey) };
  return { ...whole, signature: toBase64Url(await key.sign(signedBytes(whole))) };
}

/** Whether a receipt says what the device of this key signed; for whoever is shown one. */
export async function verifyReceipt(
  crypto: Pick<Crypto, "ed25519Verify">,
  { signature, ...receipt }: AnyReceipt,
  publicKey: Uint8Array,
): Promise<boolean> {
  try {
    return (
      receipt.publicKey === toBase64Url(publicKey) &&
      (await crypto.ed25519Verify(publicKey, signedBytes(receipt), fromBase64Url(signature)))
    );
  } catch {
    return false;
  }
}

/** The same record, withdrawn. @param at as in 2026-11-26T08:00:00.000Z @param method how the member expressed it, in words */
export function withdrawnRecord(record: ConsentRecord, at: string, method: string): ConsentRecord {
  return {
    ...record,
    "dpv:hasConsentStatus": [
      ...(record["dpv:hasConsentStatus"] as readonly Json[]),
      {
        "@type": "dpv:ConsentWithdrawn",
        "dpv:isIndicatedAtTime": { "@type": "xsd:dateTime", "@value": at },
        "dpv:isIndicatedBy": record["dpv:hasDataSubject"],
        "dpv:hasIndicationMethod": method,
        "dpv:hasDuration": { "@type": "dpv:EndlessDuration" },
      },
    ],
  };
}

/** What the member sees of a purpose where the app shows no words of its own. */
export const noticeOf = (purpose: Purpose): string => purposes[purpose];
