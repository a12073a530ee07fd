// Consent: off by default, one purpose at a time, withdrawn as easily as given. A browser's Global Privacy Control refuses all
// of it for as long as it is set.
import { fail, isPacelineError } from "../base/errors.ts";
import type { DeviceStore } from "../ports/device-store.ts";
import { type ConsentReceipt, noticeOf, signReceipt, type Unsigned, verifyReceipt } from "../task/consent.ts";
import { type Purpose, purposeNames } from "../task/purposes.ts";
import { deviceKey, devicePublicKey } from "./device-key.ts";
import { textOf } from "./option-checks.ts";
import type { Settings } from "./options.ts";
import { entry, keys, type Participation, type Pending, readJson } from "./state.ts";

/** `refused`: given once, and the browser's Global Privacy Control says no. */
export type ConsentState = "off" | "given" | "withdrawn" | "refused";

export interface ConsentStatus {
  readonly purpose: Purpose;
  readonly state: ConsentState;
  /** The last one given, if any. */
  readonly receipt: ConsentReceipt | undefined;
}

/** What the member was shown, where that is not this package's own words in English. */
export interface Shown {
  readonly notice?: string;
  /** BCP 47 */
  readonly language?: string;
}

export interface Consent {
  /**
   * @throws PacelineError invalid_argument for what is no purpose, consent_missing where the browser's Global Privacy Control
   *   refuses
   */
  grant(purpose: Purpose, shown?: Shown): Promise<ConsentReceipt>;
  /** Nothing that was sealed under it leaves any more, not even after a new consent. */
  withdraw(purpose: Purpose): Promise<void>;
  /** Every purpose there is, whether or not it was ever asked for. */
  status(): Promise<readonly ConsentStatus[]>;
  receipts(): Promise<readonly ConsentReceipt[]>;
}

type Needs = Pick<Settings, "store" | "platform" | "refusedBySignal" | "controller">;

export function newConsent(settings: Needs): Consent {
  const { store, platform, controller } = settings;
  const receipt = (purpose: Purpose) => readJson<ConsentReceipt>(store, keys.receipt(checkPurpose(purpose)));
  const receipts = async () => (await Promise.all(purposeNames.map(receipt))).filter((one) => one !== undefined);
  return {
    async grant(purpose, { notice = noticeOf(purpose), language = "en" } = {}) {
      checkPurpose(purpose);
      if (settings.refusedBySignal())
        fail("consent_missing", "this browser's Global Privacy Control refuses", {
          hint: "Whoever wants to take part turns it off for this site first.",
        });
      return await retrying(async () => {
        const before = await store.get(keys.receipt(purpose));
        const number = ((await receipt(purpose))?.number ?? 0) + 1;
        const granted: Unsigned = {
          version: 2,
          purpose,
          notice: textOf("notice", notice, 2000),
          language: textOf("language", language, 40),
          grantedAt: platform.clock.now(),
          withdrawnAt: null,
          number,
          controller,
        };
        return await put(settings, granted, before);
      });
    },
    async withdraw(purpose) {
      checkPurpose(purpose);
      await retrying(async () => {
        const before = await store.get(keys.receipt(purpose));
        const current = await receipt(purpose);
        if (current === undefined) return;
        if (current.withdrawnAt === null) {
          const { publicKey: _, signature: __, ...rest } = current;
          await put(settings, { ...rest, withdrawnAt: platform.clock.now() }, before);
        }
        await dropSealed(store, purpose, current.number);
        await dropPending(store, purpose);
      });
    },
    async status() {
      const all = await receipts();
      return purposeNames.map((purpose) => {
        const own = all.find((one) => one.purpose === purpose);
        return { purpose, state: stateOf(own, settings.refusedBySignal()), receipt: own };
      });
    },
    receipts,
  };
}

function stateOf(receipt: ConsentReceipt | undefined, refused: boolean): ConsentState {
  if (receipt === undefined) return "off";
  if (receipt.withdrawnAt !== null) return "withdrawn";
  return refused ? "refused" : "given";
}

async function put(settings: Needs, unsigned: Unsigned, before: Uint8Array | undefined): Promise<ConsentReceipt> {
  const signed = await signReceipt(await deviceKey(settings), unsigned);
  const key = keys.receipt(unsigned.purpose);
  await settings.store.transaction({ put: [entry(key, signed)], delete: [], expect: [[key, before]] });
  return signed;
}

/** Another tab may change the same thing: then it is read again. */
async function retrying<T>(work: () => Promise<T>): Promise<T> {
  for (let left = 5; ; left--) {
    try {
      return await work();
    } catch (error) {
      if (left === 0 || !isPacelineError(error) || error.code !== "conflict") throw error;
    }
  }
}

function checkPurpose(purpose: Purpose): Purpose {
  if (!purposeNames.includes(purpose))
    fail("invalid_argument", "there is no such purpose to consent to", {
      hint: `Purposes: ${purposeNames.join(", ")}.`,
    });
  return purpose;
}

/**
 * The purposes with consent in force: given, not withdrawn, signed by this device, and not refused by the browser. A receipt that
 * something else wrote into the store counts for nothing.
 */
export async function consentedPurposes(settings: Needs): Promise<ReadonlySet<Purpose>> {
  const { store, platform } = settings;
  const consented = new Set<Purpose>();
  if (settings.refusedBySignal()) return consented;
  const publicKey = await devicePublicKey(settings);
  if (publicKey === undefined) return consented;
  for (const purpose of purposeNames) {
    const receipt = await readJson<ConsentReceipt>(store, keys.receipt(purpose));
    if (receipt === undefined || receipt.withdrawnAt !== null || receipt.purpose !== purpose) continue;
    if (await verifyReceipt(platform.crypto, receipt, publicKey)) consented.add(purpose);
  }
  return consented;
}

/** The consent to a purpose that is in force now, unless the device is paused. */
export async function inForce(store: DeviceStore, purpose: Purpose): Promise<ConsentReceipt | undefined> {
  const receipt = await readJson<ConsentReceipt>(store, keys.receipt(purpose));
  const paused = (await readJson<boolean>(store, keys.paused)) ?? false;
  return receipt !== undefined && receipt.withdrawnAt === null && !paused ? receipt : undefined;
}

/** Why a report that was sealed never left. */
const WITHDRAWN = "the consent was withdrawn before it left";

/**
 * Forgets the bytes of reports that wait and were sealed under this consent or an earlier one; that the task was answered,
 * and what it cost, stays.
 */
async function dropSealed(store: DeviceStore, purpose: Purpose, number: number): Promise<void> {
  for (const key of await store.keys("queue/")) {
    const now = await store.get(key);
    const row = keys.participation(key.slice("queue/".length));
    const queued = await readJson<Participation>(store, row);
    if (now === undefined || queued === undefined || queued.purpose !== purpose || queued.consent > number) continue;
    try {
      await store.transaction({
        put: [entry(row, { ...queued, refused: WITHDRAWN })],
        delete: [key],
        expect: [[key, now]],
      });
    } catch (error) {
      // A sync delivered it in between.
      if (!isPacelineError(error) || error.code !== "conflict") throw error;
    }
  }
}

/** Questions that wait for their moment: a new consent reads the register anew. */
async function dropPending(store: DeviceStore, purpose: Purpose): Promise<void> {
  const gone: string[] = [];
  for (const key of await store.keys("pending/"))
    if ((await readJson<Pending>(store, key))?.purpose === purpose) gone.push(key);
  if (gone.length > 0) await store.transaction({ put: [], delete: [...gone, keys.read] });
}
