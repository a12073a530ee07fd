import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openDatabase, openFleet } from "../../src/storage/sqlite/index.ts";
import { deviceStoreContract } from "../platform/device-store-contract.ts";
import { aggregateContract } from "./aggregate-contract.ts";
import { releaseContract } from "./release-contract.ts";
import { bytes } from "./row-samples.ts";
import { durabilityContract, transactionContract } from "./transaction-contract.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "paceline-storage-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const path = () => join(folder, "service.sqlite");
const open = () => openDatabase(path());

aggregateContract(open);
releaseContract(open);
transactionContract(open);
durabilityContract(open);

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
    expect(() => db.exec("insert into task values (x'00', x'00', x'00')")).toThrow("CHECK");
    expect(() => db.exec("insert into leaf (bytes) values ('text')")).toThrow();
    db.close();
  });
});

describe("a fleet of devices", () => {
  const fleetPath = () => join(folder, "fleet.sqlite");
  const sameDevice = async () => {
    const fleet = openFleet(fleetPath());
    const device = fleet.device("device-1");
    return { ...device, close: async () => fleet.close() };
  };
  deviceStoreContract(sameDevice);

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
