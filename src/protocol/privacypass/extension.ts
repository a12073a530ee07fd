// Tokens in a DAP report: one public extension, in the report's authenticated metadata, so that both aggregators see the
// same. Its type is of the range for private use (draft-ietf-ppm-dap-18 section 4.5.2).
import { concat } from "../../base/bytes.ts";
import type { Extension } from "../dap/basics.ts";
import { MODULUS_BYTES, NONCE_BYTES } from "./key.ts";
import type { Token } from "./token.ts";

export const TOKENS_EXTENSION = 0xff54;
/** Of one token in the extension. */
export const TOKEN_BYTES = NONCE_BYTES + MODULUS_BYTES;

/** @param tokens at most 227 */
export function tokensExtension(tokens: readonly Token[]): Extension {
  return {
    type: TOKENS_EXTENSION,
    data: concat(...tokens.flatMap(({ nonce, authenticator }) => [nonce, authenticator])),
  };
}

/** @returns undefined when the extensions are not exactly `count` tokens, each of another nonce; for 0: when there is any */
export function tokensIn(extensions: readonly Extension[], count: number): readonly Token[] | undefined {
  if (count === 0) return extensions.length === 0 ? [] : undefined;
  const [only, more] = extensions;
  if (only?.type !== TOKENS_EXTENSION || more !== undefined || only.data.length !== count * TOKEN_BYTES)
    return undefined;
  const tokens = Array.from({ length: count }, (_, i) => {
    const bytes = only.data.subarray(i * TOKEN_BYTES, (i + 1) * TOKEN_BYTES);
    return { nonce: bytes.subarray(0, NONCE_BYTES), authenticator: bytes.subarray(NONCE_BYTES) };
  });
  return new Set(tokens.map(({ nonce }) => nonce.join())).size === count ? tokens : undefined;
}
