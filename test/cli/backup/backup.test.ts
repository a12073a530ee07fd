// A backup that is taken while a service works, and what is restored from it: everything that was acknowledged before it
// began, and nothing that was spent since.
import {
  chmodSync,
  copyFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { backupCommand } from "../../../src/cli/backup/backup.ts";
import { restoreCommand } from "../../../src/cli/backup/restore.ts";
import { openKeyring } from "../../../src/platform/node/index.ts";
import { debit } from "../../../src/release/ledger.ts";
import { noPostgres, type Server, startPostgres } from "../../support/postgres.ts";
import { caps, epochs, load, newHelper, opened, RHO, spoken, until } from "./helper.ts";

describe.each([
  { kind: "sqlite" as const, absent: undefined },
  { kind: "postgres" as const, absent: noPostgres },
])("$kind", ({ kind, absent }) => {
  let folder = "";
  let server: Server | undefined;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "paceline-backup-"));
    if (kind === "postgres" && absent === undefined) server = await startPostgres();
  });
  afterAll(async () => {
    await server?.stop();
    rmSync(folder, { recursive: true });
  });

  const helper = (keys: string, mark: string) => newHelper(folder, server, keys, mark);

  const bytes = (fill: number) => new Uint8Array(32).fill(fill);
  const masked = {
    ...{ task: bytes(1), hash: "h", state: "open" as const, manifest: bytes(2), envelope: "{}", closes: 1, ends: 2 },
    ...{ opening: bytes(3), opened: 3, because: null },
  };
  const entry = { sequence: 1, at: 4, message: bytes(4) };
  const roster = { task: masked.task, manifest: bytes(2), closes: 1, ends: 2, opening: null, refused: null };
  const member = { task: masked.task, account: bytes(5), key: bytes(6) };

  test.skipIf(absent !== undefined)(
    "what was acknowledged before is in it, and what was spent since is found, charged and never given back",
    async () => {
      const first = await helper("keys", "first.mark");
      const { store } = await opened(first);
      const working = await load(store);
      await until(() => working.acknowledged.length >= 20);
      // What refers to what is in no order of names.
      await store.transaction(async (rows) => {
        await rows.putMaskedRound(masked);
        await rows.addMaskedEntry(masked.task, entry);
        await rows.putRoster(roster);
        await rows.addRosterMember(member);
      });
      const before = working.acknowledged.length;
      const out = join(folder, `${kind}.backup`);
      const told = await spoken(() => backupCommand("helper", { config: first.config, out, json: true }));
      expect(told).toMatchObject({ out, database: kind, role: "helper", bytes: statSync(out).size });
      expect(statSync(out).mode & 0o777).toBe(0o600);
      const seen = working.acknowledged.length;
      await until(() => working.acknowledged.length >= seen + 5);
      await working.stop();
      const spent = (await store.read((rows) => rows.budget("2026-W40")))?.spent;
      expect(spent).toBe(RHO * BigInt(working.acknowledged.length));
      await store.close();

      // With the mark: the loss is known.
      const second = await helper("keys", "first.mark");
      const restored = await spoken(() => restoreCommand("helper", { config: second.config, from: out, json: true }));
      expect(restored).toMatchObject({ role: "helper", behind: true, charged: [] });
      const behind = await opened(second);
      expect(behind.trouble()).toMatch(/mark beside the database says/);
      await behind.store.read(async (rows) => {
        for (const task of working.acknowledged.slice(0, before)) {
          expect(await rows.eventOf(task, "debit")).toMatchObject({ rho: RHO });
          expect(await rows.report(task, new Uint8Array(16).fill(3))).toMatchObject({ state: "pending" });
        }
        expect(await rows.maskedRunning()).toEqual([masked]);
        expect(await rows.maskedEntries(masked.task, 0, 9)).toEqual([entry]);
        expect(await rows.rosterMembers(masked.task)).toEqual([member]);
        const events = await rows.events();
        expect((await rows.budget("2026-W40"))?.spent).toBe(RHO * BigInt(events.length));
      });
      // What comes next has a number of its own, and a spent token stays spent.
      const [task] = working.acknowledged as [Uint8Array];
      await behind.store.transaction(async (rows) => {
        expect(await rows.spendTokens(task, [task.slice(0, 16)])).toBe(false);
        const more = { task, id: new Uint8Array(16).fill(9), state: "pending" as const, error: null };
        expect(await rows.addReports([{ ...more, upload: task, outputShare: null }])).toEqual([true]);
        expect((await rows.pendingReports(task, 9)).map(({ id }) => id[0])).toEqual([1, 2, 3, 9]);
      });
      await behind.store.close();

      // Without it nothing is restored before somebody says how much is known.
      const third = await helper("keys", "third.mark");
      const restoring = (lostMark?: "charge" | "partner") =>
        spoken(() =>
          restoreCommand("helper", { config: third.config, from: out, json: true, ...(lostMark && { lostMark }) }),
        );
      await expect(restoring()).rejects.toMatchObject({ code: "misconfigured" });
      const charged = await restoring("charge");
      expect(charged).toMatchObject({ behind: false });
      const empty = await opened(third);
      expect(empty.trouble()).toBeUndefined();
      await empty.store.read(async (rows) => {
        for (const epoch of epochs) {
          const row = await rows.budget(epoch);
          expect(row?.spent).toBe(row?.cap);
        }
        expect(charged.charged).toContain("2026-W40");
        for (const task of working.acknowledged.slice(0, before)) expect(await rows.isForgotten(task)).toBe(true);
      });
      const again = empty.store.transaction((rows) =>
        debit(rows, { task: new Uint8Array(32), rho: 1n, epochs: ["2026-W40"], mechanism: "{}" }, caps, 1),
      );
      await expect(again).rejects.toMatchObject({ code: "budget_exhausted" });
      await empty.store.close();
    },
  );

  test.skipIf(absent !== undefined)(
    "refused: over a database, of another role, damaged, cut short, open to others",
    async () => {
      const own = await helper("keys", "own.mark");
      const { store } = await opened(own);
      await store.close();
      const out = join(folder, `${kind}.small`);
      await spoken(() => backupCommand("helper", { config: own.config, out, json: true }));
      const again = backupCommand("helper", { config: own.config, out });
      await expect(again).rejects.toMatchObject({ code: "conflict" });
      const restore = (config: string, from: string) => restoreCommand("helper", { config, from, lostMark: "partner" });
      await expect(restore(own.config, out)).rejects.toMatchObject({ code: "conflict" });
      const empty = await helper("keys", "empty.mark");
      const changed = (name: string, change: (file: string) => void) => {
        const file = join(folder, `${kind}.${name}`);
        copyFileSync(out, file);
        change(file);
        return file;
      };
      const { size } = statSync(out);
      const header = readFileSync(out).indexOf("\n");
      const flipped = (at: number) =>
        changed(`flip${at}`, (file) => {
          const bytes = readFileSync(file);
          bytes[at] = (bytes[at] ?? 0) ^ 1;
          writeFileSync(file, bytes);
        });
      const files = [
        ...[header - 3, header + 30, size >> 1, size - 40, size - 1].map(flipped),
        ...[header + 1, size >> 1, size - 1].map((length) =>
          changed(`cut${length}`, (file) => truncateSync(file, length)),
        ),
        changed("text", (file) => writeFileSync(file, "what?")),
        changed("empty", (file) => truncateSync(file, 0)),
      ];
      for (const file of files)
        await expect(restore(empty.config, file)).rejects.toMatchObject({ code: "invalid_data" });
      const shared = changed("shared", (file) => chmodSync(file, 0o644));
      await expect(restore(empty.config, shared)).rejects.toMatchObject({ code: "policy_refused" });
      const none = restore(empty.config, join(folder, "none"));
      await expect(none).rejects.toMatchObject({ code: "not_found" });
      // After all of that there is still no database, so the good one goes in.
      const restored = await spoken(() =>
        restoreCommand("helper", { config: empty.config, from: out, lostMark: "partner", json: true }),
      );
      expect(restored).toMatchObject({ behind: true });
      const stranger = await helper("other-keys", "stranger.mark");
      openKeyring(stranger.keys);
      await expect(restore(stranger.config, out)).rejects.toMatchObject({ code: "conflict" });
    },
  );
});
