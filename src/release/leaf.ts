// What the audit log says of a release: public facts and hashes, and what it cost. One encoding, so that it can be derived.
import { toBase64Url, utf8 } from "../base/bytes.ts";
import { canonicalJson } from "../base/canonical.ts";
import type { Crypto } from "../ports/crypto.ts";
import type { LedgerEvent } from "./store.ts";

export interface Released {
  readonly task: Uint8Array;
  /** The question's hash, base64url. */
  readonly query: string;
  /** The exact bytes that were signed. */
  readonly manifest: Uint8Array;
  readonly release: Uint8Array;
  readonly debit: Pick<LedgerEvent, "at" | "rho" | "epochs" | "mechanism">;
}

export async function releaseLeaf(
  crypto: Pick<Crypto, "sha256">,
  { task, query, manifest, release, debit }: Released,
): Promise<Uint8Array> {
  const { at, rho, epochs, mechanism } = debit;
  return utf8(
    canonicalJson({
      kind: "release",
      task: toBase64Url(task),
      query,
      manifest: toBase64Url(await crypto.sha256(manifest)),
      release: toBase64Url(await crypto.sha256(release)),
      debit: { at, rho: `${rho}`, epochs, mechanism },
    }),
  );
}
