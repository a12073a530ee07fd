// One of the two aggregators: its own keys, its own database, its own ledger with a mark kept apart from it.

import type { AggregateRows } from "../../aggregate/store.ts";
import type { AggregateTask } from "../../aggregate/task.ts";
import { portableCrypto, webEntropy } from "../../platform/web/index.ts";
import type { KeyPair } from "../../ports/crypto.ts";
import type { MarkFile } from "../../ports/mark-file.ts";
import type { Signer } from "../../ports/signer.ts";
import type { Store } from "../../ports/store.ts";
import type { Aggregator } from "../../protocol/dap/version.ts";
import { type Agreement, newAgreement } from "../../release/agreement.ts";
import { type Caps, debit } from "../../release/ledger.ts";
import type { ReleaseRows } from "../../release/store.ts";
import { type MemoryDatabase, memoryDatabase, memoryMark } from "../../storage/memory/index.ts";

export const crypto = portableCrypto;
export const entropy = webEntropy;

type Rows = AggregateRows & ReleaseRows;

export interface Party {
  readonly role: Aggregator;
  /** As its ledger calls it. */
  readonly name: "coordinator" | "helper";
  readonly signing: KeyPair;
  readonly signer: Signer;
  /** Receives what is sealed to it. */
  readonly hpke: { readonly id: number; readonly pair: KeyPair };
  readonly mark: MarkFile;
  /** Below the ledger: what a backup copies. */
  readonly database: MemoryDatabase;
  readonly ledger: Agreement<Rows>;
  readonly store: Store<Rows>;
  readonly caps: Caps;
}

/** The services' defaults: ρ 0.5 a week and 1 a year. */
const CAPS = { epoch: 500_000_000n, year: 1_000_000_000n };

export async function newParty(role: Aggregator, id: number): Promise<Party> {
  const name = role === "leader" ? "coordinator" : "helper";
  const signing = await crypto.ed25519Generate();
  const signer: Signer = {
    publicKey: signing.public,
    sign: async (message) => await crypto.ed25519Sign(signing.secret, message),
  };
  const [mark, database] = [memoryMark(), memoryDatabase()];
  const ledger = openLedger(name, signer, mark, database);
  await ledger.open();
  const hpke = { id, pair: await crypto.x25519Generate() };
  const caps: Caps = { whose: name, ...CAPS };
  return { role, name, signing, signer, hpke, mark, database, ledger, store: ledger.store, caps };
}

/** A ledger over a database, beside a mark that may know of another past. */
export function openLedger(
  role: Party["name"],
  signer: Signer,
  mark: MarkFile,
  store: MemoryDatabase,
): Agreement<Rows> {
  return newAgreement<Rows>({ store, crypto, signer, role, mark });
}

/** Each shows the other how far its ledger has come, until both have seen that. */
export async function exchangeHeads(one: Party, other: Party): Promise<void> {
  for (let round = 0; round < 2; round++) {
    await other.ledger.take(await one.ledger.show());
    await one.ledger.take(await other.ledger.show());
  }
}

/** @throws PacelineError budget_exhausted */
export async function pay({ store, caps }: Party, task: AggregateTask, mechanism: string, at: number): Promise<void> {
  const { rho, epochs } = task.proved;
  await store.transaction((rows) => debit(rows, { task: task.dap.id, rho: BigInt(rho), epochs, mechanism }, caps, at));
}
