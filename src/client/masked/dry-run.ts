// What would leave in a masked round, before it does: the request by which this device joins, byte for byte, and of what comes after it,
// which depends on the keys and random numbers of others, how long it is and why its bytes are nobody's to know yet.
import { toBase64Url } from "../../base/bytes.ts";
import { fail } from "../../base/errors.ts";
import { bytesOf } from "../../math/words.ts";
import { DEGREE_MAX } from "../../protocol/secagg/graph-parameters.ts";
import { decodeState, type MemberState, type Stage, stages } from "../../protocol/secagg/member/state.ts";
import {
  AdvertiseKeys,
  MaskedInput,
  OpenNonce,
  SEALED_BYTES,
  ShareKeys,
  SIGNATURE_BYTES,
  SignSurvivors,
  Unmask,
} from "../../protocol/secagg/messages.ts";
import { SHARE_BYTES } from "../../protocol/secagg/shamir.ts";
import type { Settings } from "../options.ts";
import { modelOf } from "../round-model.ts";
import { keys, type Participation, readJson } from "../state.ts";
import { watched } from "../watched.ts";
import type { DryRun, MaskedDryRun, MaskedStage } from "../would-leave.ts";
import { chargeOf, JOIN_PART, joinRequest } from "./join.ts";
import { type Invited, judgeMasked } from "./judge.ts";
import { type RegistrarSettings, registrarSettings } from "./options.ts";
import type { RegistrarOptions } from "./registrar-options.ts";
import { type InvitedRow, invitedKey, type MaskedRow, maskedKey, type RoundRow } from "./rows.ts";
import { messagesUrl, partOf, vectorPart } from "./stages.ts";
import { ownVector } from "./vector.ts";

/** @throws PacelineError not_found for a round that this device neither would join nor is in; manifest_refused */
export async function maskedDryRun(settings: Settings, options: RegistrarOptions, task: string): Promise<DryRun> {
  const { store, platform } = settings;
  const registrar = registrarSettings(settings, options);
  const row = await readJson<RoundRow>(store, maskedKey(task));
  const invited = row ?? (await readJson<InvitedRow>(store, invitedKey(task)));
  if (invited === undefined || "because" in invited) return fail("not_found", "no such question waits on this device");
  const state = { consented: new Set(["model-training"] as const), now: Math.floor(platform.clock.now() / 1000) };
  const verdict = await judgeMasked(settings, registrar, invited.envelope, state);
  if ("code" in verdict) return fail(verdict.code, verdict.why);
  const own = "state" in invited ? invited : undefined;
  const told = await readJson<Participation>(store, keys.participation(task));
  const bytes = own && (await store.get(own.state));
  const reached = bytes && decodeState(bytes);
  const key = own ?? { task, ...(await freshKey(settings)) };
  const update = await updateOf(settings, verdict, own, told, reached?.stage);
  return {
    task,
    ...(await joinRequest(settings, registrar, key)),
    what: JOIN_PART,
    nullBecause: update.nullBecause,
    rho: Number(update.rho) / 1e9,
    masked: {
      joined: own?.joined ?? false,
      members: membersOf(verdict, own),
      stages: stagesOf(verdict, registrar, {
        ...{ reached, members: membersOf(verdict, own), url: messagesUrl(settings, key) },
        vector: vectorPart(update.nullBecause),
      }),
    },
  };
}

/** Drawn anew each time, as the shares of a report are. */
async function freshKey({ platform }: Settings) {
  const { secret, public: publicKey } = await platform.crypto.ed25519Generate();
  return { secret: toBase64Url(secret), public: toBase64Url(publicKey) };
}

function membersOf({ checked }: Invited, row: MaskedRow | undefined): MaskedDryRun["members"] {
  const { sharing, cohort } = checked.training;
  const members = row?.members ?? undefined;
  return { least: members ?? sharing.least, most: members ?? cohort.most };
}

/** What the vector would hold and cost: as it was drawn, where it is. */
async function updateOf(
  settings: Settings,
  invited: Invited,
  row: MaskedRow | undefined,
  told: Participation | undefined,
  stage: Stage | undefined,
): Promise<{ readonly nullBecause: string | null; readonly rho: bigint }> {
  if (told !== undefined && stage !== undefined) return { nullBecause: told.nullBecause, rho: BigInt(told.rho) };
  const { charged, empty } = await chargeOf(settings, invited.manifest, invited.checked);
  const model = await modelOf(settings, watched(settings), invited.checked);
  const { least } = membersOf(invited, row);
  const { nullBecause } = await ownVector(settings, invited, model, least, empty);
  return { nullBecause, rho: charged };
}

interface Known {
  readonly reached: MemberState | undefined;
  readonly members: MaskedDryRun["members"];
  readonly url: string;
  /** In words. */
  readonly vector: string;
}

const ZERO = { context: new Uint8Array(32), index: 0, signature: new Uint8Array(SIGNATURE_BYTES) };
const INDEX_BYTES = 2;
const UNKNOWN = {
  roster: "it names the round's members, whom the registrar signs once no more can join; its keys are made then",
  keys: "it answers the keys of all members",
  nonces: "whom it goes to follows from random numbers of all members; each share is sealed to one member's key",
  shares: "its masks are made with the keys of other members",
  survivors: "it is about who is still there by then",
} as const;

/** As the protocol encodes them: all but two have one length, and those are bounded by what this device demands and the roster. */
function stagesOf(
  { checked }: Invited,
  { floors }: RegistrarSettings,
  { reached, members, url, vector }: Known,
): readonly MaskedStage[] {
  const { training, bounds } = checked;
  const none = new Uint8Array(32);
  const advertisement = { ...ZERO, channelKey: none, maskKey: none, nonceHash: none, seedHash: none };
  const nonce = { ...ZERO, nonce: none };
  const neighbours = Math.min(members.most - 1, DEGREE_MAX);
  const lists = (empty: Uint8Array, each: number, least: number) => ({
    least: empty.length + least * (INDEX_BYTES + each),
    most: empty.length + neighbours * (INDEX_BYTES + each),
  });
  const exactly = (length: number) => ({ least: length, most: length });
  const masked = MaskedInput.encode({ ...ZERO, vector: new Uint8Array(0) }).length;
  const all = [
    ["keys", 1, exactly(AdvertiseKeys.encode({ ...ZERO, advertisement }).length), UNKNOWN.roster],
    ["nonces", 3, exactly(OpenNonce.encode({ ...ZERO, nonce }).length), UNKNOWN.keys],
    [
      ...(["shares", 5] as const),
      lists(ShareKeys.encode({ ...ZERO, shares: [] }), SEALED_BYTES, Math.min(floors.degree, neighbours)),
      UNKNOWN.nonces,
    ],
    ["vectors", 7, exactly(masked + bytesOf(bounds.dimension, training.sharing.bits)), UNKNOWN.shares],
    ["signatures", 9, exactly(SignSurvivors.encode({ ...ZERO, signed: ZERO }).length), UNKNOWN.survivors],
    [
      ...(["unmasking", 11] as const),
      lists(Unmask.encode({ ...ZERO, shares: [] }), SHARE_BYTES, Math.min(floors.threshold, neighbours)),
      UNKNOWN.survivors,
    ],
  ] as const;
  // The protocol's own stages, in the same order, are named by what a member has said last.
  const made = reached === undefined ? 0 : stages.indexOf(reached.stage) + 1;
  return all.map(([stage, kind, bytes, unknown], nth) => ({
    ...{ stage, method: "POST", url, bytes, what: kind === 7 ? vector : partOf(kind) },
    ...{ made: nth < made, body: nth === made - 1 ? (reached?.said ?? null) : null },
    ...{ unknown: nth < made ? null : unknown },
  }));
}
