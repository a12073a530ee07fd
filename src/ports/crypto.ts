/** A value, or the promise of one: node:crypto answers at once, WebCrypto later. Callers await either way. */
export type Answer<T> = T | Promise<T>;

export interface KeyPair {
  /** 32 bytes */
  readonly secret: Uint8Array;
  /** 32 bytes */
  readonly public: Uint8Array;
}

/** The published primitives, from the platform. Raw byte strings in and out. */
export interface Crypto {
  sha256(data: Uint8Array): Answer<Uint8Array>;
  hmacSha256(key: Uint8Array, data: Uint8Array): Answer<Uint8Array>;
  x25519Generate(): Answer<KeyPair>;
  /** RFC 7748. @throws PacelineError verification_failed when the result would be all zero (a peer of low order) */
  x25519(secret: Uint8Array, peer: Uint8Array): Answer<Uint8Array>;
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
}
