// The device's own signing key: made when it is first needed, kept in the device's store, gone when everything is erased.
import { fromBase64Url, toBase64Url } from "../base/bytes.ts";
import type { DeviceKey } from "../task/consent.ts";
import type { Settings } from "./options.ts";
import { entry, keys, readJson } from "./state.ts";

interface Kept {
  readonly secret: string;
  readonly public: string;
}

type Needs = Pick<Settings, "store" | "platform">;

/** @throws PacelineError conflict when another tab makes one at this moment: try again */
export async function deviceKey({ store, platform }: Needs): Promise<DeviceKey> {
  const { crypto } = platform;
  let kept = await readJson<Kept>(store, keys.deviceKey);
  if (kept === undefined) {
    const pair = await crypto.ed25519Generate();
    kept = { secret: toBase64Url(pair.secret), public: toBase64Url(pair.public) };
    await store.transaction({
      put: [entry(keys.deviceKey, kept)],
      delete: [],
      expect: [[keys.deviceKey, undefined]],
    });
  }
  const secret = fromBase64Url(kept.secret);
  return {
    publicKey: fromBase64Url(kept.public),
    sign: async (message) => await crypto.ed25519Sign(secret, message),
  };
}

/** Of the device, where it has one. */
export async function devicePublicKey({ store }: Pick<Needs, "store">): Promise<Uint8Array | undefined> {
  const kept = await readJson<Kept>(store, keys.deviceKey);
  return kept === undefined ? undefined : fromBase64Url(kept.public);
}
