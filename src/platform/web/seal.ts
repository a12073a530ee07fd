// Values at rest: AES-256-GCM under a key that the engine keeps and never shows, bound to the name of the row, so that a copy of
// the rows says nothing, and no row can stand for another.
import { concat, utf8 } from "../../base/bytes.ts";
import { fail } from "../../base/errors.ts";
import { webEntropy } from "./entropy.ts";
import { gcm, own, subtle } from "./subtle.ts";

/** A key, and a name for it: another tab may have put a new one in its place. */
export interface SealKey {
  readonly id: string;
  readonly key: CryptoKey;
}

const VERSION = 1;
const NONCE_BYTES = 12;

export async function newSealKey(): Promise<SealKey> {
  const key = await subtle().generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  return { id: webEntropy.bytes(16).join("-"), key };
}

export async function sealValue({ key }: SealKey, row: string, value: Uint8Array): Promise<Uint8Array> {
  const nonce = webEntropy.bytes(NONCE_BYTES);
  const sealed = await subtle().encrypt(gcm(nonce, utf8(row)), key, own(value));
  return concat(Uint8Array.of(VERSION), nonce, new Uint8Array(sealed));
}

/** @throws PacelineError invalid_data for what this key did not seal in this row */
export async function openValue({ key }: SealKey, row: string, sealed: Uint8Array): Promise<Uint8Array> {
  const nonce = sealed.subarray(1, 1 + NONCE_BYTES);
  const aad = utf8(row);
  try {
    if (sealed[0] !== VERSION) throw new RangeError("another form");
    return new Uint8Array(await subtle().decrypt(gcm(nonce, aad), key, own(sealed.subarray(1 + NONCE_BYTES))));
  } catch (cause) {
    return fail("invalid_data", `the device store's row ${row} is damaged`, {
      hint: "It holds what this device has already given away; do not start an empty one in its place.",
      cause,
    });
  }
}
