import { randomBytes } from "node:crypto";
import { inspect } from "node:util";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { claimStore } from "../../src/aggregate/owner.ts";
import { nodeCrypto } from "../../src/platform/node/index.ts";
import { openDatabase, refuseOthers } from "../../src/storage/postgres/index.ts";
import { testKeyring } from "../support/cluster.ts";
import { noPostgres, type Server, startPostgres } from "../support/postgres.ts";
import { aggregateContract } from "./aggregate-contract.ts";
import { issuerContract } from "./issuer-contract.ts";
import { maskedContract } from "./masked-contract.ts";
import { quotaContract } from "./quota-contract.ts";
import { beginRace, debitsOf, startRacers } from "./race.ts";
import { releaseContract } from "./release-contract.ts";
import { bytes, report, task, withTasks } from "./row-samples.ts";
import { sealedContract } from "./sealed-contract.ts";
import { durabilityContract, transactionContract } from "./transaction-contract.ts";

describe.skipIf(noPostgres !== undefined)("PostgreSQL", () => {
  let server: Server;
  const url = () => server.url("contract");
  const open = () => openDatabase(url());
  beforeAll(async () => {
    server = await startPostgres();
    await server.create("contract");
    await (await open()).close();
  });
  afterAll(() => server.stop());
  beforeEach(() => server.empty("contract"));

  aggregateContract(open);
  issuerContract(open);
  maskedContract(open);
  quotaContract(open, open);
  releaseContract(open);
  transactionContract(open);
  durabilityContract(open);
  sealedContract({
    open: (sealing) => openDatabase(url(), sealing),
    async raw() {
      const rows = await server.run(
        "contract",
        "select output_share as bytes from report union all select noised_share from batch union all select release from query union all select state from stream",
      );
      return Buffer.concat(rows.flatMap(({ bytes }) => (bytes === null ? [] : [bytes as Buffer])));
    },
    run: async (text) => void (await server.run("contract", text)),
    shares: {
      table: "report",
      column: "output_share",
      row: (id) => `id = '\\x${Buffer.from(bytes(16, id)).toString("hex")}'`,
    },
  });

  test("the server's end and start again is a pause: what was committed is there, and the pool connects anew", async () => {
    const store = await withTasks(open);
    await store.transaction((rows) => rows.addReports([report(1)]));
    const going = store.transaction(async (rows) => {
      await rows.addReports([report(2)]);
      await server.crash();
      await rows.addReports([report(3)]);
    });
    await expect(going).rejects.toMatchObject({ code: "unavailable" });
    await store.transaction(async (rows) => {
      expect(await rows.report(task, bytes(16, 1))).toEqual(report(1));
      expect(await rows.report(task, bytes(16, 2))).toBeUndefined();
    });
    await store.close();
  });

  test("a statement whose failure was overlooked does not look committed", async () => {
    const store = await withTasks(open);
    const careless = store.transaction(async (rows) => {
      await rows.addReports([report(1)]);
      await rows.addReports([report(1, { id: bytes(3, 3) })]).catch(() => undefined);
    });
    await expect(careless).rejects.toThrow("aborted");
    expect(await store.read((rows) => rows.report(task, bytes(16, 1)))).toBeUndefined();
    await store.close();
  });

  test("is one party's: replicas with its keys come and go, another role or other keys are refused, whoever is first", async () => {
    const [own, stranger] = [testKeyring(), testKeyring()];
    const stores = await Promise.all([1, 2, 3, 4].map(open));
    const claims = await Promise.allSettled(
      stores.map((store, i) => claimStore(nodeCrypto, store, "helper", i % 2 === 0 ? own : stranger)),
    );
    const lost = claims.flatMap((one) => (one.status === "rejected" ? [one.reason] : []));
    expect(lost.map(({ code }) => code)).toEqual(["conflict", "conflict"]);
    const winner = claims[0]?.status === "fulfilled" ? own : stranger;
    for (const store of stores) {
      await claimStore(nodeCrypto, store, "helper", winner);
      const other = claimStore(nodeCrypto, store, "coordinator", winner);
      await expect(other).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining("helper") });
      await store.close();
    }
  });

  test("its size falls when reports are deleted, though their files do not", async () => {
    const store = await withTasks(open);
    const before = await store.size();
    await store.transaction((rows) =>
      rows.addReports(
        Array.from({ length: 200 }, (_, i) => report(i, { upload: new Uint8Array(randomBytes(10_000)) })),
      ),
    );
    // Its statistics are up to date within a second.
    const patience = { timeout: 15_000, interval: 300 };
    await expect.poll(() => store.size(), patience).toBeGreaterThan(before + 1_900_000);
    await store.transaction((rows) => rows.forgetShares(task));
    await store.scrub();
    await expect.poll(() => store.size(), patience).toBeLessThan(before + 300_000);
    await store.close();
  });

  test("what needs all services stopped sees that one is not", async () => {
    const store = await open();
    await expect(refuseOthers(url())).rejects.toMatchObject({ code: "conflict" });
    await store.close();
    // The server lets go of a session a moment after its client has.
    await expect.poll(() => refuseOthers(url()).then(() => "alone")).toBe("alone");
  });

  test("which cannot be reached or is not there: said, without the password", async () => {
    const nowhere = url().replace("paceline@", "paceline:hunter2@");
    for (const [address, code] of [
      [nowhere.replace("/contract", "/none"), "misconfigured"],
      ["postgres://ann:hunter2@127.0.0.1:1/contract", "unavailable"],
      [`postgres://ann:hunter2@${encodeURIComponent(server.folder)}/contract`, "misconfigured"],
    ] as const) {
      const error = await openDatabase(address).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code });
      expect(inspect(error, { depth: 9 })).not.toContain("hunter2");
    }
  });

  test("a server that says committed before it is on the disk is refused", async () => {
    await server.create("careless");
    await server.run("careless", "alter database careless set synchronous_commit = off");
    await expect(openDatabase(server.url("careless"))).rejects.toMatchObject({ code: "policy_refused" });
    await server.run("postgres", "create database latin encoding 'LATIN1' locale 'C' template template0");
    await expect(openDatabase(server.url("latin"))).rejects.toMatchObject({ code: "unsupported" });
  });

  // A small one of test/long/storage/race.test.ts.
  test("12 clients in 2 processes race for 30 units: exactly 30 are given, each with a place in the chain", async () => {
    const store = await open();
    await beginRace(store);
    const racers = startRacers(url(), 2, 6, 30);
    expect(await racers.ended).toEqual([0, 0].map((end) => ({ end, said: "" })));
    expect(racers.acknowledged).toHaveLength(30);
    expect((await debitsOf(store)).toSorted()).toEqual(racers.acknowledged.toSorted());
    await store.close();
  });
});
