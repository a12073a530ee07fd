// What a PostgreSQL server may do to a service: be put back from an older copy, and run out of room.
import { copyFileSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { toBase64Url } from "../../../src/base/bytes.ts";
import type { TransportRequest } from "../../../src/ports/transport.ts";
import { trouble } from "../../e2e/copies.ts";
import { expectLedgersToHold, readDurable } from "../../e2e/durable.ts";
import { ask, collect, newDevices, openRelease, question, someMembers, syncAll } from "../../e2e/members.ts";
import { startPairs } from "../../support/pairs-on-postgres.ts";
import { noPostgres } from "../../support/postgres.ts";
import { smallDisk } from "../../support/small-disk.ts";

describe.skipIf(noPostgres !== undefined)("a PostgreSQL server", () => {
  test("one party's older copy: found by its mark, and with that put back too by the heads; no noise is drawn again", async (context) => {
    const pairs = await startPairs();
    context.onTestFinished(() => pairs.stop());
    const pair = await pairs.newPair(context, { noise: "exact" });
    const name = new URL(pair.database("helper")).pathname.slice(1);
    const { mark } = JSON.parse(readFileSync(pair.configFile("helper"), "utf8")) as { mark: string };
    const copyOf = async (from: string, to: string) => {
      await pairs.server.run("postgres", `drop database if exists ${to}`);
      await pairs.server.run("postgres", `create database ${to} template ${from}`);
    };
    await pair.start("coordinator", { kill: { point: "coordinator:closed", passing: 1 } });
    await pair.start("helper");
    const { task } = await ask(pair);
    await syncAll((await newDevices(pair)).clients);
    await expect(collect(pair, task)).rejects.toMatchObject({ code: "unavailable" });
    await pair.ended("coordinator");
    await pair.stop("helper");
    await copyOf(name, `${name}_older`);
    copyFileSync(mark, `${mark}.older`);
    await Promise.all([pair.start("helper"), pair.start("coordinator")]);
    const release = await collect(pair, task);
    for (const withMark of [false, true]) {
      await pair.stop("helper");
      await copyOf(`${name}_older`, name);
      if (withMark) copyFileSync(`${mark}.older`, mark);
      await pair.start("helper");
      await expect(ask(pair, { ...question, daysMin: 5 })).rejects.toMatchObject({ code: "ledger_behind" });
      expect(await trouble(pair, "helper")).toMatch(
        withMark ? /the coordinator holds entry/ : /mark beside the database/,
      );
      expect(await collect(pair, task)).toBe(release);
    }
    expect(pair.draws("helper")).toBe(1);
    expect(readDurable(pair, "helper").batches).toEqual([]);
  });

  const disk = smallDisk("160m");
  test.skipIf(disk === undefined)(
    "without room: nothing is acknowledged that is not stored, and all goes on when there is some",
    async (context) => {
      if (disk === undefined) return;
      const settings = ["max_wal_size = 32MB", "min_wal_size = 32MB", "autovacuum = off"];
      const pairs = await startPairs(settings, { within: disk.folder });
      context.onTestFinished(async () => {
        disk.empty();
        await pairs.stop();
        disk.remove();
      });
      const pair = await pairs.newPair(context);
      await Promise.all([pair.start("coordinator"), pair.start("helper")]);
      const acknowledged = new Set<string>();
      const refused = new Set<number>();
      const transport = {
        ...pair.transport,
        async send(request: TransportRequest) {
          const response = await pair.transport.send(request);
          if (request.url.endsWith("/reports") && response.status === 200)
            acknowledged.add(toBase64Url(request.body ?? new Uint8Array(0)));
          else if (request.url.endsWith("/reports")) refused.add(response.status);
          return response;
        },
      };
      const { task } = await ask(pair);
      const devices = await newDevices({ ...pair, transport }, { members: someMembers(20) });
      await syncAll(devices.clients.slice(0, 5));
      disk.fill();
      const late = devices.clients.slice(5);
      // What is free within the server's own files may still take some.
      for (let round = 0; round < 3; round++) {
        disk.fill();
        await Promise.all(late.map((client) => client.sync().catch(() => undefined)));
      }
      expect(acknowledged.size).toBeLessThan(20);
      const stored = () => Object.values(readDurable(pair, "coordinator").reports).reduce((sum, n) => sum + n, 0);
      expect(stored()).toBe(acknowledged.size);
      expect(refused.size).toBeGreaterThan(0);
      for (const status of refused) expect([503, 507]).toContain(status);
      expectLedgersToHold(pair);
      disk.empty();
      // A server that had no room for its log has ended, as PostgreSQL does; its operator starts it again.
      await pairs.server.crash();
      await expect
        .poll(async () => (await transport.send({ method: "GET", url: `${pair.coordinator.url}/health` })).status, {
          timeout: 30_000,
        })
        .toBe(200);
      // Every report that was acknowledged is there.
      expect(stored()).toBe(acknowledged.size);
      expectLedgersToHold(pair);
      await expect
        .poll(
          () =>
            syncAll(devices.clients).then(
              () => "sent",
              () => "waits",
            ),
          { timeout: 30_000 },
        )
        .toBe("sent");
      openRelease(await collect(pair, task));
      expect(readDurable(pair, "coordinator").batches).toEqual([{ task, count: 20 }]);
      expectLedgersToHold(pair);
    },
  );
});
