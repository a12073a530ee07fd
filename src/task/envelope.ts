// The signed envelope: exact manifest bytes with two Ed25519 signatures, of the task register and of the helper. Each
// signature covers a label with the signer's role, so that one can never stand for the other.

import { concat, fromBase64Url, toBase64Url } from "../base/bytes.ts";
import { fail, isPacelineError } from "../base/errors.ts";
import * as z from "../base/schema.ts";
import type { Crypto } from "../ports/crypto.ts";
import type { Signer } from "../ports/signer.ts";
import { manifestLabel, type SigningRole } from "./labels.ts";
import { decodeManifest, type Manifest } from "./manifest.ts";
import { definitionsFault } from "./metrics/definition.ts";

export const envelopeSchema = z.strictObject({
  manifest: z.string().check(z.maxLength(700_000)),
  register: z.string().check(z.maxLength(128)),
  helper: z.string().check(z.maxLength(128)),
});
/** base64url strings: the manifest's exact bytes and the two signatures over them. */
export type Envelope = z.infer<typeof envelopeSchema>;

/** Public keys pinned in the SDK's configuration. */
export interface PinnedKeys {
  readonly register: Uint8Array;
  /** Undefined where one coordinator trains by masked sums alone: no task of two aggregators is opened then. */
  readonly helper: Uint8Array | undefined;
  /** The operator's, for metrics that are not built in; without it they are refused. */
  readonly registry?: Uint8Array | undefined;
}

export interface SignedManifest {
  readonly manifest: Manifest;
  /** The exact bytes that were signed. */
  readonly bytes: Uint8Array;
}

function labelled(role: SigningRole, manifest: Uint8Array): Uint8Array {
  return concat(manifestLabel(role), manifest);
}

export async function signManifest(signer: Signer, role: SigningRole, manifest: Uint8Array): Promise<Uint8Array> {
  return await signer.sign(labelled(role, manifest));
}

export async function verifyManifestSignature(
  crypto: Crypto,
  role: SigningRole,
  key: Uint8Array | undefined,
  manifest: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  return !!key && signature.length === 64 && (await crypto.ed25519Verify(key, labelled(role, manifest), signature));
}

export function sealEnvelope(manifest: Uint8Array, register: Uint8Array, helper: Uint8Array): Envelope {
  return { manifest: toBase64Url(manifest), register: toBase64Url(register), helper: toBase64Url(helper) };
}

/** @throws PacelineError manifest_refused when it is no envelope */
export function readEnvelope(json: unknown): Envelope {
  const parsed = z.safeParse(envelopeSchema, json);
  return parsed.success ? parsed.data : fail("manifest_refused", "what the register shows is no envelope");
}

/** Checks both signatures before it reads a field, and those of its definitions before it returns. @throws PacelineError manifest_refused */
export async function openEnvelope(crypto: Crypto, envelope: Envelope, pinned: PinnedKeys): Promise<SignedManifest> {
  const read = (field: keyof Envelope): Uint8Array => {
    try {
      return fromBase64Url(envelope[field]);
    } catch (cause) {
      if (isPacelineError(cause)) fail("manifest_refused", `the envelope's ${field} is not base64url`, { cause });
      throw cause;
    }
  };
  const bytes = read("manifest");
  for (const role of ["register", "helper"] as const)
    if (!(await verifyManifestSignature(crypto, role, pinned[role], bytes, read(role))))
      fail("manifest_refused", `the ${role}'s signature does not verify under the pinned key`);
  const manifest = decodeManifest(bytes);
  const fault = await definitionsFault(crypto, manifest.definitions ?? [], { key: pinned.registry });
  if (fault !== undefined) fail("manifest_refused", fault);
  return { manifest, bytes };
}
