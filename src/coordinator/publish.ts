// From a plan to an open task: ask the helper's policy, reserve the cost, have the helper sign, sign it as the register,
// publish. One question at a time. What the helper does not sign is released; what a crash left is ended or gone on with.
import { refuseOtherRound } from "../aggregate/stream.ts";
import type { ApprovalState } from "../api/approval.ts";
import { call } from "../api/call.ts";
import { type Asked, helperRoutes } from "../api/routes.ts";
import { equalBytes, fromBase64Url, toBase64Url } from "../base/bytes.ts";
import { canonicalJson } from "../base/canonical.ts";
import { fail } from "../base/errors.ts";
import { chargeOf } from "../learning/plan/training/charge.ts";
import { charged, refuseClosed } from "../release/ledger.ts";
import { reserve } from "../release/reserve.ts";
import type { QueryRow } from "../release/store.ts";
import { dapTaskOf } from "../task/dap.ts";
import { sealEnvelope, signManifest, verifyManifestSignature } from "../task/envelope.ts";
import {
  decodeManifest,
  encodeManifest,
  MANIFEST_VERSION,
  type Manifest,
  type PlannedTask,
  type Unit,
} from "../task/manifest.ts";
import { proveManifest, UPLOAD_SECONDS_MAX } from "../task/prove.ts";
import { hpkeText } from "../task/receiving-key.ts";
import { tokenCount } from "../task/tokens.ts";
import { checkPartner, helperOf } from "./partner.ts";
import type { CoordinatorParts } from "./parts.ts";
import { releaseReservation } from "./reservations.ts";
import { checkOpen, checkTerms } from "./rules.ts";
import type { CoordinatorTerms } from "./terms.ts";

export interface Publisher {
  /**
   * The same key again returns the task as it stands.
   * @throws PacelineError budget_exhausted, policy_refused, invalid_query, unavailable
   */
  publish(hash: string, planned: PlannedTask, question: string | null): Promise<Asked>;
  /** The task of a question as it stands, when there is one that devices can or could see. */
  published(hash: string): Promise<Asked | undefined>;
  /**
   * Everything that would be asked of both parties' rules and budgets, without a reservation.
   * @param tasks of this price that are asked at one time: this coordinator's own ledger has to pay all of them
   * @throws as `publish` does
   */
  rehearse(hash: string, planned: PlannedTask, tasks?: number): Promise<Rehearsed>;
  /** Releases reservations that were left too long for the helper to sign. What fails is tried at the next question. */
  recover(): Promise<void>;
}

/** What asking would meet besides. */
export interface Rehearsed {
  /** Of the helper's operator; undefined where the helper does not say. */
  readonly approval: ApprovalState | undefined;
}

/** For this long a reservation may wait for the helper's signature; the time for reports starts afterwards. */
const SIGN_SECONDS = 60;

export function newPublisher(parts: CoordinatorParts): Publisher {
  const { store, clock } = parts;
  const nowSeconds = () => Math.floor(clock.now() / 1000);
  const stale = ({ opens }: QueryRow) => Math.abs(nowSeconds() - opens) > SIGN_SECONDS;
  const known = (hash: string) => store.transaction((rows) => rows.query(hash));
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const run = last.then(work);
    last = run.catch(() => undefined);
    return run;
  };

  async function recover(): Promise<void> {
    for (const row of await store.transaction((rows) => rows.reservedQueries()))
      if (stale(row)) await releaseReservation(parts, row).catch(() => undefined);
  }

  /** @returns the task, if it could be published: what was reserved before the last crash may still be in time */
  async function goOn(row: QueryRow): Promise<QueryRow | undefined> {
    if (!stale(row))
      try {
        return await open(parts, row);
      } catch {
        // Released below; whoever asks hears what a new reservation meets.
      }
    await releaseReservation(parts, row);
    return undefined;
  }

  async function ask(hash: string, planned: PlannedTask, question: string | null): Promise<QueryRow> {
    const before = await known(hash);
    if (before !== undefined && before.state !== "reserved") return before;
    const reserved = before === undefined ? undefined : await goOn(before);
    if (reserved !== undefined) return reserved;
    await recover();
    const row = await reserveNew(parts, hash, planned, question, nowSeconds());
    try {
      return await open(parts, row);
    } catch (error) {
      // With the helper away the reservation stays, and is ended later.
      await releaseReservation(parts, row).catch(() => undefined);
      throw error;
    }
  }

  async function published(hash: string): Promise<Asked | undefined> {
    const before = await known(hash);
    return before !== undefined && before.state !== "reserved" ? asAsked(before) : undefined;
  }

  return {
    published,
    async publish(hash, planned, question) {
      const before = await published(hash);
      if (before !== undefined) return before;
      return asAsked(await inTurn(() => ask(hash, planned, question)));
    },
    async rehearse(hash, planned, tasks = 1) {
      const { approval, debit, caps } = await allowed(parts, hash, planned, nowSeconds());
      if (tasks > 1) await store.read((rows) => charged(rows, debit, caps, tasks));
      return { approval };
    },
    recover: () => inTurn(recover),
  };
}

/** Lays the manifest out and asks this coordinator's own rules. @param helperKey the encoded HpkeConfig that it names */
async function allowedHere(
  parts: CoordinatorParts,
  hash: string,
  planned: PlannedTask,
  now: number,
  helperKey: Uint8Array,
) {
  const { store, terms } = parts;
  const { manifest, bytes, task } = await layOut(parts, hash, planned, now, helperKey);
  const proved = proveManifest(decodeManifest(bytes));
  checkTerms(manifest, bytes, terms, now);
  const { stream, ...debit } = await chargeOf(parts.crypto, manifest, task, proved);
  const caps = { whose: "coordinator", epoch: terms.epochCap, year: terms.yearCap } as const;
  await store.read(async (rows) => {
    if ((await rows.query(hash)) === undefined) await checkOpen(rows, terms, now);
    await refuseOtherRound(rows, { stream });
    await refuseClosed(debit.task)(rows);
    if ((await rows.eventOf(debit.task, "debit")) === undefined) await charged(rows, debit, caps);
  });
  return { manifest, bytes, task, debit, caps };
}

/** Asks both parties' rules, the helper's last, before anything is spent. */
async function allowed(parts: CoordinatorParts, hash: string, planned: PlannedTask, now: number) {
  const { transport, crypto, terms } = parts;
  // What is refused here need not be known there: until then the key that the configuration has will do.
  const helper = helperOf(terms);
  const first = await allowedHere(parts, hash, planned, now, helper.hpke);
  await parts.agree();
  const helperKey = await checkPartner(transport, crypto, { url: terms.url, helper });
  const same = equalBytes(helperKey, helper.hpke);
  const laid = same ? first : await allowedHere(parts, hash, planned, now, helperKey);
  const { url, token } = helper;
  const { approval } = await call({ transport, url, token }, helperRoutes.check, {
    body: { manifest: toBase64Url(laid.bytes) },
  });
  return { ...laid, approval };
}

async function reserveNew(
  parts: CoordinatorParts,
  hash: string,
  planned: PlannedTask,
  question: string | null,
  now: number,
): Promise<QueryRow> {
  const { store, clock, passing, terms } = parts;
  const { manifest, bytes, task, debit, caps } = await allowed(parts, hash, planned, now);
  await approved(parts, bytes);
  passing("coordinator:checked");
  passing("coordinator:reserve");
  const reservation = { hash, task, manifest: bytes, question, upload: manifest.upload, debit, caps };
  const row = await store.transaction(async (rows) => {
    // Other processes ask too: only here it is known what they have reserved.
    if ((await rows.query(hash)) === undefined) await checkOpen(rows, terms, now);
    return await reserve(rows, { ...reservation, at: clock.now() });
  });
  passing("coordinator:reserved");
  return row;
}

/** What the helper's operator says, where its policy has that asked. @throws PacelineError conflict while that one has not decided */
async function approved({ transport, terms }: CoordinatorParts, manifest: Uint8Array): Promise<void> {
  const { url, token } = helperOf(terms);
  const { state, reason } = await call({ transport, url, token }, helperRoutes.approval, {
    body: { manifest: toBase64Url(manifest) },
  });
  if (state === "waiting")
    fail("conflict", "this waits for the approval of the helper's operator", {
      hint: "Ask for the same again later: nothing is reserved or spent until then.",
    });
  if (state === "refused")
    fail("policy_refused", `the helper's operator has refused this${reason === null ? "" : `: ${reason}`}`, {
      hint: "Ask that operator what would be approved; nothing was reserved.",
    });
}

/** When a task that opens then takes no more reports, in Unix seconds. */
export const closesOf = ({ uploadSeconds }: CoordinatorTerms, opens: number): number =>
  opens + Math.min(UPLOAD_SECONDS_MAX, SIGN_SECONDS + uploadSeconds);

/** Whom this coordinator's tasks count. */
export const unitOf = ({ unit = "installation" }: CoordinatorTerms): Unit => unit;

/** The whole manifest, naming both receiving keys as they are now, with a start that makes another task of it than of one that was released before. */
async function layOut(
  { store, crypto, terms, keyring }: CoordinatorParts,
  hash: string,
  planned: PlannedTask,
  now: number,
  helperKey: Uint8Array,
) {
  const aggregators = {
    leader: { url: terms.url, hpke: hpkeText(keyring.hpke) },
    helper: { url: helperOf(terms).url, hpke: toBase64Url(helperKey) },
  };
  for (let opens = now; ; opens++) {
    const manifest: Manifest = {
      version: MANIFEST_VERSION,
      ...planned,
      noise: { ...planned.noise, unit: unitOf(terms) },
      queryHash: hash,
      trustMode: "two-aggregators",
      ...(terms.tokens && { tokens: { ...terms.tokens, count: tokenCount(BigInt(planned.rho), terms.tokens) } }),
      upload: { opens, closes: closesOf(terms, opens) },
      aggregators,
    };
    const bytes = encodeManifest(manifest);
    const { id: task } = await dapTaskOf(crypto, manifest, bytes);
    if (!(await store.read((rows) => rows.isForgotten(task)))) return { manifest, bytes, task };
  }
}

/** Gets the helper's signature on a reserved manifest and opens the task for devices. */
async function open(parts: CoordinatorParts, row: QueryRow): Promise<QueryRow> {
  const { store, crypto, transport, keyring, terms, passing } = parts;
  const helper = helperOf(terms);
  await parts.agree();
  const answer = await call({ transport, url: helper.url, token: helper.token }, helperRoutes.sign, {
    body: { manifest: toBase64Url(row.manifest) },
  });
  const signature = fromBase64Url(answer.signature);
  if (!(await verifyManifestSignature(crypto, "helper", helper.signingKey, row.manifest, signature)))
    fail("verification_failed", "the helper's signature does not verify under its agreed key");
  passing("coordinator:helper-signed");
  // The helper's debit is in its head: kept here before a device can see the task.
  await parts.agree();
  const own = await signManifest(keyring.signer, "register", row.manifest);
  const envelope = canonicalJson(sealEnvelope(row.manifest, own, signature));
  const published = await store.transaction(async (rows) => {
    const current = (await rows.query(row.hash)) ?? fail("internal", "a reserved query stays");
    if (current.state !== "reserved") return current;
    const next: QueryRow = { ...current, state: "published", envelope };
    await rows.addTask({
      id: row.task,
      manifest: row.manifest,
      verifyKey: fromBase64Url(answer.verifyKey),
      closes: row.closes,
    });
    await rows.putQuery(next);
    return next;
  });
  passing("coordinator:published");
  return published;
}

function asAsked(row: QueryRow): Asked {
  const manifest = decodeManifest(row.manifest);
  return {
    task: toBase64Url(row.task),
    queryHash: row.hash,
    state: row.state,
    rho: manifest.rho,
    epochs: [...proveManifest(manifest).epochs],
  };
}
