// From a training's next round to one that members can join: asked of the coordinator's own rules, signed by the registrar, and
// debited in the transaction that publishes it. Until then no member has heard of it, so what a crash leaves behind costs nothing.
import { call } from "../../api/call.ts";
import { registrarRoutes } from "../../api/masked.ts";
import { fromBase64Url, toBase64Url } from "../../base/bytes.ts";
import { canonicalJson, type Json } from "../../base/canonical.ts";
import { fail } from "../../base/errors.ts";
import { checkMasked } from "../../learning/masked/check.ts";
import { roundCounts } from "../../learning/masked/counts.ts";
import type { TrainingManifest } from "../../learning/plan/training/manifest.ts";
import { maskedRound } from "../../learning/server/rounds/masked-round.ts";
import type { RoundTerms } from "../../learning/server/rounds/task.ts";
import type { Transport } from "../../ports/transport.ts";
import { charged, debit } from "../../release/ledger.ts";
import type { MaskedRow } from "../../release/store.ts";
import { sealMasked, signMasked, verifyMaskedSignature } from "../../task/masked/envelope.ts";
import { encodeMaskedManifest, maskedTaskId } from "../../task/masked/manifest.ts";
import type { CoordinatorParts } from "../parts.ts";
import { checkOpen, checkTerms } from "../rules.ts";
import { settingOf } from "../setting.ts";

/** A round as its training knows it. */
export interface AskedMasked {
  /** base64url */
  readonly task: string;
  /** Nano-rho. */
  readonly rho: string;
}

export interface MaskedPublishing {
  readonly parts: CoordinatorParts;
  /** To the registrar. */
  readonly transport: Transport;
}

/** A sum is over those who stay, so a round whose members reach the floor may still be below it. @throws PacelineError policy_refused */
function checkStaying({ sharing }: TrainingManifest, floor: number): void {
  if (sharing.kind !== "masked") return;
  const { members, survivors } = roundCounts(sharing, sharing.least);
  if (survivors >= floor) return;
  const enough = Math.floor(((floor - 1) * 1000) / (1000 - sharing.dropouts)) + 1;
  fail(
    "policy_refused",
    `of the ${members} members of its smallest round ${survivors} are sure to stay, below this coordinator's floor of ${floor}`,
    {
      hint: `Let the training's cohort.least be ${enough} or more, or masked.dropouts less: devices have such a floor too.`,
    },
  );
}

/** Asks every rule of the coordinator's own; nothing is signed or spent. @throws PacelineError policy_refused, budget_exhausted, … */
async function layOut({ parts }: MaskedPublishing, hash: string, training: TrainingManifest, terms: RoundTerms) {
  const { store, clock, crypto, terms: own } = parts;
  const registrar = own.registrar ?? fail("policy_refused", "this coordinator has no registrar for masked rounds");
  const now = Math.floor(clock.now() / 1000);
  const { definitions } = settingOf(own, clock.now()).operator;
  const options = { ...terms, queryHash: hash, opens: now, coordinatorUrl: own.url, definitions };
  const manifest = maskedRound(training, options);
  const bytes = encodeMaskedManifest(manifest);
  const { epochs } = checkMasked(manifest);
  checkStaying(training, own.minBatchFloor);
  checkTerms(manifest, bytes, own, now);
  const task = await maskedTaskId(crypto, bytes);
  const charge = { task, rho: BigInt(manifest.rho), epochs, mechanism: canonicalJson(manifest.noise as Json) };
  const caps = { whose: "coordinator", epoch: own.epochCap, year: own.yearCap } as const;
  await store.read(async (rows) => {
    await checkOpen(rows, own, now);
    await charged(rows, charge, caps);
  });
  return { manifest, bytes, task, charge, caps, registrar };
}

/**
 * What publishing would meet. The registrar is asked under a label that opens no round: a manifest that both parties signed is one
 * that is debited, but for what a crash leaves behind.
 * @param rounds of this price that are asked at one time: the ledger has to pay all of them
 * @throws PacelineError as publishing does
 */
export async function rehearseMasked(
  publishing: MaskedPublishing,
  hash: string,
  training: TrainingManifest,
  terms: RoundTerms,
  rounds: number,
): Promise<void> {
  const { parts, transport } = publishing;
  const { bytes, registrar, charge, caps } = await layOut(publishing, hash, training, terms);
  await parts.store.read((rows) => charged(rows, charge, caps, rounds));
  const rehearsal = toBase64Url(await signMasked(parts.keyring.signer, "rehearsal", bytes));
  const body = { manifest: toBase64Url(bytes), rehearsal };
  await call({ transport, url: registrar.url }, registrarRoutes.checkRound, { body });
}

/** Both parties' signatures on a round. @throws PacelineError as the registrar does, verification_failed */
async function signed(publishing: MaskedPublishing, hash: string, training: TrainingManifest, terms: RoundTerms) {
  const { parts, transport } = publishing;
  const { crypto, keyring } = parts;
  const { registrar, ...laid } = await layOut(publishing, hash, training, terms);
  const { bytes } = laid;
  const register = await signMasked(keyring.signer, "register", bytes);
  const answer = await call({ transport, url: registrar.url }, registrarRoutes.openRound, {
    body: { manifest: toBase64Url(bytes), register: toBase64Url(register) },
  });
  const signature = fromBase64Url(answer.registrar);
  if (!(await verifyMaskedSignature(crypto, "registrar", registrar.key, bytes, signature)))
    fail("verification_failed", "the registrar's signature does not verify under its agreed key");
  const envelope = canonicalJson(sealMasked(bytes, register, signature));
  return { ...laid, envelope };
}

/** The same identity again is the round as it stands. @throws PacelineError as `rehearseMasked` */
export async function publishMasked(
  publishing: MaskedPublishing,
  hash: string,
  training: TrainingManifest,
  terms: RoundTerms,
): Promise<AskedMasked> {
  const { store, clock, passing } = publishing.parts;
  const before = await store.read((rows) => rows.maskedRoundOf(hash));
  if (before !== undefined) return await asAsked(publishing, before);
  const { manifest, bytes, task, envelope, charge, caps } = await signed(publishing, hash, training, terms);
  passing("coordinator:masked-signed");
  const row: MaskedRow = {
    ...{ task, hash, state: "joining", manifest: bytes, envelope },
    ...{ closes: manifest.joining.closes, ends: manifest.joining.ends, opening: null, opened: null, because: null },
  };
  const published = await store.transaction(async (rows) => {
    // Another process may have come first.
    const meanwhile = await rows.maskedRoundOf(hash);
    if (meanwhile !== undefined) return meanwhile;
    await checkOpen(rows, publishing.parts.terms, Math.floor(clock.now() / 1000));
    await debit(rows, charge, caps, clock.now());
    await rows.putMaskedRound(row);
    return row;
  });
  passing("coordinator:masked-published");
  return await asAsked(publishing, published);
}

async function asAsked({ parts: { store } }: MaskedPublishing, { task }: MaskedRow): Promise<AskedMasked> {
  const charge = await store.read((rows) => rows.eventOf(task, "debit"));
  return { task: toBase64Url(task), rho: `${charge?.rho ?? fail("internal", "a masked round was debited")}` };
}
