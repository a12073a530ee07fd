// 64 clients in 8 processes against a budget of 500 units.
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openDatabase as openPostgres } from "../../../src/storage/postgres/index.ts";
import { openDatabase } from "../../../src/storage/sqlite/index.ts";
import { beginRace, debitOne, debitsOf, startRacers } from "../../storage/race.ts";
import { noPostgres, startPostgres } from "../../support/postgres.ts";

const [PROCESSES, CLIENTS, UNITS] = [8, 8, 500];
const sorted = (list: readonly string[]) => list.toSorted();

describe.skipIf(noPostgres !== undefined)("PostgreSQL", () => {
  test("exactly 500 are given", async ({ onTestFinished }) => {
    const server = await startPostgres();
    onTestFinished(() => server.stop());
    await server.create("race");
    const store = await openPostgres(server.url("race"));
    await beginRace(store);
    const racers = startRacers(server.url("race"), PROCESSES, CLIENTS, UNITS);
    expect((await racers.ended).map(({ end }) => end)).toEqual(Array(PROCESSES).fill(0));
    expect(racers.acknowledged).toHaveLength(UNITS);
    expect(sorted(await debitsOf(store))).toEqual(sorted(racers.acknowledged));
    await store.close();
  });

  test("processes killed and a server that crashes in the middle: no acknowledged one is lost, none is beyond 500", async ({
    onTestFinished,
  }) => {
    const server = await startPostgres();
    onTestFinished(() => server.stop());
    await server.create("race");
    const store = await openPostgres(server.url("race"));
    await beginRace(store);
    const acknowledged: string[] = [];
    let kills = 0;
    for (let round = 0; round < 60; round++) {
      const racers = startRacers(server.url("race"), 4, CLIENTS, UNITS);
      const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
      await wait(700 + 40 * (round % 13));
      if (round % 5 === 4) await server.crash();
      const before = acknowledged.length + racers.acknowledged.length;
      for (const index of [0, 1, 2, 3]) racers.kill(index);
      const ends = await racers.ended;
      kills += ends.filter(({ end }) => end === "SIGKILL").length;
      acknowledged.push(...racers.acknowledged);
      const debits = new Set(await debitsOf(store));
      for (const task of acknowledged) expect(debits).toContain(task);
      expect(debits.size).toBeLessThanOrEqual(UNITS);
      if (before >= UNITS) break;
    }
    expect(kills).toBeGreaterThan(0);
    const last = startRacers(server.url("race"), 2, CLIENTS, UNITS);
    expect((await last.ended).map(({ end }) => end)).toEqual([0, 0]);
    acknowledged.push(...last.acknowledged);
    const debits = await debitsOf(store);
    expect(debits).toHaveLength(UNITS);
    // A commit whose answer was lost with its process is spent all the same.
    for (const task of acknowledged) expect(debits).toContain(task);
    await store.close();
  });
});

describe("SQLite, in the one process that may have it open", () => {
  test("exactly 500 are given", async () => {
    const folder = mkdtempSync(join(tmpdir(), "paceline-race-"));
    const store = await openDatabase(join(folder, "race.sqlite"));
    await beginRace(store);
    const server = createServer(async (request, response) => {
      const parts: Buffer[] = [];
      for await (const part of request) parts.push(part);
      response.end((await debitOne(store, new Uint8Array(Buffer.concat(parts)))) ? "yes" : "no");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const racers = startRacers(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, PROCESSES, CLIENTS, UNITS);
    expect((await racers.ended).map(({ end }) => end)).toEqual(Array(PROCESSES).fill(0));
    expect(racers.acknowledged).toHaveLength(UNITS);
    expect(sorted(await debitsOf(store))).toEqual(sorted(racers.acknowledged));
    await new Promise((resolve) => server.close(resolve));
    await store.close();
    rmSync(folder, { recursive: true });
  });
});
