// Publicly verifiable tokens, token type 0x0002 (RFC 9577 section 2, RFC 9578 section 6): a nonce of the device's, signed
// blindly. Whoever has the issuer's public key can check one; nobody can tell to whom it was issued.
import { concat, utf8 } from "../../base/bytes.ts";
import { fail } from "../../base/errors.ts";
import type { Answer } from "../../ports/crypto.ts";
import { message, writeExactly } from "../dap/message.ts";
import { verifySignature } from "./blind.ts";
import { type IssuerKey, MODULUS_BYTES, NONCE_BYTES } from "./key.ts";
import type { Sha384 } from "./pss.ts";

const TOKEN_TYPE = 2;

/** What a token says and how it is proved; everything else in it is the task's. */
export interface Token {
  /** 32 bytes, random: what is spent. */
  readonly nonce: Uint8Array;
  /** 256 bytes */
  readonly authenticator: Uint8Array;
}

export interface TokenChallenge {
  readonly issuer: string;
  readonly origin: string;
}

/** SHA-256 of the TokenChallenge of RFC 9577 section 2.1.1, without redemption context: tokens are fetched ahead. */
export async function challengeDigest(
  crypto: { sha256(data: Uint8Array): Answer<Uint8Array> },
  { issuer, origin }: TokenChallenge,
): Promise<Uint8Array> {
  return await crypto.sha256(encodeChallenge(issuer, new Uint8Array(0), origin));
}

export function encodeChallenge(issuer: string, context: Uint8Array, origin: string): Uint8Array {
  const [name, origins] = [utf8(issuer), utf8(origin)];
  if (name.length === 0 || name.length > 0xffff || origins.length > 0xffff)
    fail("invalid_argument", "a token challenge names its issuer");
  const length = (bytes: Uint8Array) => Uint8Array.of(bytes.length >> 8, bytes.length & 255);
  return concat(
    ...[Uint8Array.of(0, TOKEN_TYPE), length(name), name],
    ...[Uint8Array.of(context.length), context, length(origins), origins],
  );
}

/** What the issuer signs without seeing it: type, nonce, challenge digest and key id, 98 bytes. */
export function tokenInput(nonce: Uint8Array, digest: Uint8Array, { id }: Pick<IssuerKey, "id">): Uint8Array {
  return concat(Uint8Array.of(0, TOKEN_TYPE), nonce, digest, id);
}

/** A device asks for one token. */
export const TokenRequest = /* @__PURE__ */ message<{ readonly keyId: number; readonly blinded: Uint8Array }>(
  "TokenRequest",
  (out, { keyId, blinded }) => writeExactly(out.u16(TOKEN_TYPE).u8(keyId), blinded, MODULUS_BYTES, "blinded_msg"),
  (from) => {
    if (from.u16() !== TOKEN_TYPE) fail("invalid_message", "TokenRequest: only token type 0x0002 is issued here");
    return { keyId: from.u8(), blinded: from.fixed(MODULUS_BYTES) };
  },
);

/** truncated_token_key_id: the last byte. */
export const shortKeyId = ({ id }: Pick<IssuerKey, "id">): number => id[id.length - 1] as number;

export async function verifyToken(
  sha384: Sha384,
  key: IssuerKey,
  digest: Uint8Array,
  { nonce, authenticator }: Token,
): Promise<boolean> {
  return (
    nonce.length === NONCE_BYTES && (await verifySignature(sha384, key, tokenInput(nonce, digest, key), authenticator))
  );
}
