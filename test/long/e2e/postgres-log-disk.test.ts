// The disk of PostgreSQL's write-ahead log has no room, and nothing else's: the server ends itself in the middle of commits. Nothing that
// was acknowledged is lost, both services say that they cannot work, and go on without being started again.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { fromUtf8, toBase64Url } from "../../../src/base/bytes.ts";
import type { TransportRequest } from "../../../src/ports/transport.ts";
import { expectLedgersToHold, readDurable } from "../../e2e/durable.ts";
import { ask, collect, newDevices, openRelease, someMembers, syncAll } from "../../e2e/members.ts";
import { startPairs } from "../../support/pairs-on-postgres.ts";
import { noPostgres } from "../../support/postgres.ts";
import type { Pair, Role } from "../../support/processes.ts";
import { smallDisk } from "../../support/small-disk.ts";

const roles = ["coordinator", "helper"] as const;
const MEMBERS = 20;
/** Work that failed is looked for again after half a minute at most. */
const PATIENCE = { timeout: 60_000 };

async function told(pair: Pair, role: Role, path: "healthz" | "readyz") {
  const { status, body } = await pair.transport.send({ method: "GET", url: `${pair[role].url}/${path}` });
  return { status, said: JSON.parse(fromUtf8(body)) as unknown };
}

/** What devices send, and which of it was acknowledged. */
function witnessed(pair: Pair) {
  const acknowledged = new Set<string>();
  const refused = new Set<number>();
  const transport = {
    ...pair.transport,
    async send(request: TransportRequest) {
      const response = await pair.transport.send(request);
      if (!request.url.endsWith("/reports")) return response;
      if (response.status === 200) acknowledged.add(toBase64Url(request.body ?? new Uint8Array(0)));
      else refused.add(response.status);
      return response;
    },
  };
  return { acknowledged, refused, transport };
}

const disk = smallDisk("24m");
const why = noPostgres ?? (disk === undefined ? "no disk can be mounted here" : undefined);

describe.skipIf(why !== undefined)("a write-ahead log without room", () => {
  test("ends the server, and costs nothing that was acknowledged", async (context) => {
    if (disk === undefined) return;
    // As on a disk that is smaller than what the server was told it may take.
    const settings = ["max_wal_size = 1GB", "min_wal_size = 2MB", "autovacuum = off"];
    const pairs = await startPairs(settings, { wal: disk.folder });
    context.onTestFinished(async () => {
      disk.empty();
      await pairs.stop();
      disk.remove();
    });
    const pair = await pairs.newPair(context, { shipped: true });
    await Promise.all(roles.map((role) => pair.start(role)));
    const { acknowledged, refused, transport } = witnessed(pair);
    const { task } = await ask(pair);
    const devices = await newDevices({ ...pair, transport }, { members: someMembers(MEMBERS) });
    await syncAll(devices.clients.slice(0, 5));
    expect(acknowledged.size).toBe(5);

    const late = devices.clients.slice(5);
    // Somebody else's database on the same server writes much.
    const spend = () =>
      pairs.server
        .run("postgres", "select pg_logical_emit_message(true, 'x', repeat('x', 500000))")
        .catch(() => undefined);
    for (let round = 0; round < 60 && pairs.server.runs(); round++) {
      disk.fill();
      await Promise.all([
        ...roles.map((role) => told(pair, role, "readyz")),
        spend(),
        late[round % 8]?.sync().catch(() => undefined),
      ]);
    }
    expect(pairs.server.runs()).toBe(false);
    expect(pairs.server.said()).toMatch(/PANIC: .*No space left on device/);
    for (const role of roles) {
      await expect
        .poll(() => told(pair, role, "readyz"), { timeout: 10_000 })
        .toMatchObject({ status: 503, said: { ok: false, problems: [{ part: "storage", code: "unavailable" }] } });
      expect(await told(pair, role, "healthz")).toEqual({ status: 200, said: { ok: true } });
    }
    await Promise.all(late.map((client) => client.sync().catch(() => undefined)));
    const again = await transport.send(devices.uploads.at(-1) ?? expect.unreachable("a device uploaded"));
    expect([again.status, again.headers["retry-after"]]).toEqual([503, "10"]);
    for (const status of refused) expect([503, 507]).toContain(status);
    for (const role of roles)
      expect(readFileSync(join(pair.folder, `${role}.log`), "utf8")).toMatch(/the database does not answer/);

    // Its operator makes room and starts it: the services find it by themselves.
    disk.empty();
    await pairs.server.crash();
    for (const role of roles)
      await expect.poll(() => told(pair, role, "readyz"), PATIENCE).toEqual({ status: 200, said: { ok: true } });
    const stored = Object.values(readDurable(pair, "coordinator").reports).reduce((sum, n) => sum + n, 0);
    expect(stored).toBeGreaterThanOrEqual(acknowledged.size);
    expectLedgersToHold(pair);
    // Devices were asked to come again in a while.
    const all = async () => {
      await Promise.all(devices.clients.map((client) => client.sync().catch(() => undefined)));
      return acknowledged.size;
    };
    await expect.poll(all, PATIENCE).toBe(MEMBERS);
    openRelease(await collect(pair, task));
    for (const role of roles) expect(readDurable(pair, role).batches).toEqual([{ task, count: MEMBERS }]);
    expectLedgersToHold(pair);
  });
});
