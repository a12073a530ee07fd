// What the helper signs, and takes back: a manifest within its policy and budget, debited in its own table first; and a
// task that no device has answered, closed for ever.
import type { Passing } from "../aggregate/points.ts";
import { signableKeys } from "../aggregate/receiving.ts";
import type { AggregateRows } from "../aggregate/store.ts";
import { refuseOtherRound } from "../aggregate/stream.ts";
import type { ApprovalState } from "../api/approval.ts";
import { fail } from "../base/errors.ts";
import { chargeOf } from "../learning/plan/training/charge.ts";
import { decodeTraining } from "../learning/plan/training/manifest.ts";
import type { TaskStream } from "../learning/plan/training/stream.ts";
import type { Clock } from "../ports/clock.ts";
import type { Crypto } from "../ports/crypto.ts";
import type { Keyring } from "../ports/keyring.ts";
import type { Store } from "../ports/store.ts";
import { verifyKey } from "../protocol/dap/derive.ts";
import { charged as affordable, debit, refuseClosed, releaseDebit } from "../release/ledger.ts";
import type { LedgerRows } from "../release/store.ts";
import { dapTaskOf } from "../task/dap.ts";
import { signManifest } from "../task/envelope.ts";
import { decodeManifest, type Manifest } from "../task/manifest.ts";
import { proveManifest } from "../task/prove.ts";
import { hpkeText } from "../task/receiving-key.ts";
import type { Approvals } from "./approvals.ts";
import { checkBytes, checkLoad, checkPolicy, checkTime, type HelperPolicy } from "./policy.ts";
import { releaseTraining, trainedWith } from "./training-policy.ts";

type Rows = AggregateRows & LedgerRows;

export interface SigningParts {
  readonly crypto: Crypto;
  readonly clock: Clock;
  readonly keyring: Keyring;
  readonly passing: Passing;
  readonly policy: HelperPolicy;
  readonly url: string;
  readonly leaderUrl: string;
}

export interface Signing {
  /** @throws what `sign` would now; changes nothing */
  /** @returns whether the operator has to be asked besides */
  check(manifest: Uint8Array): Promise<ApprovalState>;
  /** `check`, and what the operator says where that has to be asked. */
  approval(manifest: Uint8Array): ReturnType<Approvals["ask"]>;
  /** Closes a task that no device has answered. @returns whether it had a debit @throws PacelineError conflict */
  release(task: Uint8Array): Promise<boolean>;
  sign(manifest: Uint8Array): Promise<{ readonly signature: Uint8Array; readonly verifyKey: Uint8Array }>;
}

const DAY_MS = 86_400_000;

/** Of a task that trains. */
const runOf = ({ source }: Manifest): string | undefined =>
  source.kind === "model-update" ? decodeTraining(source.training).run : undefined;

export function newSigning(parts: SigningParts, store: Store<Rows>, approvals: Approvals): Signing {
  const { crypto, clock, keyring, passing, policy } = parts;
  const { url, leaderUrl } = parts;
  const self = () => ({ url, leaderUrl, hpke: signableKeys(keyring, clock).map(hpkeText) });
  const caps = { whose: "helper", epoch: policy.epochCap, year: policy.yearCap } as const;
  const nowSeconds = () => Math.floor(clock.now() / 1000);

  /** What does not depend on what else was signed. */
  async function read(bytes: Uint8Array) {
    checkBytes(bytes, policy);
    const manifest = decodeManifest(bytes);
    const proved = proveManifest(manifest);
    await checkPolicy(crypto, manifest, policy, self());
    const { id } = await dapTaskOf(crypto, manifest, bytes);
    const { stream, ...charge } = await chargeOf(crypto, manifest, id, proved);
    return { id, manifest, charge, stream };
  }

  /** For a task that was not signed yet. */
  async function admit(rows: Rows, manifest: Manifest, stream: TaskStream | undefined): Promise<void> {
    checkTime(manifest, policy, nowSeconds());
    await refuseOtherRound(rows, { stream });
    const today = await rows.debitsSince(clock.now() - DAY_MS);
    checkLoad({ today, open: await rows.takingReports(nowSeconds()) }, policy);
  }

  async function check(bytes: Uint8Array): Promise<void> {
    const { id, charge, manifest, stream } = await read(bytes);
    const run = runOf(manifest);
    await store.read(async (rows) => {
      if ((await rows.task(id)) === undefined) {
        await admit(rows, manifest, stream);
        // Whoever is refused here reserves nothing, however often it asks.
        if (run !== undefined && policy.trainings !== undefined)
          await trainedWith(rows, run, { ...charge, stream }, policy.trainings);
      }
      await refuseClosed(id)(rows);
      await refuseClosed(charge.task)(rows);
      if ((await rows.eventOf(charge.task, "debit")) === undefined) await affordable(rows, charge, caps);
    });
  }

  return {
    async check(bytes) {
      await check(bytes);
      return await approvals.view(bytes);
    },
    async approval(bytes) {
      // What the policy refuses waits for nobody.
      await check(bytes);
      return await approvals.ask(bytes);
    },
    async sign(bytes) {
      const { id, charge, manifest, stream } = await read(bytes);
      const key = await verifyKey(crypto, keyring.verifySeed, id);
      passing("helper:sign");
      await store.transaction(async (rows) => {
        await refuseClosed(id)(rows);
        if ((await rows.task(id)) === undefined) {
          await admit(rows, manifest, stream);
          await approvals.use(rows, bytes, id);
          const run = runOf(manifest);
          if (run !== undefined && policy.trainings !== undefined)
            await rows.putTrained(run, await trainedWith(rows, run, { ...charge, stream }, policy.trainings));
        }
        await rows.addTask({ id, manifest: bytes, verifyKey: key, closes: manifest.upload.closes });
        await debit(rows, charge, caps, clock.now());
      });
      passing("helper:debited");
      return { signature: await signManifest(keyring.signer, "helper", bytes), verifyKey: key };
    },
    async release(id) {
      passing("helper:release");
      const released = await store.transaction(async (rows) => {
        const { pending, aggregating, accepted, rejected } = await rows.tally(id);
        const answered = pending + aggregating + accepted + rejected > 0 || (await rows.jobs(id)).length > 0;
        if (answered || (await rows.batch(id)) !== undefined)
          fail("conflict", "devices have answered this task here: its debit stands");
        const [row, debited] = [await rows.task(id), await rows.eventOf(id, "debit")];
        // A stream's debit has a name of its own and pays for all its rounds, whichever were answered.
        if (row === undefined && debited !== undefined)
          fail("conflict", "this debit is of no task here that could be given up: it stands");
        await approvals.restore(rows, id);
        const run = row && runOf(decodeManifest(row.manifest));
        const given = await releaseDebit(rows, id, clock.now());
        if (given && run !== undefined && debited !== undefined && policy.trainings !== undefined)
          await releaseTraining(rows, run, debited.rho);
        return given;
      });
      passing("helper:released");
      return released;
    },
  };
}
