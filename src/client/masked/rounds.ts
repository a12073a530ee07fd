// Masked rounds of one sync: those this device is in go on, and new ones are judged and joined. Loaded where an app pins a registrar.
import { decodeProblem } from "../../api/problem.ts";
import { fromUtf8 } from "../../base/bytes.ts";
import { isPacelineError } from "../../base/errors.ts";
import { parseJson } from "../../base/json.ts";
import type { DeviceStore } from "../../ports/device-store.ts";
import { readMaskedEnvelope } from "../../task/masked/envelope.ts";
import { inForce } from "../in-force.ts";
import type { Round } from "../news.ts";
import { modelOf } from "../round-model.ts";
import { momentsOf, scheduleSeed } from "../schedule.ts";
import { entry, keys, readAll } from "../state.ts";
import type { SyncResult } from "../sync.ts";
import { watched } from "../watched.ts";
import { endRound, TIME_OVER } from "./end.ts";
import { askForPlace, commit } from "./join.ts";
import { type Invited, judgeMasked } from "./judge.ts";
import { type RegistrarSettings, registrarSettings } from "./options.ts";
import type { RegistrarOptions } from "./registrar-options.ts";
import {
  consentKey,
  encodeRow,
  type InvitedRow,
  invitedKey,
  type MaskedRow,
  maskedKey,
  type RoundRow,
} from "./rows.ts";
import { RoundMember } from "./stages.ts";

/** What one sync looks at, whatever a coordinator shows. */
const bounds = { bytes: 2 * 1024 * 1024, shown: 16, joined: 4 };

/** @throws PacelineError invalid_argument for options that are wrong @public of the part that sync.ts loads */
export async function maskedRounds(options: RegistrarOptions, round: Round): Promise<readonly SyncResult[]> {
  const registrar = registrarSettings(round.settings, options);
  const results: SyncResult[] = [];
  const consent = await round.settings.store.get(consentKey);
  const consented = round.consented.has("model-training") && (await inForce(round.settings.store, "model-training"));
  if (!consented || round.transport.isDown()) return results;
  for (const row of await readAll<RoundRow>(round.settings.store, maskedKey("")))
    await one(round, results, row.task, () => goOn(round, registrar, row));
  if (round.transport.isDown()) return results;
  const shown = await listed(round).catch((error: unknown) => {
    if (!isPacelineError(error)) throw error;
  });
  if (shown === undefined) return results;
  let joined = results.filter(({ outcome }) => outcome === "waiting").length;
  const waiting: InvitedRow[] = [];
  let all = shown.length <= bounds.shown;
  for (const each of shown.slice(0, bounds.shown)) {
    if (joined >= bounds.joined || round.transport.isDown()) {
      all = false;
      break;
    }
    const invited = await judgeMasked(round.settings, registrar, each, { ...round, now: nowOf(round) });
    if ("code" in invited) {
      results.push({ outcome: "refused", ...invited });
      continue;
    }
    if ((await round.settings.store.get(keys.participation(invited.task))) !== undefined) continue;
    await one(round, results, invited.task, () => enter(round, registrar, invited, each, waiting));
    joined++;
  }
  await keepWaiting(round.settings.store, waiting, all, consent);
  return results;
}

/**
 * What the member is told of, and can look into, before this device joins: what the coordinator no longer shows is no longer told.
 * @param all whether every round that is shown was looked at: else nothing is known of the others
 * @param consent as it was before the network was asked: a member who withdrew it meanwhile is told of no round
 */
async function keepWaiting(
  store: DeviceStore,
  waiting: readonly InvitedRow[],
  all: boolean,
  consent: Uint8Array | undefined,
): Promise<void> {
  const known = await store.keys(invitedKey(""));
  const staying = new Set(waiting.map(({ task }) => invitedKey(task)));
  const gone = all ? known.filter((key) => !staying.has(key)) : [];
  const put = waiting
    .filter(({ task }) => !known.includes(invitedKey(task)))
    .map((row) => entry(invitedKey(row.task), row));
  if (gone.length === 0 && put.length === 0) return;
  await store.transaction({ put, delete: gone, expect: [[consentKey, consent]] }).catch((error: unknown) => {
    if (!isPacelineError(error) || error.code !== "conflict") throw error;
  });
}

const nowOf = ({ time }: Round): number => Math.floor(time.now() / 1000);

/** What one round meets keeps no other back. */
async function one(
  round: Round,
  results: SyncResult[],
  task: string,
  work: () => Promise<SyncResult | undefined>,
): Promise<void> {
  try {
    const result = await work();
    if (result !== undefined) results.push(result);
  } catch (error) {
    if (!isPacelineError(error)) throw error;
    // Another page was faster, nobody answered, or what is kept of this round is damaged: until it is over, the next sync tries again.
    const until = round.time.now() + AGAIN_MS;
    results.push({ outcome: "waiting", task, name: "", until, why: error.message });
  }
}

const AGAIN_MS = 60_000;

async function listed({ settings, transport, time }: Round): Promise<readonly unknown[]> {
  const url = `${settings.coordinatorUrl}/v1/masked`;
  const response = await transport.send({ method: "GET", url, responseBytesMax: bounds.bytes });
  time.heard(response);
  // A coordinator that knows no such rounds.
  if (response.status === 404) return [];
  if (response.status !== 200) throw decodeProblem(response.status, response.body);
  try {
    const { rounds } = parseJson(fromUtf8(response.body), "the list of masked rounds") as { readonly rounds?: unknown };
    return Array.isArray(rounds) ? rounds.map(({ task: _, ...envelope }: Record<string, unknown>) => envelope) : [];
  } catch {
    return [];
  }
}

/** A new round, from public facts acceptable. */
async function enter(
  round: Round,
  registrar: RegistrarSettings,
  invited: Invited,
  shown: unknown,
  waiting: InvitedRow[],
): Promise<SyncResult | undefined> {
  const { settings, transport } = round;
  const { task, manifest, checked } = invited;
  const { opens, closes } = manifest.joining;
  const now = nowOf(round);
  if (now < opens || now >= closes) return undefined;
  const seed = await scheduleSeed(settings.store, settings.platform.entropy);
  const { due } = await momentsOf(settings.platform.crypto, seed, task, { opens, closes }, settings.spread);
  const { name } = manifest;
  const envelope = readMaskedEnvelope(shown);
  if (now < due) {
    waiting.push({ task, envelope, due, closes });
    const why = "answers are spread over time, whatever is in them";
    return { outcome: "waiting", task, name, until: due * 1000, why };
  }
  // Whoever refuses the model joins no round of it.
  try {
    await modelOf(settings, transport, checked);
  } catch (error) {
    if (!isPacelineError(error) || error.code === "unavailable") {
      waiting.push({ task, envelope, due, closes });
      throw error;
    }
    return { outcome: "refused", code: error.code, why: error.message };
  }
  const row = await commit(settings, invited, envelope);
  return row && (await goOn(round, registrar, row, invited));
}

/** A round that this device is in. */
async function goOn(
  round: Round,
  registrar: RegistrarSettings,
  row: RoundRow,
  fresh?: Invited,
): Promise<SyncResult | undefined> {
  const { settings, consented } = round;
  const { store } = settings;
  if ("because" in row) return await endRound(store, row, row.because, []);
  const invited = fresh ?? (await judgeMasked(settings, registrar, row.envelope, { consented, now: nowOf(round) }));
  const consentBytes = await store.get(consentKey);
  // Options that were changed meanwhile, or a purpose that was: it is left, and its secrets with it.
  if ("code" in invited) return await leave(round, row, `this device gave the round up: ${invited.why}`);
  const member = new RoundMember(round, registrar, invited, row, consentBytes);
  if (!(await member.isConsented())) return await member.end("the consent was withdrawn");
  if (nowOf(round) >= invited.manifest.joining.ends) return await member.end(TIME_OVER);
  if (!row.joined) {
    const refused = await askForPlace(settings, registrar, watched(settings), row, member.expected);
    if (refused !== undefined) return await member.end(refused);
    await member.joined();
  }
  return await member.proceed();
}

async function leave({ settings }: Round, row: MaskedRow, because: string): Promise<SyncResult> {
  return await endRound(settings.store, row, because, [[maskedKey(row.task), encodeRow(row)]]);
}

/**
 * All of what taking part is made of: bundlers else cut it up into what this part uses of it and what it does not, and a page that
 * joins no such round would download more files.
 * @public
 */
export { grant, syncTasks } from "../taking-part.ts";
