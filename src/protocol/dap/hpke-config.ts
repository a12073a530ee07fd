// HPKE ciphertexts and the key configurations aggregators publish (draft-ietf-ppm-dap-18 sections 4.1 and 4.4.1).
import { fail } from "../../base/errors.ts";
import { hpkeSuite, publicKeyBytes } from "../hpke/suite.ts";
import { message, vector16 } from "./message.ts";
import { type HpkeCiphertext as Ciphertext, writeHpkeCiphertext } from "./writing.ts";

export type HpkeCiphertext = Ciphertext;

export const HpkeCiphertext = /* @__PURE__ */ message<HpkeCiphertext>(
  "HpkeCiphertext",
  writeHpkeCiphertext,
  (from) => ({ configId: from.u8(), enc: from.opaque16(1), payload: from.opaque32(1) }),
);

/** Suites we do not speak decode all the same: a list may name several, of which one is enough. */
export interface HpkeConfig {
  readonly id: number;
  readonly kem: number;
  readonly kdf: number;
  readonly aead: number;
  readonly publicKey: Uint8Array;
}

export const HpkeConfig = /* @__PURE__ */ message<HpkeConfig>(
  "HpkeConfig",
  (out, { id, kem, kdf, aead, publicKey }) => out.u8(id).u16(kem).u16(kdf).u16(aead).opaque16(publicKey),
  (from) => ({ id: from.u8(), kem: from.u16(), kdf: from.u16(), aead: from.u16(), publicKey: from.opaque16(1) }),
);

const configs = /* @__PURE__ */ vector16(HpkeConfig);

/** At least one configuration, each with its own id, the preferred one first. */
export const HpkeConfigList = /* @__PURE__ */ message<readonly HpkeConfig[]>(
  "HpkeConfigList",
  (out, list) => configs.write(out, list),
  (from) => {
    const list = configs.read(from);
    if (list.length === 0) fail("invalid_message", "HpkeConfigList: empty");
    if (new Set(list.map(({ id }) => id)).size < list.length)
      fail("invalid_message", "HpkeConfigList: two configurations with one id");
    return list;
  },
);

/** The configuration of our receiving key, for publication. */
export function hpkeConfigOf(id: number, publicKey: Uint8Array): HpkeConfig {
  return { id, ...hpkeSuite, publicKey };
}

/** The first configuration in the suite that DAP requires. @throws PacelineError unsupported when there is none */
export function usableConfig(list: readonly HpkeConfig[]): HpkeConfig {
  const { kem, kdf, aead } = hpkeSuite;
  const usable = list.find(
    (one) => one.kem === kem && one.kdf === kdf && one.aead === aead && one.publicKey.length === publicKeyBytes,
  );
  return (
    usable ??
    fail("unsupported", "the aggregator offers no HPKE key for X25519, HKDF-SHA256 and AES-128-GCM", {
      hint: "That suite is mandatory in DAP; ask the aggregator's operator to publish a key for it.",
    })
  );
}
