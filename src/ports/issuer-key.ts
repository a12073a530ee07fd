/** The private half of an issuer's RSA key: the platform's, which keeps it. */
export interface IssuerSigningKey {
  /** 256 bytes; the public exponent is 65537. */
  readonly modulus: Uint8Array;
  /** Makes pseudonyms of accounts. 32 bytes */
  readonly secret: Uint8Array;
  /**
   * RSASP1 (RFC 8017 section 5.2.1), in constant time.
   * @param blinded 256 bytes @throws PacelineError invalid_message when it is not below the modulus
   */
  sign(blinded: Uint8Array): Uint8Array;
}
