// What becomes of the coordinator's receiving keys.
import { destroyUnused, keyUses } from "../aggregate/receiving.ts";
import type { KeysView } from "../api/routes.ts";
import type { OldReceivingKey } from "../ports/keyring.ts";
import { type HpkeConfig, hpkeConfigOf } from "../protocol/dap/hpke-config.ts";
import { openCoordinatorTasks } from "./open-tasks.ts";
import type { CoordinatorParts } from "./parts.ts";

export interface CoordinatorKeys {
  /** For DAP's clients. */
  receiving(): HpkeConfig;
  keys(): Promise<KeysView>;
  /** Destroys receiving keys that no task needs any more. @returns them */
  destroyKeys(): Promise<readonly OldReceivingKey[]>;
}

/** @param ledger whether the database is the newest, as far as both services know */
export function newCoordinatorKeys(
  { keyring, clock, store }: Pick<CoordinatorParts, "keyring" | "clock" | "store">,
  ledger: { agreed(): boolean },
): CoordinatorKeys {
  return {
    receiving: () => hpkeConfigOf(keyring.hpke.id, keyring.hpke.pair.public),
    keys: () => store.read((rows) => keyUses(keyring, openCoordinatorTasks(rows))),
    async destroyKeys() {
      // A copy of the database from before would not know of every task.
      return ledger.agreed() ? await destroyUnused(keyring, clock, store, openCoordinatorTasks) : [];
    },
  };
}
