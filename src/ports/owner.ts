// Whose rows a store holds: the role and the keys that it was first used with. Any number of processes of that party may
// use it; another party, or the same one with other keys, would look well while everyone refuses it.
import { equalBytes } from "../base/bytes.ts";
import { fail } from "../base/errors.ts";
import type { Store } from "./store.ts";

/** Written once, when the store is first used. */
export interface OwnerRow {
  readonly role: "coordinator" | "helper" | "issuer" | "registrar";
  /** SHA-256 over the service's keys. */
  readonly keys: Uint8Array;
}

export interface OwnerRows {
  owner(): Promise<OwnerRow | undefined>;
  /** Fails (and with it the transaction) when there is an owner. */
  setOwner(row: OwnerRow): Promise<void>;
}

/**
 * Writes down role and keys in a store that was never used, and compares them with what is there otherwise.
 * @throws PacelineError conflict when the store is another role's or knows other keys
 */
export async function claim(store: Store<OwnerRows>, { role, keys }: OwnerRow): Promise<void> {
  const owner = await store.transaction(async (rows) => {
    const before = await rows.owner();
    if (before === undefined) await rows.setOwner({ role, keys });
    return before;
  });
  if (owner === undefined) return;
  refuseOtherRole(owner.role, role);
  if (!equalBytes(owner.keys, keys))
    fail("conflict", "the key file is not the one this database was made with", {
      hint: "Restore the key file from a backup: reports are sealed to its keys and devices have them pinned.",
    });
}

/** @throws PacelineError conflict when `role` is not the owner's */
export function refuseOtherRole(owner: OwnerRow["role"], role: OwnerRow["role"]): void {
  if (owner !== role)
    fail("conflict", `this database is ${withArticle(owner)}'s, and ${withArticle(role)} was started on it`, {
      hint: "Each service has a database of its own; compare `database` in both configurations.",
    });
}

const withArticle = (role: OwnerRow["role"]): string => (role === "issuer" ? `an ${role}` : `a ${role}`);
