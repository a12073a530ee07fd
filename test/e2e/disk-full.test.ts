// The disk of database and log fills up under a coordinator that runs: nothing is acknowledged that is not stored, it is
// said what is wrong, and everything goes on when there is room.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { problemType } from "../../src/api/problem.ts";
import { fromUtf8, toBase64Url } from "../../src/base/bytes.ts";
import type { TransportRequest } from "../../src/ports/transport.ts";
import { startPair } from "../support/processes.ts";
import { smallDisk } from "../support/small-disk.ts";
import { expectLedgersToHold, readDurable } from "./durable.ts";
import { ask, collect, newDevices, openRelease, someMembers, syncAll } from "./members.ts";

const disk = smallDisk("12m");

test.skipIf(disk === undefined)("a full disk", async (context) => {
  if (disk === undefined) return;
  context.onTestFinished(disk.remove);
  const pair = await startPair(context, { shipped: true, within: disk.folder });
  const acknowledged = new Set<string>();
  const transport = {
    ...pair.transport,
    async send(request: TransportRequest) {
      const response = await pair.transport.send(request);
      if (request.url.endsWith("/reports") && response.status === 200)
        acknowledged.add(toBase64Url(request.body ?? new Uint8Array(0)));
      return response;
    },
  };
  const { task } = await ask(pair);
  const members = someMembers(20);
  const devices = await newDevices({ ...pair, transport }, { members });
  await syncAll(devices.clients.slice(0, 5));

  disk.fill();
  const late = devices.clients.slice(5);
  const health = async () => {
    const { status, body } = await pair.transport.send({ method: "GET", url: `${pair.coordinator.url}/health` });
    return [status, JSON.parse(fromUtf8(body))];
  };
  await expect
    .poll(health, { timeout: 5000 })
    .toMatchObject([503, { ok: false, problems: [{ part: "storage", code: "storage_full" }] }]);
  // What was free within the file's pages may still take one; all others wait on their devices.
  for (let round = 0; round < 5; round++) await Promise.all(late.map((client) => client.sync()));
  const upload = devices.uploads.at(-1) ?? expect.unreachable("a device uploaded");
  for (let i = 0; i < 200; i++) {
    const { status, headers, body } = await transport.send(upload);
    if (status === 200) continue;
    expect([status, headers["content-type"], headers["retry-after"]]).toEqual([507, problemType, "300"]);
    expect(fromUtf8(body)).toContain("urn:paceline:error:storage_full");
  }
  const stored = Object.values(readDurable(pair, "coordinator").reports).reduce((sum, n) => sum + n, 0);
  expect(stored).toBe(acknowledged.size);
  expect(stored).toBeLessThan(20);
  const log = join(pair.folder, "coordinator.log");
  expect(existsSync(log) ? readFileSync(log, "utf8").split("\n").length : 0).toBeLessThan(40);
  expect(readFileSync(log, "utf8")).not.toContain("rollback");
  expectLedgersToHold(pair);

  disk.empty();
  await expect.poll(health, { timeout: 5000 }).toEqual([200, { ok: true }]);
  await syncAll(devices.clients);
  openRelease(await collect(pair, task));
  expect(readDurable(pair, "coordinator").batches).toEqual([{ task, count: 20 }]);
  expectLedgersToHold(pair);
});
