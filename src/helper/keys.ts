// The helper's keys as others see them, and what becomes of its receiving keys.
import { destroyUnused, keyUses } from "../aggregate/receiving.ts";
import type { AggregateRows } from "../aggregate/store.ts";
import type { KeysView, PartnerView } from "../api/routes.ts";
import { toBase64Url } from "../base/bytes.ts";
import type { OldReceivingKey } from "../ports/keyring.ts";
import type { Store } from "../ports/store.ts";
import { type HpkeConfig, hpkeConfigOf } from "../protocol/dap/hpke-config.ts";
import type { LedgerRows } from "../release/store.ts";
import { hpkeText, signReceivingKey } from "../task/receiving-key.ts";
import { openHelperTasks } from "./open-tasks.ts";
import type { SigningParts } from "./signing.ts";

export interface HelperKeys {
  /** Who this helper is, as its own configuration and keys say. */
  partner(): Promise<PartnerView>;
  /** For DAP's clients. */
  receiving(): HpkeConfig;
  keys(): Promise<KeysView>;
  /** Destroys receiving keys that no task needs any more. @returns them */
  destroyKeys(): Promise<readonly OldReceivingKey[]>;
}

/** @param ledger whether the database is the newest, as far as both services know */
export function newHelperKeys(
  { keyring, clock, url, leaderUrl }: Pick<SigningParts, "keyring" | "clock" | "url" | "leaderUrl">,
  store: Store<AggregateRows & LedgerRows>,
  ledger: { agreed(): boolean },
): HelperKeys {
  return {
    async partner() {
      const hpke = hpkeText(keyring.hpke);
      const signingKey = toBase64Url(keyring.signer.publicKey);
      return { url, leaderUrl, signingKey, hpke, hpkeSignature: await signReceivingKey(keyring.signer, hpke) };
    },
    receiving: () => hpkeConfigOf(keyring.hpke.id, keyring.hpke.pair.public),
    keys: () => store.read((rows) => keyUses(keyring, openHelperTasks(rows))),
    async destroyKeys() {
      // A copy of the database from before would not know of every task.
      return ledger.agreed() ? await destroyUnused(keyring, clock, store, openHelperTasks) : [];
    },
  };
}
