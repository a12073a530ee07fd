// Joining a round: the member's own account of it and a key of its own in one transaction, and then the registrar is asked. Of the
// member's days nothing is told by it, so nothing is charged for it: the debit comes with what the device adds, before any of that leaves.
import { decodeProblem } from "../../api/problem.ts";
import { fromBase64Url, fromUtf8, toBase64Url, utf8 } from "../../base/bytes.ts";
import { fail, isPacelineError } from "../../base/errors.ts";
import { parseJson } from "../../base/json.ts";
import { type CheckedMasked, roundTermsOf } from "../../learning/masked/check.ts";
import { stateKey } from "../../protocol/secagg/member/member.ts";
import { joinInput, type MaskedEnvelope } from "../../task/masked/envelope.ts";
import type { MaskedManifest } from "../../task/masked/manifest.ts";
import { epochsOf } from "../answer.ts";
import { inForce } from "../in-force.ts";
import type { Settings } from "../options.ts";
import { capOf, entry, keys, type Participation, readJson } from "../state.ts";
import type { Watched } from "../watched.ts";
import type { Invited } from "./judge.ts";
import type { RegistrarSettings } from "./options.ts";
import { consentKey, encodeRow, invitedKey, type MaskedRow, maskedKey } from "./rows.ts";

export const NOTHING_YET = "that you take part in a round of training: nothing of your days yet";

/**
 * Writes down that this device takes part, once for ever.
 * @returns undefined where it does already or did, or consent is gone @throws PacelineError conflict when another page was faster
 */
export async function commit(
  settings: Settings,
  { task, id, manifest, checked }: Invited,
  envelope: MaskedEnvelope,
): Promise<MaskedRow | undefined> {
  const { store, platform } = settings;
  const consentBytes = await store.get(consentKey);
  const consent = await inForce(store, manifest.purpose);
  if (consent === undefined || (await store.get(keys.participation(task))) !== undefined) return undefined;
  const queuedAt = platform.clock.now();
  const pair = await platform.crypto.ed25519Generate();
  const row: MaskedRow = {
    ...{ task, envelope, state: stateKey(roundTermsOf(id, checked, 0)) },
    ...{ secret: toBase64Url(pair.secret), public: toBase64Url(pair.public) },
    ...{ joined: false, members: null },
  };
  const { name, question, purpose, window, joining } = manifest;
  const told: Participation = {
    ...{ task, name, question, purpose, unit: "member", consent: consent.number, window },
    ...{ what: NOTHING_YET, nullBecause: null, rho: "0", epochs: [], queuedAt },
    ...{ closes: joining.ends, refused: null },
  };
  await store.transaction({
    put: [entry(keys.participation(task), told), [maskedKey(task), encodeRow(row)]],
    delete: [invitedKey(task)],
    expect: [
      [keys.participation(task), undefined],
      [maskedKey(task), undefined],
      [consentKey, consentBytes],
    ],
  });
  return row;
}

interface Charge {
  readonly epochs: readonly string[];
  /** Nano-rho. */
  readonly charged: bigint;
  /** Why nothing is added whatever the days say, so that nothing is charged; null where there is room. */
  readonly empty: string | null;
  /** The debits, and what they were reckoned from: by then another task may have taken the room. */
  readonly put: readonly (readonly [string, Uint8Array])[];
  readonly expect: readonly (readonly [string, Uint8Array | undefined])[];
}

/** What the device's own ledger would be charged now: nothing, and why, where a cap leaves no room. */
export async function chargeOf(settings: Settings, manifest: MaskedManifest, checked: CheckedMasked): Promise<Charge> {
  const { store, platform } = settings;
  const epochs = epochsOf(manifest, checked, platform.clock.now());
  const spent = await Promise.all(epochs.map((epoch) => store.get(keys.epoch(epoch))));
  const amounts = await Promise.all(
    epochs.map(async (epoch) => BigInt((await readJson<string>(store, keys.epoch(epoch))) ?? "0")),
  );
  const expect = epochs.map((epoch, i) => [keys.epoch(epoch), spent[i]] as const);
  const cost = BigInt(manifest.rho);
  const full = epochs.find((epoch, i) => (amounts[i] as bigint) + cost > capOf(settings, epoch));
  // By what earlier tasks cost, which is public: nothing is added to the sum then, so nothing is charged.
  if (full !== undefined)
    return { epochs, charged: 0n, empty: `this device's own limit for ${full} is reached`, put: [], expect };
  const put = epochs.map((epoch, i) => entry(keys.epoch(epoch), `${(amounts[i] as bigint) + cost}`));
  return { epochs, charged: cost, empty: null, put, expect };
}

const ANSWER_BYTES_MAX = 4096;
export const JOIN_PART = "a key made for one round of training, and that you are a member: nothing of your days";

/**
 * Asks the registrar for a place. The same key again gets the same answer.
 * @returns undefined when it said yes, else why there is no place @throws PacelineError unavailable when it gave no answer
 */
export async function askForPlace(
  settings: Settings,
  registrar: RegistrarSettings,
  transport: Watched,
  row: MaskedRow,
  expect: readonly (readonly [string, Uint8Array | undefined])[],
): Promise<string | undefined> {
  const response = await transport.send(
    { ...(await joinRequest(settings, registrar, row)), responseBytesMax: ANSWER_BYTES_MAX },
    { task: row.task, part: JOIN_PART },
    expect,
  );
  const { status, body } = response;
  await settings.store.transaction({ put: transport.answered(row.task, status), delete: [] });
  if (status === 200 && said(body)) return undefined;
  const problem = decodeProblem(status, body);
  // A page in between, a session that ended or a service in trouble is no answer.
  if (isPacelineError(problem) && problem.code === "conflict")
    return "the registrar gave the place to another device of this member, or it was too late";
  transport.failed();
  return fail("unavailable", "the registrar gave no place yet");
}

/** The same each time: signatures are deterministic. */
export async function joinRequest(
  { platform }: Settings,
  registrar: RegistrarSettings,
  row: Pick<MaskedRow, "task" | "secret" | "public">,
) {
  const input = joinInput(fromBase64Url(row.task), fromBase64Url(row.public));
  const signature = toBase64Url(await platform.crypto.ed25519Sign(fromBase64Url(row.secret), input));
  return {
    method: "POST",
    url: `${registrar.url}/v1/rounds/${row.task}/members`,
    headers: { ...(await registrar.headers()), "content-type": "application/json" },
    body: utf8(JSON.stringify({ key: row.public, signature })),
  } as const;
}

function said(body: Uint8Array): boolean {
  try {
    const json = parseJson(fromUtf8(body), "an answer of the registrar") as { readonly closes?: unknown } | null;
    return typeof json?.closes === "number";
  } catch {
    return false;
  }
}
