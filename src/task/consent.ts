// Consent receipts: what the member agreed to, for which purpose, in which words, when. Kept on the device; a receipt
// is evidence for the member, in the shape of ISO/IEC TS 27560 reduced to what this product knows.
import * as z from "zod/mini";
import { type Purpose, purposeNames, purposes } from "./purposes.ts";

export const receiptSchema = z.strictObject({
  version: z.literal(1),
  purpose: z.enum(purposeNames as [Purpose, ...Purpose[]]),
  /** The words shown to the member. */
  notice: z.string(),
  /** Milliseconds since 1970. */
  grantedAt: z.number(),
  withdrawnAt: z.nullable(z.number()),
});
export type ConsentReceipt = z.infer<typeof receiptSchema>;

export function newReceipt(purpose: Purpose, grantedAt: number): ConsentReceipt {
  return { version: 1, purpose, notice: purposes[purpose], grantedAt, withdrawnAt: null };
}
