// The signed envelope of a masked round: exact manifest bytes with two Ed25519 signatures, of the coordinator's register and of the
// registrar, each over a label with the signer's role that no other document has.
import { concat, fromBase64Url, toBase64Url, utf8 } from "../../base/bytes.ts";
import { fail, isPacelineError } from "../../base/errors.ts";
import * as z from "../../base/schema.ts";
import type { Crypto } from "../../ports/crypto.ts";
import type { Signer } from "../../ports/signer.ts";
import { definitionsFault } from "../metrics/definition.ts";
import { decodeMaskedManifest, type MaskedManifest, maskedTaskId } from "./manifest.ts";

export const maskedEnvelopeSchema = z.strictObject({
  manifest: z.string().check(z.maxLength(350_000)),
  register: z.string().check(z.maxLength(128)),
  registrar: z.string().check(z.maxLength(128)),
});
/** base64url strings: the manifest's exact bytes and the two signatures over them. */
export type MaskedEnvelope = z.infer<typeof maskedEnvelopeSchema>;

export type MaskedSigner = "register" | "registrar";
/** Of a coordinator that only asks what a registrar would say: nothing that is signed so opens a round. */
export type MaskedRole = MaskedSigner | "rehearsal";

/** Public keys pinned in the app, Ed25519, 32 bytes. */
export interface MaskedPinned {
  readonly register: Uint8Array;
  readonly registrar: Uint8Array;
  /** The operator's, for metrics that are not built in; without it they are refused. */
  readonly registry?: Uint8Array | undefined;
}

export interface SignedMaskedManifest {
  readonly manifest: MaskedManifest;
  /** The exact bytes that were signed. */
  readonly bytes: Uint8Array;
  /** `maskedTaskId` of them. */
  readonly task: Uint8Array;
}

const labelled = (role: MaskedRole, manifest: Uint8Array): Uint8Array =>
  concat(utf8(`paceline masked manifest v1 ${role}\n`), manifest);

export async function signMasked(signer: Signer, role: MaskedRole, manifest: Uint8Array): Promise<Uint8Array> {
  return await signer.sign(labelled(role, manifest));
}

export async function verifyMaskedSignature(
  crypto: Pick<Crypto, "ed25519Verify">,
  role: MaskedRole,
  key: Uint8Array,
  manifest: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  return signature.length === 64 && (await crypto.ed25519Verify(key, labelled(role, manifest), signature));
}

export function sealMasked(manifest: Uint8Array, register: Uint8Array, registrar: Uint8Array): MaskedEnvelope {
  return { manifest: toBase64Url(manifest), register: toBase64Url(register), registrar: toBase64Url(registrar) };
}

/** @throws PacelineError manifest_refused when it is no envelope */
export function readMaskedEnvelope(json: unknown): MaskedEnvelope {
  const parsed = z.safeParse(maskedEnvelopeSchema, json);
  return parsed.success ? parsed.data : fail("manifest_refused", "what the coordinator shows is no masked round");
}

/** Checks both signatures before it reads a field, and those of its definitions before it returns. @throws PacelineError manifest_refused */
export async function openMasked(
  crypto: Crypto,
  envelope: MaskedEnvelope,
  pinned: MaskedPinned,
): Promise<SignedMaskedManifest> {
  const read = (field: keyof MaskedEnvelope): Uint8Array => {
    try {
      return fromBase64Url(envelope[field]);
    } catch (cause) {
      if (isPacelineError(cause)) fail("manifest_refused", `the envelope's ${field} is not base64url`, { cause });
      throw cause;
    }
  };
  const bytes = read("manifest");
  for (const role of ["register", "registrar"] as const)
    if (!(await verifyMaskedSignature(crypto, role, pinned[role], bytes, read(role))))
      fail("manifest_refused", `the ${role}'s signature does not verify under the pinned key`);
  const manifest = decodeMaskedManifest(bytes);
  const fault = await definitionsFault(crypto, manifest.definitions ?? [], { key: pinned.registry });
  if (fault !== undefined) fail("manifest_refused", fault);
  return { manifest, bytes, task: await maskedTaskId(crypto, bytes) };
}

const JOIN = /* @__PURE__ */ utf8("paceline masked join v1\n");

/** What a member signs when it joins, with the key that it joins with: the key is its own, and about this round. */
export function joinInput(task: Uint8Array, key: Uint8Array): Uint8Array {
  return concat(JOIN, task, key);
}
