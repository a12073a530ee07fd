// The client of this app. The page and its service worker have the same options: they share one store, and one sync runs at a time.
import { createClient, openDeviceStore } from "paceline/client";

/** Addresses and keys, put in when the app is built: nothing that answers here can change whom the app trusts. */
const { tokens, ...pinned } = /** @type {any} */ (globalThis).pinned;

export async function deviceOptions() {
  return {
    ...pinned,
    store: await openDeviceStore("footing"),
    controller: "Footing, an example app",
    // The app's own sign-in, which the issuer of tokens asks for. No other service learns of it.
    ...(tokens && { tokens: { ...tokens, headers: () => ({ authorization: "Bearer you" }) } }),
  };
}

/** @param {Partial<import("paceline/client").ClientOptions>} more */
export async function openDevice(more = {}) {
  return createClient({ ...(await deviceOptions()), ...more });
}
