// A round's stages, one or more a sync: what the coordinator asks is answered by the protocol's own member, which writes every answer
// before it is sent. Nothing is written or sent once the row of this round is gone, or the consent is another.

import { type MaskedView, maskedView } from "../../api/masked.ts";
import { decodeProblem } from "../../api/problem.ts";
import { fromBase64Url, fromUtf8 } from "../../base/bytes.ts";
import { fail, isPacelineError } from "../../base/errors.ts";
import { parseJson } from "../../base/json.ts";
import * as z from "../../base/schema.ts";
import { checkRoundTerms, roundTermsOf } from "../../learning/masked/check.ts";
import { webKeystream } from "../../platform/web/keystream.ts";
import type { DeviceStore } from "../../ports/device-store.ts";
import type { TransportResponse } from "../../ports/transport.ts";
import { type SecureAggregationMember, secureAggregationMember } from "../../protocol/secagg/member/member.ts";
import type { Invitation } from "../../protocol/secagg/member/steps.ts";
import { Opening } from "../../protocol/secagg/terms.ts";
import { inForce } from "../in-force.ts";
import type { Round } from "../news.ts";
import type { Settings } from "../options.ts";
import { modelOf } from "../round-model.ts";
import { entry, keys, type Participation, readJson } from "../state.ts";
import type { SyncResult } from "../sync.ts";
import { endRound } from "./end.ts";
import { chargeOf } from "./join.ts";
import type { Invited } from "./judge.ts";
import type { RegistrarSettings } from "./options.ts";
import { consentKey, encodeRow, type MaskedRow, maskedKey, vectorKey } from "./rows.ts";
import { ownVector } from "./vector.ts";

/** A round has six stages and an end: more than these in one sync is no round. */
const STEPS_MAX = 8;
/** The list of everyone's keys is the longest message. */
const ANSWER_BYTES_MAX = 8 * 1024 * 1024;

type Change = readonly [string, Uint8Array];
type Expected = readonly (readonly [string, Uint8Array | undefined])[];

/** A round that this device is in. */
export class RoundMember {
  readonly #round: Round;
  readonly #invited: Invited;
  readonly #member: SecureAggregationMember;
  #row: MaskedRow;
  /** What is written, and deleted, with the protocol's next state. */
  #also: readonly Change[] = [];
  #gone: readonly string[] = [];
  /** What that was reckoned from. */
  #from: Expected = [];
  #expected: Expected;

  constructor(
    round: Round,
    registrar: RegistrarSettings,
    invited: Invited,
    row: MaskedRow,
    consentBytes: Uint8Array | undefined,
  ) {
    const { crypto, entropy } = round.settings.platform;
    this.#round = round;
    this.#invited = invited;
    this.#row = row;
    this.#expected = [
      [maskedKey(row.task), encodeRow(row)],
      [consentKey, consentBytes],
    ];
    const secret = fromBase64Url(row.secret);
    const signer = {
      publicKey: fromBase64Url(row.public),
      sign: async (message: Uint8Array) => await crypto.ed25519Sign(secret, message),
    };
    const { corrupt, survivors, unopened, ...expected } = roundTermsOf(invited.id, invited.checked, 0);
    const invitation: Invitation = {
      ...{ registrar: registrar.key, expected, floors: registrar.floors },
      vector: () => this.#vector(),
    };
    const ports = { crypto, entropy, keystream: webKeystream, signer };
    this.#member = secureAggregationMember(this.#guarded(round.settings.store), ports, invitation);
  }

  /** Nothing is written once the row is another, or gone, or the consent is. */
  #guarded(store: DeviceStore): DeviceStore {
    return {
      get: (key) => store.get(key),
      keys: (prefix) => store.keys(prefix),
      close: () => store.close(),
      transaction: async ({ put, delete: gone, expect = [] }) => {
        await store.transaction({
          put: [...put, ...this.#also],
          delete: [...gone, ...this.#gone],
          expect: [...expect, ...this.#from, ...this.#expected],
        });
        this.#with();
      },
    };
  }

  #with(also: readonly Change[] = [], gone: readonly string[] = [], from: Expected = []): void {
    [this.#also, this.#gone, this.#from] = [also, gone, from];
  }

  get expected(): Expected {
    return this.#expected;
  }

  async #write(row: MaskedRow): Promise<void> {
    await this.#round.settings.store.transaction({
      put: [[maskedKey(row.task), encodeRow(row)]],
      delete: [],
      expect: this.#expected,
    });
    this.#row = row;
    this.#expected = [[maskedKey(row.task), encodeRow(row)], ...this.#expected.slice(1)];
  }

  async joined(): Promise<void> {
    await this.#write({ ...this.#row, joined: true });
  }

  /**
   * What this device adds, drawn once, and what its ledger is charged for it. Both are written with the keys of the round: nothing of its
   * days can leave without them, and from an older copy of its store it adds the same again, whatever its days or its ledger say by then.
   */
  async #draw(): Promise<void> {
    const { settings, transport } = this.#round;
    const { task, members } = this.#row;
    const { manifest, checked } = this.#invited;
    const model = await modelOf(settings, transport, checked);
    const { epochs, charged, empty, put, expect } = await chargeOf(settings, manifest, checked);
    const { words, nullBecause } = await ownVector(settings, this.#invited, model, members ?? 0, empty);
    const told = await readJson<Participation>(settings.store, keys.participation(task));
    const paid = told && { ...told, nullBecause, rho: `${charged}`, epochs };
    const also = [[vectorKey(this.#row), words] as const, ...put];
    this.#with(paid === undefined ? also : [...also, entry(keys.participation(task), paid)], [], expect);
  }

  async #vector(): Promise<Uint8Array> {
    const { store } = this.#round.settings;
    const key = keys.participation(this.#row.task);
    const words = await store.get(vectorKey(this.#row));
    if (words === undefined)
      fail("internal", "what this device adds to the round was drawn with its keys, and is gone");
    const told = await readJson<Participation>(store, key);
    const made = told && entry(key, { ...told, what: vectorPart(told.nullBecause) });
    this.#with(made === undefined ? [] : [made], [vectorKey(this.#row)]);
    return words;
  }

  /** As far as the round goes now. @throws PacelineError unavailable, conflict: tried again at the next sync */
  async proceed(): Promise<SyncResult> {
    const { transport } = this.#round;
    let view = await this.#look();
    let answered: string | null = null;
    for (let left = STEPS_MAX; left > 0; left--) {
      const { state, message, closes } = view;
      if (state === "done") return await this.end(await this.#told());
      if (state === "aborted") return await this.end("the round ended without a sum");
      // A coordinator that asks the same again has what it asked for.
      if (message === null || message === answered)
        return this.#waiting(closes, state === "joining" ? "members still join" : "others answer");
      answered = message;
      const said = await this.#answer(fromBase64Url(message));
      if (typeof said === "string") return await this.end(said);
      const { task } = this.#row;
      const isVector = said[0] === MASKED_INPUT;
      const response = await transport.send(
        {
          method: "POST",
          url: messagesUrl(this.#round.settings, this.#row),
          headers: { "content-type": "application/octet-stream" },
          body: said,
          responseBytesMax: ANSWER_BYTES_MAX,
        },
        { task, ...(!isVector && { part: partOf(said[0]) }) },
        this.#expected,
      );
      await this.#round.settings.store.transaction({ put: transport.answered(task, response.status), delete: [] });
      const next = this.#viewIn(response);
      if (typeof next === "string") return await this.end(next);
      view = next;
    }
    return this.#waiting(null, "the round goes on");
  }

  #url(): string {
    return memberUrl(this.#round.settings, this.#row);
  }

  async #look(): Promise<MaskedView> {
    const { transport, time } = this.#round;
    const response = await transport.send({ method: "GET", url: this.#url(), responseBytesMax: ANSWER_BYTES_MAX });
    time.heard(response);
    const view = this.#viewIn(response);
    return typeof view === "string" ? fail("unavailable", "the round gave no answer") : view;
  }

  /** @returns why this device is out of the round, in words @throws PacelineError unavailable for what is no answer */
  #viewIn({ status, body }: TransportResponse): MaskedView | string {
    if (status !== 200) {
      const problem = decodeProblem(status, body);
      const code = isPacelineError(problem) ? problem.code : "internal";
      if (status < 500 && OUT.has(code)) return `the coordinator did not take an answer of this device: ${code}`;
      this.#round.transport.failed();
      return fail("unavailable", "the round gave no answer");
    }
    try {
      const parsed = z.safeParse(maskedView, parseJson(fromUtf8(body), "an answer of the coordinator"));
      if (parsed.success) return parsed.data;
    } catch {
      // No JSON: a page in between.
    }
    this.#round.transport.failed();
    return fail("unavailable", "the round gave no answer that this device reads");
  }

  /** @returns the bytes to send; or why the round is given up, in words */
  async #answer(message: Uint8Array): Promise<Uint8Array | string> {
    // What another page's answer left unused is not this answer's.
    this.#with();
    try {
      if ((await this.#member.stage()) === undefined) {
        const { terms, roster } = Opening.decode(message);
        checkRoundTerms(this.#invited.id, this.#invited.checked, terms, roster.length);
        if (this.#row.members !== roster.length) await this.#write({ ...this.#row, members: roster.length });
        await this.#draw();
      }
      return await this.#member.receive(message);
    } catch (error) {
      // Another page's doing, or the model that did not come: the next sync tries again. What does not hold is for ever.
      if (!isPacelineError(error) || !GIVEN_UP.has(error.code)) throw error;
      return `this device gave the round up: ${error.message}`;
    }
  }

  /** Of a round that is over with a sum: whether this device's vector was sent. */
  async #told(): Promise<string | undefined> {
    const stage = await this.#member.stage();
    const sent = stage === "masked" || stage === "signed" || stage === "ended";
    return sent ? undefined : "the round went on without this device";
  }

  #waiting(closes: number | null, why: string): SyncResult {
    const { manifest } = this.#invited;
    const { task } = this.#row;
    return { outcome: "waiting", task, name: manifest.name, until: closes ?? manifest.joining.ends * 1000, why };
  }

  /** @param because why nothing of this device is in a sum; undefined where it is */
  async end(because: string | undefined): Promise<SyncResult> {
    const { settings } = this.#round;
    return await endRound(settings.store, this.#row, because, this.#expected);
  }

  async isConsented(): Promise<boolean> {
    const { store } = this.#round.settings;
    const told = await readJson<Participation>(store, keys.participation(this.#row.task));
    return told !== undefined && (await inForce(store, "model-training"))?.number === told.consent;
  }
}

/** Codes after which the round is given up. A store's conflict is another page's. */
const GIVEN_UP: ReadonlySet<string> = new Set([
  ...["manifest_refused", "verification_failed", "invalid_batch_size", "invalid_message", "invalid_argument"],
]);
/** Answers that say this member is out of the round. */
const OUT: ReadonlySet<string> = new Set([
  ...["conflict", "invalid_message", "verification_failed", "not_found", "unknown_task", "task_expired"],
]);

const MASKED_INPUT = 7;

type Place = readonly [Pick<Settings, "coordinatorUrl">, Pick<MaskedRow, "task" | "public">];

const memberUrl = (...[{ coordinatorUrl }, row]: Place): string =>
  `${coordinatorUrl}/v1/masked/${row.task}/members/${row.public}`;

export const messagesUrl = (...place: Place): string => `${memberUrl(...place)}/messages`;

/** Of the vector, for the member. */
export const vectorPart = (nullBecause: string | null): string =>
  nullBecause === null
    ? "a bounded change to a shared model, computed from your own weeks, with noise of your own and under masks that only the sum loses"
    : "noise of your own under masks, and nothing about you";

/** Of a message by its kind, for the member's log. */
export function partOf(kind: number | undefined): string {
  const words: Record<number, string> = {
    1: "keys made for one round of training: nothing of your days",
    3: "a random number for one round of training: nothing of your days",
    5: "shares of this round's keys, sealed to other members: nothing of your days",
    9: "a signature over who is still in the round: nothing of your days",
    11: "shares that take masks off the sum of all, and off nothing else: nothing of your days",
  };
  return words[kind ?? 0] ?? "a part of a round of training";
}
