// A helper's configuration and database, without its service, and work on them.
import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { vi } from "vitest";
import { claimStore } from "../../../src/aggregate/owner.ts";
import { type DatabasePlaces, openServiceDatabase } from "../../../src/cli/serve/database.ts";
import { nodeCrypto, openKeyring, openMarkFile } from "../../../src/platform/node/index.ts";
import { newAgreement } from "../../../src/release/agreement.ts";
import { debit } from "../../../src/release/ledger.ts";
import type { Server } from "../../support/postgres.ts";

export const RHO = 1000n;
export const caps = { whose: "helper", epoch: 500_000_000n, year: 1_000_000_000n } as const;
export const epochs = ["2026-W40", "2026"];

let made = 0;

/** What a command printed as one JSON document. */
export async function spoken(work: () => Promise<void>): Promise<Record<string, unknown>> {
  const said: string[] = [];
  const writing = vi.spyOn(process.stdout, "write").mockImplementation((text) => said.push(String(text)) > 0);
  try {
    await work();
  } finally {
    writing.mockRestore();
  }
  return JSON.parse(said.join("")) as Record<string, unknown>;
}

/** A configuration of its own with an empty place for a database. */
export async function newHelper(folder: string, server: Server | undefined, keys: string, mark: string) {
  const name = `helper${made++}`;
  await server?.create(name);
  const database = server?.url(name) ?? join(folder, `${name}.sqlite`);
  const config = join(folder, `${name}.json`);
  const policy = { purposes: ["research"], metrics: ["rhr"], training: false, minBatchFloor: 5 };
  const content = {
    ...{
      database,
      mark: join(folder, mark),
      keys: join(folder, keys),
      sealing: join(folder, "sealing"),
      listen: { port: 0 },
      policy,
    },
    ...{
      url: "https://helper.example",
      leaderUrl: "https://leader.example",
      leaderToken: "a-token-of-16-characters",
    },
  };
  writeFileSync(config, JSON.stringify(content), { mode: 0o600 });
  return { config, database, keys: content.keys, sealing: content.sealing, mark: content.mark };
}

export async function opened(places: DatabasePlaces & { readonly mark: string }) {
  const keyring = openKeyring(places.keys);
  const plain = await openServiceDatabase("helper", places);
  await claimStore(nodeCrypto, plain, "helper", keyring);
  const parts = { store: plain, crypto: nodeCrypto, signer: keyring.signer, role: "helper" as const };
  const agreement = newAgreement({ ...parts, mark: openMarkFile(places.mark) });
  await agreement.open();
  return { store: agreement.store, trouble: agreement.trouble };
}

/** Debits and reports, one after another, until it is told to stop. */
export async function load(store: Awaited<ReturnType<typeof opened>>["store"]) {
  const acknowledged: Uint8Array[] = [];
  let going = true;
  const running = (async () => {
    while (going) {
      const task = new Uint8Array(randomBytes(32));
      await store.transaction(async (rows) => {
        await debit(rows, { task, rho: RHO, epochs, mechanism: "{}" }, caps, Date.now());
        await rows.addTask({ id: task, manifest: task, verifyKey: task, closes: 2_000_000_000 });
        const upload = new Uint8Array(randomBytes(5000));
        const report = { task, state: "pending" as const, error: null, upload, outputShare: null };
        await rows.addReports([1, 2, 3].map((id) => ({ ...report, id: new Uint8Array(16).fill(id) })));
        await rows.spendTokens(task, [task.slice(0, 16)]);
      });
      acknowledged.push(task);
      // SQLite answers at once, and would leave nobody else a turn.
      await new Promise((resolve) => setImmediate(resolve));
    }
  })();
  return {
    acknowledged,
    stop: () => {
      going = false;
      return running;
    },
  };
}
export const until = async (holds: () => boolean) => {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
};
