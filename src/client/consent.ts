// Consent: off by default, one purpose at a time, withdrawn as easily as given.
import { fail, isPacelineError } from "../base/errors.ts";
import type { Clock } from "../ports/clock.ts";
import type { DeviceStore } from "../ports/device-store.ts";
import { type ConsentReceipt, newReceipt } from "../task/consent.ts";
import { type Purpose, purposeNames } from "../task/purposes.ts";
import { entry, keys, type Participation, readJson } from "./state.ts";

export interface Consent {
  /** @throws PacelineError invalid_argument for what is no purpose */
  grant(purpose: Purpose): Promise<ConsentReceipt>;
  /** Nothing that was sealed under it leaves any more, not even after a new consent. */
  withdraw(purpose: Purpose): Promise<void>;
  receipts(): Promise<readonly ConsentReceipt[]>;
}

export function newConsent(store: DeviceStore, clock: Clock): Consent {
  const receipt = (purpose: Purpose) => readJson<ConsentReceipt>(store, keys.receipt(checkPurpose(purpose)));
  return {
    async grant(purpose) {
      const before = await receipt(purpose);
      const granted = newReceipt(purpose, clock.now(), (before?.number ?? 0) + 1);
      await store.transaction({ put: [entry(keys.receipt(purpose), granted)], delete: [] });
      return granted;
    },
    async withdraw(purpose) {
      const current = await receipt(purpose);
      if (current === undefined || current.withdrawnAt !== null) return;
      const withdrawn = { ...current, withdrawnAt: clock.now() };
      await store.transaction({ put: [entry(keys.receipt(purpose), withdrawn)], delete: [] });
      await dropSealed(store, purpose, current.number);
    },
    async receipts() {
      const all = await Promise.all(purposeNames.map(receipt));
      return all.filter((one) => one !== undefined);
    },
  };
}

function checkPurpose(purpose: Purpose): Purpose {
  if (!purposeNames.includes(purpose))
    fail("invalid_argument", "there is no such purpose to consent to", {
      hint: `Purposes: ${purposeNames.join(", ")}.`,
    });
  return purpose;
}

/** The purposes with consent in force. */
export async function consentedPurposes(consent: Consent): Promise<ReadonlySet<Purpose>> {
  const receipts = await consent.receipts();
  return new Set(receipts.filter((one) => one.withdrawnAt === null).map((one) => one.purpose));
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
  for (const key of await store.keys("task/")) {
    const now = await store.get(key);
    const queued = await readJson<Participation>(store, key);
    if (queued === undefined || queued.report === null || queued.purpose !== purpose || queued.consent > number)
      continue;
    const dropped = { ...queued, report: null, refused: WITHDRAWN };
    try {
      await store.transaction({ put: [entry(key, dropped)], delete: [], expect: [[key, now]] });
    } catch (error) {
      // A sync delivered it in between.
      if (!isPacelineError(error) || error.code !== "conflict") throw error;
    }
  }
}
