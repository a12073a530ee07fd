// The ledger of a coordinator without a helper: nobody but its mark knows what a copy of the database has lost.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { claimStore } from "../../../src/aggregate/owner.ts";
import { isoWeek } from "../../../src/base/calendar.ts";
import { markPath, readCoordinatorConfig } from "../../../src/cli/serve/config.ts";
import { openServiceDatabase } from "../../../src/cli/serve/database.ts";
import { nodeCrypto, openKeyring, openMarkFile } from "../../../src/platform/node/index.ts";
import { newAgreement } from "../../../src/release/agreement.ts";
import { debit } from "../../../src/release/ledger.ts";
import { inProcess } from "../spawned.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "paceline-alone-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const at = (...names: string[]) => join(folder, ...names);
const configFile = () => at("c", "coordinator.json");
const week = isoWeek(Math.floor(Date.now() / 86_400_000));
const year = week.slice(0, 4);

/** A coordinator's files as init makes them, and its ledger with a debit. */
async function started(): Promise<ReturnType<typeof readCoordinatorConfig>> {
  const invitation = { format: "paceline-registrar-1", url: "https://registrar.example", key: `${"B".repeat(42)}A` };
  writeFileSync(at("registrar.json"), JSON.stringify(invitation));
  const args = ["--url", "https://stats.example", "--registrar", at("registrar.json"), "--folder", at("c")];
  expect((await inProcess(["init", "coordinator", ...args])).code).toBe(0);
  const config = readCoordinatorConfig(configFile());
  await opened(config, async (agreement) => {
    const caps = { whose: "coordinator", epoch: config.rhoPerEpoch, year: config.rhoPerYear } as const;
    const charge = { task: new Uint8Array(32).fill(3), rho: 7n, epochs: [week, year], mechanism: "{}" };
    await agreement.store.transaction((rows) => debit(rows, charge, caps, Date.now()));
  });
  return config;
}

async function opened<T>(
  config: ReturnType<typeof readCoordinatorConfig>,
  work: (agreement: ReturnType<typeof newAgreement>) => Promise<T>,
): Promise<T> {
  const store = await openServiceDatabase("coordinator", config);
  const keyring = openKeyring(config.keys, "make");
  await claimStore(nodeCrypto, store, "coordinator", keyring);
  const parts = { store, crypto: nodeCrypto, signer: keyring.signer, mark: openMarkFile(markPath(config)) };
  const agreement = newAgreement({ ...parts, role: "coordinator", alone: true });
  await agreement.open();
  return await work(agreement).finally(() => store.close());
}

const budgetsOf = (config: ReturnType<typeof readCoordinatorConfig>) =>
  opened(config, ({ store }) =>
    store.read(async (rows) => new Map((await rows.budgets()).map((row) => [row.epoch, row]))),
  );
const acknowledge = (...more: string[]) =>
  inProcess(["ledger", "acknowledge", "coordinator", "--config", configFile(), ...more]);

test("beside its mark there is nothing to acknowledge, and nobody is asked", async () => {
  await started();
  expect(await acknowledge()).toMatchObject({ code: 0, out: expect.stringContaining("Nothing to acknowledge") });
});

test("with the mark lost, an operator's word spends whatever may have been spent", async () => {
  const config = await started();
  rmSync(markPath(config));
  const shown = await acknowledge();
  expect(shown).toMatchObject({ code: 0, out: expect.stringContaining("the mark beside the database is missing") });
  expect(shown.out).toContain(`on ${week}`);
  expect(existsSync(markPath(config))).toBe(false);
  expect(await acknowledge("--reason", "the disk of the mark broke")).toMatchObject({ code: 0 });
  const budgets = await budgetsOf(config);
  for (const epoch of [week, year]) expect(budgets.get(epoch)).toMatchObject({ spent: budgets.get(epoch)?.cap });
  expect(await acknowledge()).toMatchObject({ out: expect.stringContaining("Nothing to acknowledge") });
});

test("a backup is put back beside its mark, or at the price of everything; no other service is relied on", async () => {
  const config = await started();
  const backup = ["backup", "coordinator", "--config", configFile(), "--out", at("backup")];
  expect(await inProcess(backup)).toMatchObject({ code: 0 });
  rmSync(config.database);
  for (const more of ["-wal", "-shm"]) rmSync(`${config.database}${more}`, { force: true });
  const restore = ["restore", "coordinator", "--config", configFile(), "--from", at("backup")];
  expect(await inProcess([...restore, "--lost-mark", "partner"])).toMatchObject({
    err: expect.stringContaining("this coordinator has no helper"),
  });
  expect(existsSync(config.database)).toBe(false);
  const restored = await inProcess(restore);
  expect(restored).toMatchObject({ code: 0, out: expect.stringContaining("masked rounds that were running end") });
  expect(restored.out).not.toContain("other service");
  expect((await budgetsOf(config)).get(week)?.spent).toBe(7n);
});
