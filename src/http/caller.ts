// Who calls: by a bearer token, or by the certificate that the TLS connection was made with.
import type { TLSSocket } from "node:tls";
import type { Context } from "hono";
import type { Crypto } from "../ports/crypto.ts";
import { hasToken } from "./bearer.ts";

/** How a caller proves who it is: a token, the SHA-256 of its certificate (DER) in hex, or both. */
export type CallerProof =
  | { readonly token: string; readonly certificate?: string | undefined }
  | { readonly token?: undefined; readonly certificate: string };

/** Whether a request is of whom it should be. Whoever completed the handshake has the certificate's key. */
export async function isCaller(crypto: Crypto, c: Context, proof: CallerProof | undefined): Promise<boolean> {
  if (proof === undefined) return false;
  if (proof.token !== undefined && !(await hasToken(crypto, c.req.raw.headers, proof.token))) return false;
  if (proof.certificate === undefined) return true;
  const { incoming } = (c.env ?? {}) as { readonly incoming?: { readonly socket?: Partial<TLSSocket> } };
  const shown = incoming?.socket?.getPeerX509Certificate?.();
  return shown !== undefined && shown.fingerprint256.replaceAll(":", "").toLowerCase() === proof.certificate;
}
