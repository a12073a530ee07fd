// What a masked round does next, one step at a time: opened with the roster that the registrar signed, closed stage by stage by the
// clock, and ended with a release or a reason. Nobody is waited for beyond a stage's time.
import { call } from "../../api/call.ts";
import { type MaskedView, registrarRoutes } from "../../api/masked.ts";
import { fromBase64Url, toBase64Url, toHex } from "../../base/bytes.ts";
import { fail, isPacelineError } from "../../base/errors.ts";
import { checkMasked, checkRoundTerms } from "../../learning/masked/check.ts";
import { Opening, openingInput } from "../../protocol/secagg/terms.ts";
import type { MaskedRow } from "../../release/store.ts";
import { decodeMaskedManifest } from "../../task/masked/manifest.ts";
import type { Live, LiveRounds } from "./live.ts";
import type { MaskedPublishing } from "./publish.ts";
import { abortMasked, settleMasked } from "./settle.ts";

/** Each is one thing at a time for its round. */
export interface MaskedSteps {
  /** @throws PacelineError not_found */
  rowOf(task: Uint8Array): Promise<MaskedRow>;
  /** Writes down how a round ended, if it has. @returns the row as it is then */
  ended(row: MaskedRow, round: Live): Promise<MaskedRow>;
  /** For the member with this key. @param read the round as the store has it now, which is asked otherwise */
  viewOf(row: MaskedRow, key: Uint8Array, read?: Live): Promise<MaskedView>;
  abort(row: MaskedRow, because: string): Promise<void>;
  /** As far as the clock and the registrar say. */
  advance(task: Uint8Array): Promise<void>;
}

export function newMaskedSteps(publishing: MaskedPublishing, live: LiveRounds): MaskedSteps {
  const { parts } = publishing;
  const { store, clock, passing } = parts;

  const rowOf = async (task: Uint8Array): Promise<MaskedRow> =>
    (await store.read((rows) => rows.maskedRound(task))) ?? fail("not_found", "there is no such masked round");

  async function ended(row: MaskedRow, round: Live): Promise<MaskedRow> {
    const { machine } = round;
    if (machine.stage !== "done" && machine.stage !== "aborted") return row;
    passing("coordinator:masked-closed");
    if (machine.stage === "done")
      try {
        await settleMasked(parts, row, round);
      } catch (error) {
        if (!isPacelineError(error) || error.code !== "verification_failed") throw error;
        await abortMasked(parts, row.task, error.message);
      }
    else await abortMasked(parts, row.task, reasonOf(machine));
    live.forget(row.task);
    return await rowOf(row.task);
  }

  /** Most messages are the same for all members, who ask again and again. */
  const texts = new WeakMap<Uint8Array, string>();
  function textOf(message: Uint8Array): string {
    const text = texts.get(message) ?? toBase64Url(message);
    texts.set(message, text);
    return text;
  }

  async function viewOf(row: MaskedRow, key: Uint8Array, read?: Live): Promise<MaskedView> {
    const nothing = { stage: null, closes: null, message: null, because: row.because };
    if (row.state === "joining") return { ...nothing, state: "joining", closes: row.closes * 1000 };
    if (row.state !== "open") return { ...nothing, state: row.state };
    const round = read ?? (await live.at(row));
    if (round === undefined) return await viewOf(await rowOf(row.task), key);
    const { machine, places } = round;
    // Another process has taken the last message: it is written down at the next step.
    if (machine.stage === "done" || machine.stage === "aborted") return { ...nothing, state: "open" };
    const place = places.get(toHex(key));
    const message = place === undefined || machine.answered(place) ? undefined : machine.messageFor(place);
    return {
      ...{ state: "open", stage: machine.stage, closes: machine.closesAt, because: null },
      message: message === undefined ? null : textOf(message),
    };
  }

  async function abort(row: MaskedRow, because: string): Promise<void> {
    await abortMasked(parts, row.task, because);
    live.forget(row.task);
  }

  /** Asks the registrar who is in the round. */
  async function open(row: MaskedRow, now: number): Promise<void> {
    const opening = await openingOf(publishing, row);
    if (opening === "later") return;
    if ("refused" in opening) return await abort(row, opening.refused);
    await store.transaction(async (rows) => {
      if ((await rows.maskedRound(row.task))?.state !== "joining") return;
      await rows.putMaskedRound({ ...row, state: "open", opening: opening.bytes, opened: now });
    });
    passing("coordinator:masked-opened");
  }

  async function advance(task: Uint8Array): Promise<void> {
    const row = await rowOf(task);
    const now = clock.now();
    if (row.state === "joining" || row.state === "open") {
      if (now >= row.ends * 1000) return await abort(row, "its time was over before its members had come to an end");
      if (row.state === "joining") return await open(row, now);
      let round = await live.at(row);
      if (round === undefined) return;
      const over = round.machine.stage === "done" || round.machine.stage === "aborted";
      if (!over && now >= round.machine.closesAt) round = await live.take(row, null, now, round);
      await ended(row, round);
    }
  }

  return { rowOf, ended, viewOf, abort, advance };
}

function reasonOf(machine: Live["machine"]): string {
  try {
    machine.sum();
  } catch (error) {
    if (isPacelineError(error)) return error.message;
    throw error;
  }
  return fail("internal", "an aborted round has no sum");
}

/** What the registrar signed, checked. @throws PacelineError unavailable, verification_failed, manifest_refused */
async function openingOf(
  { parts, transport }: MaskedPublishing,
  row: MaskedRow,
): Promise<{ readonly bytes: Uint8Array } | { readonly refused: string } | "later"> {
  const { crypto, terms } = parts;
  const registrar =
    terms.registrar ?? fail("misconfigured", "a masked round is open, and the configuration names no registrar");
  let bytes: Uint8Array;
  try {
    const parameters = { task: toBase64Url(row.task) };
    const { opening } = await call({ transport, url: registrar.url }, registrarRoutes.opening, { parameters });
    bytes = fromBase64Url(opening);
  } catch (error) {
    if (isPacelineError(error) && error.code === "conflict") return "later";
    if (isPacelineError(error) && error.code === "round_aborted") return { refused: error.message };
    throw error;
  }
  const opening = Opening.decode(bytes);
  if (!(await crypto.ed25519Verify(registrar.key, openingInput(opening), opening.signature)))
    fail("verification_failed", "the round's roster is not signed with the registrar's agreed key");
  const checked = checkMasked(decodeMaskedManifest(row.manifest));
  checkRoundTerms(row.task, checked, opening.terms, opening.roster.length);
  return { bytes };
}
