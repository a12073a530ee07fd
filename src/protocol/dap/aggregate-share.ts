// An aggregate share on its way from an aggregator to the collector (section 4.6.6).
import type { Crypto } from "../../ports/crypto.ts";
import { seal } from "../hpke/hpke.ts";
import { AggregateShareAad } from "./collection.ts";
import type { HpkeCiphertext, HpkeConfig } from "./hpke-config.ts";
import type { Aggregator, DapVersion } from "./version.ts";

export interface ShareSealing {
  readonly crypto: Crypto;
  readonly version: DapVersion;
  /** Who seals. */
  readonly role: Aggregator;
  readonly collector: HpkeConfig;
}

/** @param of what the share is bound to @param share encoded */
export async function sealShare(
  { crypto, version, role, collector }: ShareSealing,
  of: AggregateShareAad,
  share: Uint8Array,
): Promise<HpkeCiphertext> {
  const aad = AggregateShareAad.encode(of);
  const info = version.aggregateShareInfo(role);
  const { enc, ciphertext } = await seal({ crypto, recipient: collector.publicKey, info, aad, plaintext: share });
  return { configId: collector.id, enc, payload: ciphertext };
}
