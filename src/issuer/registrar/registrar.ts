// The registrar of masked rounds: it gives each account one place in a round, and signs who is in it. It knows the app's accounts,
// is no party of the coordinator's, and hears no message of the round: a coordinator cannot make up members that it did not sign.
import { concat, toBase64Url, toHex, utf8 } from "../../base/bytes.ts";
import { fail, isPacelineError } from "../../base/errors.ts";
import { type CheckedMasked, checkMasked, roundTermsOf } from "../../learning/masked/check.ts";
import { graphFor } from "../../learning/masked/counts.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Crypto } from "../../ports/crypto.ts";
import type { RegistrarKey } from "../../ports/registrar-key.ts";
import type { Store } from "../../ports/store.ts";
import { checkGraphFloors, type DeviceFloors, Opening, openingInput } from "../../protocol/secagg/terms.ts";
import { joinInput, signMasked, verifyMaskedSignature } from "../../task/masked/envelope.ts";
import { decodeMaskedManifest, type MaskedManifest, maskedTaskId } from "../../task/masked/manifest.ts";
import type { RegistrarRows, RosterMember, RosterRow } from "../store.ts";

export interface RegistrarParts {
  readonly store: Store<RegistrarRows>;
  readonly crypto: Crypto;
  readonly clock: Clock;
  readonly key: RegistrarKey;
  /** Its own public address, as manifests name it. */
  readonly url: string;
  /** Whose rounds it takes members for: addresses and the Ed25519 keys of their registers. */
  readonly coordinators: readonly { readonly url: string; readonly registerKey: Uint8Array }[];
  /** The least that it signs; devices have floors of their own. */
  readonly floors: DeviceFloors;
}

export interface Registrar {
  /** What `open` would say of a manifest; nothing is signed or kept. @throws as `open` does */
  check(manifest: Uint8Array, rehearsal: Uint8Array): Promise<void>;
  /** Checks a round's manifest and signs it. @throws PacelineError manifest_refused, unauthorized, policy_refused */
  open(manifest: Uint8Array, register: Uint8Array): Promise<Uint8Array>;
  /**
   * @param account however the app's accounts are named; kept as a pseudonym of this round
   * @returns when no more can join, Unix milliseconds @throws PacelineError not_found, conflict, verification_failed
   */
  join(task: Uint8Array, account: string, key: Uint8Array, signature: Uint8Array): Promise<number>;
  /** @throws PacelineError not_found, conflict while members may join, round_aborted where there is no round */
  opening(task: Uint8Array): Promise<Uint8Array>;
}

/** For so long after its end a round's roster is kept: clocks differ. */
export const ROSTERS_KEPT_MS = 86_400_000;
/** Rounds whose manifests are kept read. */
const READ_MAX = 64;

export function newRegistrar(parts: RegistrarParts): Registrar {
  const { store, crypto, clock, key } = parts;
  const read = new Map<string, CheckedMasked>();

  const checkedOf = (task: Uint8Array, manifest: Uint8Array): CheckedMasked => {
    const name = toHex(task);
    const known = read.get(name);
    if (known !== undefined) return known;
    const checked = checkMasked(decodeMaskedManifest(manifest));
    if (read.size >= READ_MAX) read.clear();
    read.set(name, checked);
    return checked;
  };
  const rosterOf = async (rows: RegistrarRows, task: Uint8Array): Promise<RosterRow> =>
    (await rows.roster(task)) ?? fail("not_found", "there is no such round at this registrar");

  return {
    check: async (bytes, rehearsal) => void (await acceptable(parts, "rehearsal", bytes, rehearsal)),
    async open(bytes, register) {
      const manifest = await acceptable(parts, "register", bytes, register);
      const task = await maskedTaskId(crypto, bytes);
      const { closes, ends } = manifest.joining;
      await store.transaction(async (rows) => {
        // Here too: a registrar that an app's server mounts has no other moment of its own.
        await rows.forgetRosters(clock.now() - ROSTERS_KEPT_MS);
        if ((await rows.roster(task)) !== undefined) return;
        const times = { closes: closes * 1000, ends: ends * 1000 };
        await rows.putRoster({ task, manifest: bytes, ...times, opening: null, refused: null });
      });
      return await signMasked(key.signer, "registrar", bytes);
    },
    async join(task, account, memberKey, signature) {
      const { manifest, closes } = await store.read((rows) => rosterOf(rows, task));
      if (!(await crypto.ed25519Verify(memberKey, joinInput(task, memberKey), signature)))
        fail("verification_failed", "the key did not sign that it joins this round");
      const pseudonym = await crypto.hmacSha256(key.secret, concat(task, utf8(account)));
      const member: RosterMember = { task, account: pseudonym, key: memberKey };
      const { most } = checkedOf(task, manifest).training.cohort;
      await store.transaction((rows) => place(rows, member, { most, now: clock.now() }));
      return closes;
    },
    async opening(task) {
      const row = await store.transaction(async (rows) => {
        const found = await rosterOf(rows, task);
        if (found.opening !== null || found.refused !== null) return found;
        const { most } = checkedOf(task, found.manifest).training.cohort;
        if (clock.now() < found.closes && (await rows.rosterCount(task)) < most)
          fail("conflict", "members may still join the round");
        const closed = await close(parts, checkedOf(task, found.manifest), found, await rows.rosterMembers(task));
        await rows.putRoster(closed);
        return closed;
      });
      if (row.refused !== null) fail("round_aborted", row.refused);
      return row.opening ?? fail("internal", "a closed roster is signed or refused");
    },
  };
}

/** A manifest that a coordinator signed and the policy takes. @throws PacelineError manifest_refused, unauthorized, policy_refused */
async function acceptable(
  parts: RegistrarParts,
  role: "register" | "rehearsal",
  bytes: Uint8Array,
  signature: Uint8Array,
): Promise<MaskedManifest> {
  const manifest = decodeMaskedManifest(bytes);
  const coordinator = parts.coordinators.find(({ url }) => url === manifest.coordinator.url);
  const known =
    coordinator !== undefined &&
    (await verifyMaskedSignature(parts.crypto, role, coordinator.registerKey, bytes, signature));
  if (!known) fail("unauthorized", "the round is not signed by a coordinator whose members this registrar takes");
  checkPolicy(parts, checkMasked(manifest), manifest);
  return manifest;
}

/** One place for one account, and one for one key. @throws PacelineError conflict */
async function place(
  rows: RegistrarRows,
  member: RosterMember,
  { most, now }: { readonly most: number; readonly now: number },
): Promise<void> {
  const { task, account, key } = member;
  const before = await rows.rosterMember(task, account);
  if (before !== undefined) {
    if (toHex(before.key) === toHex(key)) return;
    fail("conflict", "this account has joined the round with another key: on another device, or before a reset");
  }
  const roster = await rows.roster(task);
  if (roster === undefined || roster.opening !== null || roster.refused !== null || now >= roster.closes)
    fail("conflict", "no more members can join the round");
  if ((await rows.rosterCount(task)) >= most) fail("conflict", `the round has its ${most} members`);
  if (!(await rows.addRosterMember(member))) fail("conflict", "another account has joined the round with this key");
}

/** Terms and keys, in the order of the keys: it does not tell who came when. */
async function close(
  { key: { signer } }: RegistrarParts,
  checked: CheckedMasked,
  row: RosterRow,
  members: readonly RosterMember[],
): Promise<RosterRow> {
  const { sharing } = checked.training;
  if (members.length < sharing.least)
    return { ...row, refused: `${members.length} members joined the round, it takes ${sharing.least}` };
  try {
    graphFor(sharing, members.length);
  } catch (error) {
    if (isPacelineError(error)) return { ...row, refused: error.message };
    throw error;
  }
  const roster = members.map(({ key }) => key).sort((a, b) => (toHex(a) < toHex(b) ? -1 : 1));
  const terms = roundTermsOf(row.task, checked, roster.length);
  const signature = await signer.sign(openingInput({ terms, roster }));
  return { ...row, opening: Opening.encode({ terms, roster, signature }) };
}

/** How far ahead a round may be laid out: clocks differ, and members hear of it before it opens. */
const EARLY_SECONDS = 86_400;

/** @throws PacelineError manifest_refused, policy_refused */
function checkPolicy(parts: RegistrarParts, { training }: CheckedMasked, { joining, minBatch }: MaskedManifest): void {
  const { sharing } = training;
  const { url, floors, key, clock } = parts;
  if (sharing.registrar.url !== url || sharing.registrar.key !== toBase64Url(key.signer.publicKey))
    fail("manifest_refused", "the round names another registrar, or a key that is not this one's");
  const now = Math.floor(clock.now() / 1000);
  if (joining.closes <= now || joining.opens > now + EARLY_SECONDS)
    fail("manifest_refused", "members cannot join the round now");
  const refuse = (why: string) => fail("policy_refused", why);
  if (sharing.least < floors.members)
    refuse(`a round of ${sharing.least} members at least, this registrar signs ${floors.members} or more`);
  if (sharing.corrupt < Math.round(floors.corruptShare * 1000))
    refuse(`${sharing.corrupt / 10} % of a round's members may collude, this registrar allows for more`);
  if (minBatch < floors.survivors)
    refuse(`${minBatch} members must stay to the end of a round, this registrar signs ${floors.survivors} or more`);
  checkGraphFloors(sharing.graph, floors);
}
