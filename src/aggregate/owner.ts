// Whose rows these are: the role and the keys that a store was first used with. Reports are sealed to those keys and
// manifests signed with them, so a service with others would refuse or be refused by everyone while looking well.
import { equalBytes, utf8 } from "../base/bytes.ts";
import { Writer } from "../base/codec.ts";
import { fail } from "../base/errors.ts";
import type { Crypto } from "../ports/crypto.ts";
import type { Keyring } from "../ports/keyring.ts";
import type { Store } from "../ports/store.ts";
import type { AggregateRows, OwnerRow } from "./store.ts";

/** Tells two key files apart, and is of no use for anything else. */
async function fingerprint(crypto: Crypto, { signer, hpke, verifySeed }: Keyring): Promise<Uint8Array> {
  const keys = new Writer()
    .fixed(utf8("paceline keys v1\n"))
    .opaque8(signer.publicKey)
    .u8(hpke.id)
    .opaque8(hpke.pair.public)
    .opaque8(verifySeed)
    .done();
  return await crypto.sha256(keys);
}

/**
 * Writes down role and keys in a store that was never used, and compares them with what is there otherwise.
 * @throws PacelineError conflict when the store is another role's or knows other keys
 */
export async function claimStore(
  crypto: Crypto,
  store: Store<AggregateRows>,
  role: OwnerRow["role"],
  keyring: Keyring,
): Promise<void> {
  const keys = await fingerprint(crypto, keyring);
  const owner = await store.transaction(async (rows) => {
    const before = await rows.owner();
    if (before === undefined) await rows.setOwner({ role, keys });
    return before;
  });
  if (owner === undefined) return;
  if (owner.role !== role)
    fail("conflict", `this database is a ${owner.role}'s, and a ${role} was started on it`, {
      hint: "Each service has a database of its own; compare `database` in both configurations.",
    });
  if (!equalBytes(owner.keys, keys))
    fail("conflict", "the key file is not the one this database was made with", {
      hint: "Restore the key file from a backup: reports are sealed to its keys and devices have them pinned.",
    });
}
