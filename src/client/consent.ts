// Consent: off by default, one purpose at a time, withdrawn as easily as given.
import type { Clock } from "../ports/clock.ts";
import type { DeviceStore } from "../ports/device-store.ts";
import { type ConsentReceipt, newReceipt } from "../task/consent.ts";
import { type Purpose, purposeNames } from "../task/purposes.ts";
import { entry, keys, readJson } from "./state.ts";

export interface Consent {
  grant(purpose: Purpose): Promise<ConsentReceipt>;
  withdraw(purpose: Purpose): Promise<void>;
  receipts(): Promise<readonly ConsentReceipt[]>;
}

export function newConsent(store: DeviceStore, clock: Clock): Consent {
  const receipt = (purpose: Purpose) => readJson<ConsentReceipt>(store, keys.receipt(purpose));
  return {
    async grant(purpose) {
      const granted = newReceipt(purpose, clock.now());
      await store.transaction({ put: [entry(keys.receipt(purpose), granted)], delete: [] });
      return granted;
    },
    async withdraw(purpose) {
      const current = await receipt(purpose);
      if (current === undefined || current.withdrawnAt !== null) return;
      const withdrawn = { ...current, withdrawnAt: clock.now() };
      await store.transaction({ put: [entry(keys.receipt(purpose), withdrawn)], delete: [] });
    },
    async receipts() {
      const all = await Promise.all(purposeNames.map(receipt));
      return all.filter((one) => one !== undefined);
    },
  };
}

/** The purposes with consent in force. */
export async function consentedPurposes(consent: Consent): Promise<ReadonlySet<Purpose>> {
  const receipts = await consent.receipts();
  return new Set(receipts.filter((one) => one.withdrawnAt === null).map((one) => one.purpose));
}
