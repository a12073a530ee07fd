import { fail } from "../base/errors.ts";

/** Cryptographically secure random bytes. Noise, keys, nonces and masks come from nowhere else. */
export interface Entropy {
  readonly kind: "csprng";
  /** Fresh bytes; `length` may exceed the platform's limit for one call. */
  bytes(length: number): Uint8Array<ArrayBuffer>;
}

/** Reproducible bytes for simulation and tests. Another type, so that a production entry does not accept it. */
export interface SeededEntropy {
  readonly kind: "seeded";
  bytes(length: number): Uint8Array<ArrayBuffer>;
}

/** Accepted only by pure functions that both production and simulation call, never by a production entry. */
export type AnyEntropy = Entropy | SeededEntropy;

/**
 * Types refuse seeded randomness where shares, keys and noise are made; this refuses it for callers without types.
 * @throws PacelineError invalid_argument
 */
export function onlySecure(entropy: Entropy): Entropy {
  if (entropy.kind !== "csprng") fail("invalid_argument", "reproducible randomness is for simulation and tests");
  return entropy;
}
