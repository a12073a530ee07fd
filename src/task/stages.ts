// The stages data passes through, one way. Types live here; the constructor of each lives in the one room that may
// make it, so a function that takes a SealedReport cannot be handed anything that skipped the encoder.
import type { Brand } from "../base/brand.ts";

/** One member's bounded integer vector for one task, or the null contribution. Made by contribution/ and learning/device. */
export type Contribution = Brand<{ readonly vector: readonly number[]; readonly isNull: boolean }, "Contribution">;

/** A contribution secret-shared and sealed: the bytes of one DAP Report, and the secret behind its id. Made by report/. */
export type SealedReport = Brand<
  { readonly id: Uint8Array; readonly bytes: Uint8Array; readonly secret: Uint8Array },
  "SealedReport"
>;

/** One aggregator's share of the mapped sum, with its noise in it: an encoded field vector. Made by aggregate/. */
export type NoisedShare = Brand<Uint8Array, "NoisedShare">;

/** A noised answer, immutable: the exact bytes that every later asker gets. Made by release/. */
export type ReleaseBytes = Brand<Uint8Array, "ReleaseBytes">;
