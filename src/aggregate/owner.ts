// Whose rows these are, for a service of the two: reports are sealed to its keys and manifests signed with them.
import { utf8 } from "../base/bytes.ts";
import { Writer } from "../base/codec.ts";
import type { Crypto } from "../ports/crypto.ts";
import type { Keyring } from "../ports/keyring.ts";
import { claim } from "../ports/owner.ts";
import type { Store } from "../ports/store.ts";
import type { AggregateRows } from "./store.ts";

/** Tells two key files apart, and is of no use for anything else. */
async function fingerprint(crypto: Crypto, { signer, hpke, receiving, verifySeed }: Keyring): Promise<Uint8Array> {
  // By the first receiving key: that it was replaced makes no other service of this one.
  const first = receiving?.first ?? { id: hpke.id, public: hpke.pair.public };
  const keys = new Writer()
    .fixed(utf8("paceline keys v1\n"))
    .opaque8(signer.publicKey)
    .u8(first.id)
    .opaque8(first.public)
    .opaque8(verifySeed)
    .done();
  return await crypto.sha256(keys);
}

/** @throws PacelineError conflict when the store is another role's or knows other keys */
export async function claimStore(
  crypto: Crypto,
  store: Store<AggregateRows>,
  role: "coordinator" | "helper",
  keyring: Keyring,
): Promise<void> {
  await claim(store, { role, keys: await fingerprint(crypto, keyring) });
}
