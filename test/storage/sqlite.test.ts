import { randomBytes } from "node:crypto";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openDatabase, openFleet } from "../../src/storage/sqlite/index.ts";
import { deviceStoreContract } from "../platform/device-store-contract.ts";
import { aggregateContract } from "./aggregate-contract.ts";
import { issuerContract } from "./issuer-contract.ts";
import { maskedContract } from "./masked-contract.ts";
import { quotaContract } from "./quota-contract.ts";
import { releaseContract } from "./release-contract.ts";
import { bytes, other, report, settled, task } from "./row-samples.ts";
import { sealedContract } from "./sealed-contract.ts";
import { durabilityContract, transactionContract } from "./transaction-contract.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "paceline-storage-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const path = () => join(folder, "service.sqlite");
const open = () => openDatabase(path());

aggregateContract(open);
issuerContract(open);
maskedContract(open);
quotaContract(open);
releaseContract(open);
transactionContract(open);
durabilityContract(open);
sealedContract({
  open: (sealing) => openDatabase(path(), sealing),
  raw: async () =>
    Buffer.concat(["", "-wal"].filter((end) => existsSync(path() + end)).map((end) => readFileSync(path() + end))),
  async run(text) {
    const db = new DatabaseSync(path());
    db.exec(text);
    db.close();
  },
  shares: {
    table: "output_share",
    column: "bytes",
    row: (id) => `seq = (select seq from report where id = x'${Buffer.from(bytes(16, id)).toString("hex")}')`,
  },
});

describe("the file", () => {
  test("is written so that a commit is on disk", async () => {
    const store = await open();
    await store.transaction((rows) => rows.putBudget({ epoch: "w", cap: 2n, spent: 1n }));
    const db = new DatabaseSync(path());
    expect(db.prepare("pragma journal_mode").get()).toEqual({ journal_mode: "wal" });
    expect(db.prepare("select spent from budget").get()).toEqual({ spent: 1 });
    db.close();
    await store.close();
  });

  test("keeps its rules from whoever writes it: ids have their length, spent its cap", async () => {
    await (await open()).close();
    const db = new DatabaseSync(path());
    expect(() => db.exec("insert into budget values ('w', 1, 2)")).toThrow("CHECK");
    expect(() => db.exec("insert into task values (x'00', x'00', x'00', 0, 0, 0)")).toThrow("CHECK");
    expect(() => db.exec("insert into leaf (bytes) values ('text')")).toThrow();
    db.close();
  });
});

describe("deleted shares", () => {
  const files = () => ["", "-wal", "-shm"].map((end) => path() + end).filter((file) => existsSync(file));
  const share = (id: number) => randomBytes(400 + id);
  /** The files that hold a piece of one of them. */
  const holding = (shares: readonly Buffer[]) =>
    files().filter((file) => {
      const content = readFileSync(file);
      return shares.some((one) => [0, 100, 300].some((at) => content.includes(one.subarray(at, at + 16))));
    });
  async function filled(store: Awaited<ReturnType<typeof open>>) {
    const shares = Array.from({ length: 60 }, (_, id) => share(id));
    await store.transaction(async (rows) => {
      for (const id of [task, other])
        await rows.addTask({ id, manifest: bytes(5, 5), verifyKey: bytes(32, 6), closes: 100 });
    });
    for (const [id, outputShare] of shares.entries())
      await store.transaction(async (rows) => {
        await rows.addReports([report(id, { upload: randomBytes(1000) })]);
        await rows.settleReports(task, [settled(id, { state: "accepted", outputShare })]);
        await rows.addReports([report(id, { task: other, upload: randomBytes(1000) })]);
      });
    return shares;
  }

  test("are in no file after scrubbing, while the store is open and when it is closed", async () => {
    const store = await open();
    const shares = await filled(store);
    expect(holding(shares)).not.toEqual([]);
    // Moved from the log into the database, they are overwritten there too.
    await store.scrub();
    expect(holding(shares)).toEqual([path()]);
    await store.transaction((rows) => rows.forgetShares(task));
    await store.scrub();
    expect(files().length).toBeGreaterThan(1);
    expect(holding(shares)).toEqual([]);
    await store.close();
    expect(holding(shares)).toEqual([]);
  });

  test("are gone when the store is opened after a crash between commit and scrubbing", async () => {
    const store = await open();
    const shares = await filled(store);
    await store.transaction((rows) => rows.forgetShares(task));
    const crashed = join(folder, "crashed.sqlite");
    for (const end of ["", "-wal"]) copyFileSync(path() + end, crashed + end);
    expect(readFileSync(`${crashed}-wal`).includes((shares.at(-1) as Buffer).subarray(0, 16))).toBe(true);
    await store.close();
    const again = await openDatabase(crashed);
    for (const end of ["", "-wal"])
      for (const one of shares)
        expect(readFileSync(crashed + end).includes(one.subarray(0, 16)), crashed + end).toBe(false);
    await again.close();
  });

  test("cannot be scrubbed while another program reads, and that is said", async () => {
    const store = await open();
    await store.transaction((rows) => rows.putBudget({ epoch: "w", cap: 2n, spent: 1n }));
    const backup = new DatabaseSync(path());
    backup.exec("begin; select * from budget");
    await store.transaction((rows) => rows.putBudget({ epoch: "w", cap: 2n, spent: 2n }));
    await expect(store.scrub()).rejects.toMatchObject({ code: "unavailable" });
    backup.exec("commit");
    await store.scrub();
    backup.close();
    await store.close();
  });
});

describe.skipIf(process.platform === "win32")("the files are their owner's alone", () => {
  test("when they are made", async () => {
    const store = await open();
    await store.transaction((rows) => rows.putBudget({ epoch: "w", cap: 2n, spent: 1n }));
    for (const end of ["", "-wal", "-shm"]) expect(statSync(path() + end).mode & 0o777, end).toBe(0o600);
    await store.close();
  });

  test.each([0o644, 0o640, 0o620, 0o604, 0o602])("mode %o is refused, with what to do", async (mode) => {
    await (await open()).close();
    chmodSync(path(), mode);
    await expect(open()).rejects.toMatchObject({ code: "policy_refused", hint: `Run: chmod 600 ${path()}` });
    chmodSync(path(), 0o600);
    writeFileSync(`${path()}-wal`, "", { mode });
    chmodSync(`${path()}-wal`, mode);
    await expect(open()).rejects.toMatchObject({ code: "policy_refused", hint: `Run: chmod 600 ${path()}-wal` });
    chmodSync(`${path()}-wal`, 0o600);
    await (await open()).close();
  });

  test("a folder that is not there, or a folder in its place, is said as before", async () => {
    await expect(openDatabase(join(folder, "none", "x.sqlite"))).rejects.toMatchObject({ code: "invalid_data" });
    await expect(openDatabase(folder)).rejects.toMatchObject({ code: "invalid_data" });
  });
});

test("a database of before, which kept a report's bytes in its own row, is moved once and whole", async () => {
  await (await open()).close();
  const old = new DatabaseSync(path());
  old.exec("drop table sealed; drop table upload; drop table output_share; drop table withdrawal; drop table closing");
  old.exec(
    "drop table training; drop table model; drop table approval; drop table issuance; drop table stream; drop table trained",
  );
  old.exec(
    "drop table masked_entry; drop table masked_round; drop table roster_member; drop table roster; drop table retired_issuer",
  );
  old.exec("drop table bucket; drop table place; drop table place_draw");
  old.exec("alter table task drop column draining; drop index job_idle; alter table report add column upload blob");
  for (const name of ["reports", "at", "until", "tries", "resting", "faults", "parked"])
    old.exec(`alter table job drop column ${name}`);
  old.exec("alter table report add column output_share blob; pragma user_version = 1");
  const add = old.prepare("insert into report (seq, task, id, state, upload, output_share) values (?, ?, ?, ?, ?, ?)");
  old
    .prepare("insert into task (id, manifest, verify_key, closes, expired) values (?, x'05', x'06', 100, 0)")
    .run(task);
  add.run(7, task, bytes(16, 1), "pending", bytes(3, 1), null);
  add.run(9, task, bytes(16, 2), "accepted", null, bytes(2, 2));
  add.run(12, task, bytes(16, 3), "rejected", null, null);
  old.close();
  for (let time = 0; time < 2; time++) {
    const store = await open();
    await store.read(async (rows) => {
      const found = await Promise.all([1, 2, 3].map((id) => rows.report(task, bytes(16, id))));
      expect(found).toEqual([
        report(1),
        report(2, { state: "accepted", upload: null, outputShare: bytes(2, 2) }),
        report(3, { state: "rejected", upload: null }),
      ]);
      expect((await rows.pendingReports(task, 9)).map(({ id }) => id[0])).toEqual([1]);
    });
    await store.close();
  }
});

test("rows are of their transaction: used after it, they change nothing and say so", async () => {
  const store = await open();
  const kept = await store.transaction(async (rows) => rows);
  await expect(kept.addReports([report(1)])).rejects.toMatchObject({ code: "internal" });
  await store.close();
});

test("work that only reads does not wait for another process that writes", async () => {
  const store = await open();
  const rival = new DatabaseSync(path());
  rival.exec("begin immediate; insert into budget values ('w', 1, 1)");
  expect(await store.read((rows) => rows.budgets())).toEqual([]);
  rival.exec("commit");
  rival.close();
  expect(await store.read((rows) => rows.budgets())).toHaveLength(1);
  await store.close();
});

describe("a fleet of devices", () => {
  const fleetPath = () => join(folder, "fleet.sqlite");
  const sameDevice = async () => {
    const fleet = openFleet(fleetPath());
    const device = fleet.device("device-1");
    return { ...device, close: async () => fleet.close() };
  };
  deviceStoreContract(sameDevice);

  test.skipIf(process.platform === "win32")("its files are its owner's alone", async () => {
    const fleet = openFleet(fleetPath());
    await fleet.device("a").transaction({ put: [["k", bytes(1, 1)]], delete: [] });
    for (const end of ["", "-wal"]) expect(statSync(fleetPath() + end).mode & 0o777, end).toBe(0o600);
    fleet.close();
    chmodSync(fleetPath(), 0o644);
    expect(() => openFleet(fleetPath())).toThrow(expect.objectContaining({ code: "policy_refused" }));
    chmodSync(fleetPath(), 0o600);
  });

  test("each device sees its own keys only", async () => {
    const fleet = openFleet(fleetPath());
    const [a, b] = [fleet.device("a"), fleet.device("b")];
    await Promise.all([
      a.transaction({ put: [["k", bytes(1, 1)]], delete: [] }),
      b.transaction({
        put: [
          ["k", bytes(1, 2)],
          ["l", bytes(1, 3)],
        ],
        delete: [],
      }),
    ]);
    expect([await a.get("k"), await b.get("k"), await a.get("l")]).toEqual([bytes(1, 1), bytes(1, 2), undefined]);
    expect([await a.keys(""), await b.keys("")]).toEqual([["k"], ["k", "l"]]);
    await a.transaction({ put: [], delete: ["k", "l"] });
    expect(await b.keys("")).toEqual(["k", "l"]);
    fleet.close();
  });

  test("of those committed together, one that conflicts fails alone", async () => {
    const fleet = openFleet(fleetPath());
    const outcomes = await Promise.allSettled(
      ["a", "b", "c"].map((id, i) =>
        fleet.device(id).transaction({
          put: [
            ["k", bytes(1, i)],
            ["l", bytes(1, i)],
          ],
          delete: [],
          expect: id === "b" ? [["k", bytes(1, 9)]] : [],
        }),
      ),
    );
    expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(await fleet.device("b").keys("")).toEqual([]);
    expect(await fleet.device("c").get("l")).toEqual(bytes(1, 2));
    fleet.close();
  });

  test("a file that cannot be written fails everyone who waits, and nobody hangs", async () => {
    const fleet = openFleet(fleetPath());
    const changes = { put: [["k", bytes(1, 1)] as const], delete: [] };
    const waiting = [fleet.device("a").transaction(changes), fleet.device("b").transaction(changes)];
    fleet.close();
    for (const one of await Promise.allSettled(waiting)) expect(one.status).toBe("rejected");
  });
});
