// A service's receiving key under its signing key. The other service pins the signing key alone, and so hears of a receiving key
// that was replaced from the service itself; devices find it in manifests, which both have signed.
import { concat, fromBase64Url, toBase64Url, utf8 } from "../base/bytes.ts";
import type { Crypto } from "../ports/crypto.ts";
import type { ReceivingKey } from "../ports/keyring.ts";
import type { Signer } from "../ports/signer.ts";
import { HpkeConfig, hpkeConfigOf } from "../protocol/dap/hpke-config.ts";

const LABEL = utf8("paceline receiving key v1\n");

/** A receiving key's public half as manifests and configurations write it: an encoded HpkeConfig in base64url. */
export const hpkeText = ({ id, pair }: ReceivingKey): string =>
  toBase64Url(HpkeConfig.encode(hpkeConfigOf(id, pair.public)));

/** @param hpke as `hpkeText` gives it @returns Ed25519, base64url */
export async function signReceivingKey(signer: Signer, hpke: string): Promise<string> {
  return toBase64Url(await signer.sign(concat(LABEL, fromBase64Url(hpke))));
}

export async function isSignedReceivingKey(
  crypto: Pick<Crypto, "ed25519Verify">,
  signingKey: Uint8Array,
  said: { readonly hpke: string; readonly hpkeSignature: string },
): Promise<boolean> {
  const signature = fromBase64Url(said.hpkeSignature);
  return signature.length === 64
    ? await crypto.ed25519Verify(signingKey, concat(LABEL, fromBase64Url(said.hpke)), signature)
    : false;
}
