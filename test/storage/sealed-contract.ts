// What every database must do with what it seals.
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openSealer } from "../../src/platform/node/index.ts";
import { addSealingKey, dropOldSealingKeys } from "../../src/platform/node/sealer.ts";
import type { Sealing } from "../../src/storage/sql/reseal.ts";
import type { Database } from "../../src/storage/sql/rows.ts";
import { bytes, query, type Rows, report, settled, task } from "./row-samples.ts";

/** One and the same database; its raw bytes, wherever they lie; and a statement run behind its back. */
export interface SealedContract {
  open(sealing?: Sealing): Promise<Database>;
  raw(): Promise<Buffer>;
  run(text: string): Promise<void>;
  /** Of output shares. */
  readonly shares: { readonly table: string; readonly column: string; row(id: number): string };
}

const secret = (length: number) => new Uint8Array(randomBytes(length));

export function sealedContract({ open, raw, run, shares }: SealedContract): void {
  describe("sealed", () => {
    let folder = "";
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), "paceline-sealed-"));
    });
    afterEach(() => rmSync(folder, { recursive: true }));
    const file = () => join(folder, "keys.sealing");
    const sealing: Sealing = (sealed) => openSealer(file(), sealed ? "refuse" : "make");

    /** Shares and answers in every place. */
    async function filled(store: Database) {
      const [first, second, noisedShare, release] = [secret(400), secret(400), secret(300), secret(200)];
      const state = secret(350);
      await store.transaction(async (rows) => {
        await rows.addTask({ id: task, manifest: bytes(5, 5), verifyKey: bytes(32, 6), closes: 100 });
        await rows.addReports([report(1), report(2, { state: "accepted", upload: null, outputShare: second })]);
        await rows.settleReports(task, [settled(1, { outputShare: first })]);
        await rows.addBatch({ task, count: 2, checksum: bytes(32, 9), noisedShare });
        await rows.putQuery(query({ state: "settled", envelope: "{}", release }));
        await rows.putStream({ task, round: 1, until: 100, state });
      });
      return { first, second, noisedShare, release, state };
    }
    const read = (store: Database) =>
      store.read(async (rows) => {
        const found: Uint8Array[] = [];
        for await (const page of rows.outputShares(task, 1)) found.push(...page.map((share) => share.slice()));
        const [first, second] = found;
        expect((await rows.report(task, bytes(16, 2)))?.outputShare).toEqual(second);
        return {
          first,
          second,
          noisedShare: (await rows.batch(task))?.noisedShare,
          release: (await rows.queryOfTask(task))?.release,
          state: (await rows.stream(task))?.state,
        };
      });
    const holds = async (values: readonly Uint8Array[]) => {
      const content = await raw();
      return values.filter((value) => content.includes(Buffer.from(value.subarray(0, 32)))).length;
    };

    test("none of it lies open, and all of it reads back", async () => {
      const store = await open(sealing);
      const values = await filled(store);
      expect(await read(store)).toEqual(values);
      await store.close();
      expect(await holds(Object.values(values))).toBe(0);
      const again = await open(sealing);
      expect(await read(again)).toEqual(values);
      await again.close();
    });

    test("what lay open before there were keys is sealed before anything is served", async () => {
      const store = await open();
      const values = await filled(store);
      await store.close();
      expect(await holds(Object.values(values))).toBe(5);
      const sealed = await open(sealing);
      expect(await read(sealed)).toEqual(values);
      expect(await sealed.reseal()).toBe(0);
      await sealed.scrub();
      await sealed.close();
      await expect(open()).rejects.toMatchObject({ code: "not_found" });
      await expect(open(() => openSealer(join(folder, "other"), "make"))).rejects.toMatchObject({ code: "conflict" });
      rmSync(file());
      await expect(open(sealing)).rejects.toMatchObject({ code: "not_found" });
    });

    test("a new key takes over while the store is open; then the old one is needed for nothing", async () => {
      const store = await open(sealing);
      const values = await filled(store);
      addSealingKey(file());
      utimesSync(file(), new Date(), new Date(Date.now() + 5000));
      expect(await store.reseal()).toBe(5);
      expect(await store.reseal()).toBe(0);
      expect(await read(store)).toEqual(values);
      await store.close();
      dropOldSealingKeys(file());
      const again = await open(sealing);
      expect(await read(again)).toEqual(values);
      await again.close();
    });

    const { table, column, row } = shares;
    const damages: readonly [string, string, (rows: Rows) => Promise<unknown>][] = [
      [
        "a share copied to another report",
        `update ${table} set ${column} = (select ${column} from ${table} where ${row(1)}) where ${row(2)}`,
        (rows) => rows.report(task, bytes(16, 2)),
      ],
      [
        "a share that is another, unsealed",
        `update ${table} set ${column} = (select checksum from batch) where ${row(1)}`,
        allShares,
      ],
      [
        "an answer in the place of a share",
        "update batch set noised_share = (select release from query)",
        (rows) => rows.batch(task),
      ],
      [
        "a noised share cut short",
        "update batch set noised_share = substr(noised_share, 1, 100)",
        (rows) => rows.batch(task),
      ],
      [
        "a stream's sums in the place of a noised share",
        "update batch set noised_share = (select state from stream)",
        (rows) => rows.batch(task),
      ],
      [
        "a stream's sums of before they were sealed",
        "update stream set state = (select checksum from batch)",
        (rows) => rows.stream(task),
      ],
      ["a release that is empty", "update query set release = substr(release, 1, 0)", (rows) => rows.queryOfTask(task)],
    ];
    test.each(damages)("%s is found and said, whoever reads or seals anew", async (_, text, reading) => {
      const store = await open(sealing);
      await filled(store);
      await store.close();
      await run(text);
      const changed = await open(sealing);
      const damaged = { code: "unavailable", message: expect.stringMatching(/was changed, or belongs to another row/) };
      await expect(changed.read(reading)).rejects.toMatchObject(damaged);
      addSealingKey(file());
      utimesSync(file(), new Date(), new Date(Date.now() + 5000));
      await expect(changed.reseal()).rejects.toMatchObject(damaged);
      await changed.close();
    });
  });
}

async function allShares(rows: Rows): Promise<void> {
  for await (const _ of rows.outputShares(task, 10));
}
