import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openDatabase } from "../../src/storage/postgres/index.ts";
import { noPostgres, type Server, startPostgres } from "../support/postgres.ts";
import { aggregateContract } from "./aggregate-contract.ts";
import { issuerContract } from "./issuer-contract.ts";
import { releaseContract } from "./release-contract.ts";
import { bytes, report, task, withTasks } from "./row-samples.ts";
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
  releaseContract(open);
  transactionContract(open);
  durabilityContract(open);

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
});
