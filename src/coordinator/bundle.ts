// A settled release with all that proves it, as one document for whoever does not want to trust this service.
import { toBase64Url } from "../base/bytes.ts";
import { fail } from "../base/errors.ts";
import { checkMasked } from "../learning/masked/check.ts";
import { streamOf } from "../learning/plan/training/stream.ts";
import { releaseLeaf } from "../release/leaf.ts";
import type { Bundle } from "../task/bundle.ts";
import { readEnvelope } from "../task/envelope.ts";
import { decodeManifest } from "../task/manifest.ts";
import type { MaskedBundle } from "../task/masked/bundle.ts";
import { readMaskedEnvelope } from "../task/masked/envelope.ts";
import { decodeMaskedManifest, isMasked } from "../task/masked/manifest.ts";
import type { AuditAnswer } from "./audit.ts";
import { helperOf } from "./partner.ts";
import type { CoordinatorParts } from "./parts.ts";

/** @throws PacelineError not_found, conflict when it is not settled yet */
export async function bundleOf(
  { store, crypto, keyring, terms }: Pick<CoordinatorParts, "store" | "crypto" | "keyring" | "terms">,
  audit: (leaf: Uint8Array) => Promise<AuditAnswer>,
  task: Uint8Array,
): Promise<Bundle | MaskedBundle> {
  const query = await store.read((rows) => rows.queryOfTask(task));
  if (query === undefined) return fail("not_found", "there is no such task");
  const masked = isMasked(query.manifest) ? decodeMaskedManifest(query.manifest) : undefined;
  const stream = masked === undefined ? await streamOf(crypto, decodeManifest(query.manifest)) : undefined;
  const payer = stream?.key ?? task;
  const debit = await store.read((rows) => rows.eventOf(payer, "debit"));
  const { release, envelope } = query;
  if (release === null || envelope === null || debit === undefined)
    return fail("conflict", "the task is not settled yet");
  const leaf = await releaseLeaf(crypto, { ...query, query: query.hash, release, debit });
  const { index, size, proof, signature } = await audit(leaf);
  const { at, rho, epochs, mechanism } = debit;
  const register = toBase64Url(keyring.signer.publicKey);
  const rest = {
    debit: { at, rho: `${rho}`, epochs: [...epochs], mechanism },
    release: toBase64Url(release),
    log: { index, size, proof: proof.map((hash) => toBase64Url(hash)), signature: toBase64Url(signature) },
  };
  if (masked !== undefined) {
    const { sharing } = checkMasked(masked).training;
    return {
      ...{ paceline: "masked release bundle", version: 1, envelope: readMaskedEnvelope(JSON.parse(envelope)) },
      ...{ keys: { register, registrar: sharing.registrar.key }, ...rest },
    };
  }
  return {
    ...{ paceline: "release bundle", version: 2 },
    question: query.question === null ? null : JSON.parse(query.question),
    envelope: readEnvelope(JSON.parse(envelope)),
    keys: { register, helper: toBase64Url(helperOf(terms).signingKey) },
    ...rest,
  };
}
