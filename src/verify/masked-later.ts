// Bundles of masked rounds for pages: what knows trainings is loaded with the first of them.
import type { Crypto } from "../ports/crypto.ts";
import type { VerifiedMasked } from "./masked.ts";
import type { VerifyKeys } from "./verify.ts";
import type { Statement } from "./words.ts";

/**
 * @param text the bundle's exact text
 * @throws PacelineError invalid_message when it is no masked bundle, verification_failed naming the first thing that does not hold
 */
export async function verifyMaskedBundle(crypto: Crypto, text: string, keys: VerifyKeys = {}): Promise<VerifiedMasked> {
  const masked = await import("./masked.ts");
  return await masked.verifyMaskedBundle(crypto, text, keys);
}

/** What a verified masked bundle proves and what it leaves to trust. */
export async function maskedStatementOf(verified: VerifiedMasked): Promise<Statement> {
  const masked = await import("./masked.ts");
  return masked.maskedStatementOf(verified);
}
