// Which consents count now: what sync, delivery and answering ask before anything leaves.
import type { DeviceStore } from "../ports/device-store.ts";
import { type AnyReceipt, verifyReceipt } from "../task/consent.ts";
import { type Purpose, purposeNames } from "../task/purposes.ts";
import { devicePublicKey } from "./device-key.ts";
import type { Settings } from "./options.ts";
import { keys, readJson } from "./state.ts";

type Needs = Pick<Settings, "store" | "platform" | "refusedBySignal">;

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
    const receipt = await readJson<AnyReceipt>(store, keys.receipt(purpose));
    if (receipt === undefined || receipt.withdrawnAt !== null || receipt.purpose !== purpose) continue;
    if (await verifyReceipt(platform.crypto, receipt, publicKey)) consented.add(purpose);
  }
  return consented;
}

/** The consent to a purpose that is in force now, unless the device is paused. */
export async function inForce(store: DeviceStore, purpose: Purpose): Promise<AnyReceipt | undefined> {
  const receipt = await readJson<AnyReceipt>(store, keys.receipt(purpose));
  const paused = (await readJson<boolean>(store, keys.paused)) ?? false;
  return receipt !== undefined && receipt.withdrawnAt === null && !paused ? receipt : undefined;
}
