// A masked round's release checked by a stranger, from its bundle alone, as verify.ts does it for a task's.
import { equalBytes, fromBase64Url, toBase64Url } from "../base/bytes.ts";
import { formatDay } from "../base/calendar.ts";
import { canonicalJson, type Json } from "../base/canonical.ts";
import { fail, isPacelineError } from "../base/errors.ts";
import { type CheckedMasked, checkMasked } from "../learning/masked/check.ts";
import { maskedReleaseOf } from "../learning/masked/release.ts";
import type { Crypto } from "../ports/crypto.ts";
import { formatRho, nanoRho } from "../privacy/accounting/nano-rho.ts";
import { releaseLeaf } from "../release/leaf.ts";
import { decodeMaskedBundle, type MaskedBundle } from "../task/masked/bundle.ts";
import { verifyMaskedSignature } from "../task/masked/envelope.ts";
import { decodeMaskedManifest, type MaskedManifest, maskedTaskId } from "../task/masked/manifest.ts";
import { decodeMaskedRelease, encodeMaskedRelease, type MaskedRelease } from "../task/masked/release.ts";
import { checkDefinitions, checkLog, differ, keyOf, type NamedKey, statedCaps, wrong } from "./parts.ts";
import type { VerifyKeys } from "./verify.ts";
import type { Statement } from "./words.ts";

export interface VerifiedMasked {
  readonly manifest: MaskedManifest;
  readonly release: MaskedRelease;
  /** base64url of the round's id */
  readonly task: string;
  /** Under whose word each signature verified. */
  readonly keys: Readonly<Record<"register" | "registrar", NamedKey>>;
  readonly definitions?: "given" | "unchecked";
  readonly checked: CheckedMasked;
  readonly debit: MaskedBundle["debit"];
  readonly log: { readonly index: number; readonly size: number; readonly root: string };
}

/**
 * @param text the bundle's exact text
 * @throws PacelineError invalid_message when it is no masked bundle, verification_failed naming the first thing that does not hold
 */
export async function verifyMaskedBundle(crypto: Crypto, text: string, keys: VerifyKeys = {}): Promise<VerifiedMasked> {
  const bundle = decodeMaskedBundle(text);
  try {
    return await verify(crypto, bundle, keys);
  } catch (error) {
    if (isPacelineError(error) && error.code !== "verification_failed" && error.code !== "internal")
      fail("verification_failed", error.message, { cause: error });
    throw error;
  }
}

async function verify(crypto: Crypto, bundle: MaskedBundle, given: VerifyKeys): Promise<VerifiedMasked> {
  const bytes = fromBase64Url(bundle.envelope.manifest);
  const keys = {
    register: keyOf("register", bundle.keys.register, given.register),
    registrar: keyOf("registrar", bundle.keys.registrar, given.registrar),
  };
  for (const role of ["register", "registrar"] as const) {
    const signature = fromBase64Url(bundle.envelope[role]);
    if (!(await verifyMaskedSignature(crypto, role, fromBase64Url(keys[role].key), bytes, signature)))
      wrong(`the ${role}'s signature on the manifest does not verify under the ${keys[role].from} key`);
  }
  const manifest = decodeMaskedManifest(bytes);
  const checked = checkMasked(manifest);
  if (checked.training.sharing.registrar.key !== keys.registrar.key)
    wrong("the manifest names another registrar than the one that signed it");
  const definitions = await checkDefinitions(crypto, manifest, given.registry);
  const id = await maskedTaskId(crypto, bytes);
  const released = fromBase64Url(bundle.release);
  const release = checkRelease(manifest, checked, id, released);
  checkDebit(bundle, manifest, checked);
  const leaf = await releaseLeaf(crypto, {
    ...{ task: id, query: manifest.queryHash, manifest: bytes, release: released },
    debit: { ...bundle.debit, rho: BigInt(bundle.debit.rho) },
  });
  const root = await checkLog(crypto, bundle, leaf, fromBase64Url(keys.register.key));
  return {
    ...{ manifest, release, task: toBase64Url(id), keys, checked, debit: bundle.debit },
    ...(definitions === undefined ? {} : { definitions }),
    log: { index: bundle.log.index, size: bundle.log.size, root: toBase64Url(root) },
  };
}

function checkRelease(
  manifest: MaskedManifest,
  checked: CheckedMasked,
  task: Uint8Array,
  bytes: Uint8Array,
): MaskedRelease {
  const release = decodeMaskedRelease(bytes);
  if (!equalBytes(encodeMaskedRelease(release), bytes)) wrong("the released document is not in its canonical form");
  if (release.values.length !== checked.bounds.dimension)
    wrong(`the release has ${release.values.length} values, the training ${checked.bounds.dimension} cells`);
  const { sharing, cohort } = checked.training;
  const { joined } = release.members;
  if (joined < sharing.least || joined > cohort.most)
    wrong(`${joined} members are said to have joined, the training takes ${sharing.least} to ${cohort.most}`);
  const sum = { task, members: joined, values: release.values };
  const derived = maskedReleaseOf(manifest, checked, sum, statedCaps(release.privacy));
  differ(derived as unknown as Json, release as unknown as Json, "");
  return release;
}

function checkDebit({ debit }: MaskedBundle, manifest: MaskedManifest, { epochs }: CheckedMasked): void {
  if (debit.rho !== manifest.rho) wrong(`${debit.rho} nano-rho were debited, the manifest costs ${manifest.rho}`);
  if (canonicalJson(debit.epochs) !== canonicalJson([...epochs]))
    wrong(`${debit.epochs.join(", ")} were debited; the round touches ${epochs.join(", ")}`);
  if (debit.mechanism !== canonicalJson(manifest.noise as Json))
    wrong("what was debited is not the manifest's mechanism");
  if (debit.at >= manifest.joining.ends * 1000) wrong("the debit was made after the round was over");
}

/** What a verified masked bundle proves and what it leaves to trust. */
export function maskedStatementOf(verified: VerifiedMasked): Statement {
  const { manifest, release, checked, debit, log, keys, definitions } = verified;
  const { privacy, members } = release;
  const window = `${formatDay(manifest.window.start)} to ${formatDay(manifest.window.end - 1)}`;
  const { graph, least } = checked.training.sharing;
  const defined = (manifest.definitions ?? []).map(({ definition }) => definition.id).join(", ");
  return {
    proved: [
      `Register and registrar signed this manifest: ${JSON.stringify(manifest.question)}, on data of ${window}.`,
      `One ${privacy.unit}'s update changes the released sums by at most squared L2 ${manifest.encoder.l2Squared}: from the training's clip, scale and rounding.`,
      `The noise of ${members.honest} members' shares together is that of σ² ${manifest.noise.sigmaSquared}; for that sensitivity it costs ρ = ${formatRho(nanoRho(checked.rho))} at most, which is ε = ${privacy.epsilon} at δ = ${privacy.delta}.`,
      `Of ${least} members, each has ${graph.degree} neighbours of whom ${graph.threshold} rebuild a secret: as the finder has it for the shares that are stated.`,
      `What is promised: ${privacy.claims}`,
      `At the caps that the coordinator states: ${privacy.lifetime.says}`,
      `Every field of the released document follows from the manifest, the number of its members and its ${release.values.length} values.`,
      `The coordinator's log says that ρ = ${formatRho(nanoRho(BigInt(debit.rho)))} was debited from ${debit.epochs.join(", ")}.`,
      `The coordinator signed a log of ${log.size} in which entry ${log.index} is this release with this debit.`,
    ],
    trusted: [
      ...(["register", "registrar"] as const).map((role) => keyWords(role, keys[role])),
      ...(definitions === undefined
        ? []
        : [
            `That the operator's own definitions of ${defined} are the operator's${definitions === "given" ? ", whose key you gave" : ": no registry key was given"}.`,
          ]),
      "That the registrar is no party of the coordinator's, knows the app's accounts, and gave each one place.",
      `That no more of the ${members.joined} members than stated collude with the coordinator, and that their devices added their noise.`,
      "That the coordinator keeps to the caps that it states: no other service signs its debits; the devices keep to their own.",
      "That the values are the sum of the members' vectors, and that so many joined: nothing is proved of either.",
      "That devices are honest: nothing bounds what a modified one adds.",
      "That the coordinator shows everyone the same log and the same ledger: compare its checkpoints with others.",
    ],
  };
}

const keyWords = (role: string, { key, from }: NamedKey): string =>
  from === "given"
    ? `That the ${role} key you gave, ${key}, is the ${role}'s.`
    : `That the ${role} key in the bundle, ${key}, is the ${role}'s: none was given, and anyone can make a bundle under keys of their own.`;
