/** A value, or the promise of one: node:crypto answers at once, WebCrypto later. Callers await either way. */
export type Answer<T> = T | Promise<T>;

export interface KeyPair {
  /** 32 bytes */
  readonly secret: Uint8Array;
  /** 32 bytes */
  readonly public: Uint8Array;
}

export interface Agreement {
  /** The fresh public key, 32 bytes. */
  readonly public: Uint8Array;
  /** 32 bytes, secret */
  readonly shared: Uint8Array;
}

/** What a key encapsulation gives its sender. */
export interface Encapsulated {
  /** 32 bytes, secret */
  readonly shared: Uint8Array;
  /** The ephemeral public key, 32 bytes: what the recipient needs. */
  readonly enc: Uint8Array;
}

/** DHKEM(X25519, HKDF-SHA256) of RFC 9180 section 4.1 in one step. */
export interface Dhkem {
  /** With a fresh ephemeral key. @throws PacelineError verification_failed when the recipient is of low order */
  encapsulate(recipient: Uint8Array): Answer<Encapsulated>;
  /** @throws PacelineError verification_failed when `enc` is of low order or the recipient's halves are no pair */
  decapsulate(recipient: KeyPair, enc: Uint8Array): Answer<Uint8Array>;
}

/** The published primitives, from the platform. Raw byte strings in and out. */
export interface Crypto {
  sha256(data: Uint8Array): Answer<Uint8Array>;
  /** For tokens (protocol/privacypass). */
  sha384(data: Uint8Array): Answer<Uint8Array>;
  hmacSha256(key: Uint8Array, data: Uint8Array): Answer<Uint8Array>;
  x25519Generate(): Answer<KeyPair>;
  /** RFC 7748. @throws PacelineError verification_failed when the result would be all zero (a peer of low order) */
  x25519(secret: Uint8Array, peer: Uint8Array): Answer<Uint8Array>;
  /** What a fresh pair and `peer` agree on; the secret key goes nowhere. @throws as x25519 */
  x25519Ephemeral(peer: Uint8Array): Answer<Agreement>;
  ed25519Generate(): Answer<KeyPair>;
  /** RFC 8032; `secret` is the 32-byte seed. @returns 64 bytes */
  ed25519Sign(secret: Uint8Array, message: Uint8Array): Answer<Uint8Array>;
  ed25519Verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): Answer<boolean>;
  /** @returns ciphertext with the 16-byte tag at its end */
  aes128gcmSeal(key: Uint8Array, nonce: Uint8Array, aad: Uint8Array, plain: Uint8Array): Answer<Uint8Array>;
  /** @returns undefined when the tag does not verify */
  aes128gcmOpen(
    key: Uint8Array,
    nonce: Uint8Array,
    aad: Uint8Array,
    sealed: Uint8Array,
  ): Answer<Uint8Array | undefined>;
  /** Where the platform has it: what X25519 and HMAC would give, in one call. */
  readonly dhkem?: Dhkem | undefined;
}

/** As much of it as sealing to a public key takes. */
export type SealingCrypto = Pick<Crypto, "hmacSha256" | "x25519Ephemeral" | "aes128gcmSeal" | "dhkem">;

/** And as much as it takes to check a signed task before sealing. */
export type ReportCrypto = SealingCrypto & Pick<Crypto, "sha256" | "ed25519Verify">;
