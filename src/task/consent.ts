// Consent receipts: what the member agreed to, for which purpose, in which words, when. Kept on the device; a receipt
// is evidence for the member, in the shape of ISO/IEC TS 27560 reduced to what this product knows.
import { type Purpose, purposes } from "./purposes.ts";

export interface ConsentReceipt {
  readonly version: 1;
  readonly purpose: Purpose;
  /** The words shown to the member. */
  readonly notice: string;
  /** Milliseconds since 1970. */
  readonly grantedAt: number;
  readonly withdrawnAt: number | null;
  /** Counts the consents to this purpose on this device, from 1: what was sealed under an earlier one never leaves. */
  readonly number: number;
}

export function newReceipt(purpose: Purpose, grantedAt: number, number: number): ConsentReceipt {
  return { version: 1, purpose, notice: purposes[purpose], grantedAt, withdrawnAt: null, number };
}
