// A release checked by a stranger, from its bundle alone. Nothing in it is believed: everything that follows from the manifest
// and the values is derived again and compared, and everything that was said by a party is checked under that party's key.
import { equalBytes, fromBase64Url, toBase64Url } from "../base/bytes.ts";
import { formatDay } from "../base/calendar.ts";
import { canonicalJson, type Json } from "../base/canonical.ts";
import { fail, isPacelineError } from "../base/errors.ts";
import { chargeOf } from "../learning/plan/training/charge.ts";
import { checkTraining } from "../learning/plan/training/check.ts";
import type { TaskStream } from "../learning/plan/training/stream.ts";
import type { Crypto } from "../ports/crypto.ts";
import { releaseDocument } from "../release/document.ts";
import { releaseLeaf } from "../release/leaf.ts";
import { type Bundle, decodeBundle } from "../task/bundle.ts";
import { dapTaskOf } from "../task/dap.ts";
import { sensitivityOf } from "../task/encoder.ts";
import { verifyManifestSignature } from "../task/envelope.ts";
import { rowCount } from "../task/linear-map.ts";
import { decodeManifest, type Manifest } from "../task/manifest.ts";
import { type Proved, proveManifest } from "../task/prove.ts";
import { hashQuestion } from "../task/question-hash.ts";
import { decodeRelease, encodeRelease, type ReleaseDocument } from "../task/release.ts";
import { checkDefinitions, checkLog, differ, keyOf, type NamedKey, statedCaps, wrong } from "./parts.ts";

/** Ed25519, 32 bytes each; what is left out is taken from the bundle, and the report says so. */
export interface VerifyKeys {
  readonly register?: Uint8Array | undefined;
  readonly helper?: Uint8Array | undefined;
  /** Of masked rounds, who has no helper. */
  readonly registrar?: Uint8Array | undefined;
  /** The operator's, for metrics that are not built in. */
  readonly registry?: Uint8Array | undefined;
}

export interface Verified {
  readonly manifest: Manifest;
  /** What was asked, in canonical form; null for a training round. */
  readonly question: Bundle["question"];
  readonly release: ReleaseDocument;
  /** base64url of the task id */
  readonly task: string;
  /** Under whose word each signature verified. */
  readonly keys: Readonly<Record<"register" | "helper", NamedKey>>;
  /** Whether the operator's definitions verified under a given key; absent when the question reads none. */
  readonly definitions?: "given" | "unchecked";
  /** Of map∘encoder, proved again: L1 where the encoder bounds it, and squared L2. */
  readonly sensitivity: { readonly l1?: bigint; readonly l2Squared: bigint };
  readonly proved: Proved;
  readonly debit: Bundle["debit"];
  /** Of a round whose training's noise is correlated over its rounds: they share noise, price and debit. */
  readonly stream?: TaskStream;
  readonly log: { readonly index: number; readonly size: number; readonly root: string };
}

/**
 * @param text the bundle's exact text
 * @throws PacelineError invalid_message when it is no bundle, verification_failed naming the first thing that does not hold
 */
export async function verifyBundle(crypto: Crypto, text: string, keys: VerifyKeys = {}): Promise<Verified> {
  const bundle = decodeBundle(text);
  try {
    return await verify(crypto, bundle, keys);
  } catch (error) {
    if (isPacelineError(error) && error.code !== "verification_failed" && error.code !== "internal")
      fail("verification_failed", error.message, { cause: error });
    throw error;
  }
}

async function verify(crypto: Crypto, bundle: Bundle, given: VerifyKeys): Promise<Verified> {
  const bytes = fromBase64Url(bundle.envelope.manifest);
  const keys = {
    register: keyOf("register", bundle.keys.register, given.register),
    helper: keyOf("helper", bundle.keys.helper, given.helper),
  };
  for (const role of ["register", "helper"] as const) {
    const signature = fromBase64Url(bundle.envelope[role]);
    if (!(await verifyManifestSignature(crypto, role, fromBase64Url(keys[role].key), bytes, signature)))
      wrong(`the ${role}'s signature on the manifest does not verify under the ${keys[role].from} key`);
  }
  const manifest = decodeManifest(bytes);
  const proved = proveManifest(manifest);
  checkTraining(manifest);
  const definitions = await checkDefinitions(crypto, manifest, given.registry);
  await checkQuestion(crypto, bundle, manifest);
  const { id } = await dapTaskOf(crypto, manifest, bytes);
  const released = fromBase64Url(bundle.release);
  const release = checkRelease(manifest, id, released);
  const { epochs, stream } = await chargeOf(crypto, manifest, id, proved);
  checkDebit(bundle, manifest, { noise: proved.noise, epochs });
  const leaf = await releaseLeaf(crypto, {
    task: id,
    query: manifest.queryHash,
    manifest: bytes,
    release: released,
    debit: { ...bundle.debit, rho: BigInt(bundle.debit.rho) },
  });
  const root = await checkLog(crypto, bundle, leaf, fromBase64Url(keys.register.key));
  return {
    manifest,
    question: bundle.question,
    release,
    task: toBase64Url(id),
    keys,
    ...(definitions === undefined ? {} : { definitions }),
    sensitivity: sensitivityOf(manifest.encoder, manifest.map),
    proved,
    debit: bundle.debit,
    ...(stream && { stream }),
    log: { index: bundle.log.index, size: bundle.log.size, root: toBase64Url(root) },
  };
}

/** The hash under which the question was debited and logged follows from it, and its manifest is about the same. */
async function checkQuestion(crypto: Crypto, { question }: Bundle, manifest: Manifest): Promise<void> {
  const { source, encoder, queryHash, definitions, window, purpose, minBatch } = manifest;
  if (source.kind === "model-update" || encoder.kind !== "product") {
    if (question !== null) wrong("a training round has no question but its manifest");
    return;
  }
  if (question === null) return wrong("the bundle does not hold the question that its manifest answers");
  if ((await hashQuestion(crypto, question, definitions)) !== queryHash)
    wrong("the manifest's queryHash is not that of the bundle's question");
  const asked = { end: formatDay(window.end - 1), days: window.end - window.start };
  const same = (one: unknown, other: unknown) => canonicalJson(one as Json) === canonicalJson(other as Json);
  if (!same(question.groupBy, encoder.groups)) wrong("the manifest's groups are not the question's");
  if (!same(question.window, asked)) wrong("the manifest's days are not the question's");
  if (question.purpose !== purpose) wrong("the manifest's purpose is not the question's");
  if (question.minCohort !== minBatch) wrong("the manifest's least batch is not the question's");
}

function checkRelease(manifest: Manifest, task: Uint8Array, bytes: Uint8Array): ReleaseDocument {
  const release = decodeRelease(bytes);
  if (!equalBytes(encodeRelease(release), bytes)) wrong("the released document is not in its canonical form");
  if (release.values.length !== rowCount(manifest.map))
    wrong(`the release has ${release.values.length} values, the linear map ${rowCount(manifest.map)} rows`);
  const derived = releaseDocument(manifest, task, release.values, statedCaps(release.privacy));
  differ(derived as unknown as Json, release as unknown as Json, "");
  return release;
}

function checkDebit({ debit }: Bundle, manifest: Manifest, { noise, epochs }: Pick<Proved, "noise" | "epochs">): void {
  if (debit.rho !== manifest.rho) wrong(`${debit.rho} nano-rho were debited, the manifest costs ${manifest.rho}`);
  if (canonicalJson(debit.epochs) !== canonicalJson(epochs))
    wrong(`${debit.epochs.join(", ")} were debited; the task touches ${epochs.join(", ")}`);
  if (debit.mechanism !== canonicalJson(noise as unknown as Json))
    wrong("what was debited is not the manifest's mechanism");
  if (debit.at >= manifest.upload.closes * 1000) wrong("the debit was made after the task had closed");
}
