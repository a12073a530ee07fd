// A client and a collector that were written from the draft in another language, on other cryptography: their reports through
// our two services, and ours opened and verified by them.

import { Hono } from "hono";
import { afterAll, expect, test } from "vitest";
import { preparer } from "../../../src/aggregate/prepare.ts";
import { toHex } from "../../../src/base/bytes.ts";
import { httpLimits } from "../../../src/http/app.ts";
import { type Listening, listen } from "../../../src/http/listen.ts";
import { servePlain } from "../../../src/plain/index.ts";
import type { PlainTask } from "../../../src/plain/task.ts";
import { nodeClock, nodeCrypto, nodeEntropy, nodeTransport, nodeWasm } from "../../../src/platform/node/index.ts";
import type { TaskConfiguration } from "../../../src/protocol/dap/task-configuration.ts";
import type { DapWireName } from "../../../src/protocol/dap/wire.ts";
import type { VdafParameters } from "../../../src/protocol/vdaf/parameters.ts";
import { memoryKeyValues, memoryMark } from "../../../src/storage/memory/index.ts";
import { newDapClient } from "../../support/dap-parties.ts";
import { startDapRs, toldKey, toldTask } from "../../support/dap-rs.ts";
import { agreement, collectorKey, collectorToken, newPair } from "../../support/plain-pair.ts";

const REPORTS = 1000;
const OURS = 200;

const peer = await startDapRs();
const transport = nodeTransport();
afterAll(() => {
  peer?.close();
  transport.close();
});

const ports: number[] = [];
for (let i = 0; i < 2; i++) {
  const held = await listen(new Hono(), httpLimits, { hostname: "127.0.0.1", port: 0 });
  ports.push(held.port);
  await held.stop(0);
}
const urls = { leaderUrl: `http://127.0.0.1:${ports[0]}`, helperUrl: `http://127.0.0.1:${ports[1]}` };
const hpke = { leader: { id: 3, pair: newPair() }, helper: { id: 4, pair: newPair() } };

async function serving(tasks: {
  readonly leader: PlainTask;
  readonly helper: PlainTask;
}): Promise<() => Promise<void>> {
  const running: Listening[] = [];
  for (const [i, role] of (["leader", "helper"] as const).entries())
    running.push(
      await servePlain({
        store: memoryKeyValues(),
        mark: memoryMark(),
        crypto: nodeCrypto,
        entropy: nodeEntropy,
        clock: nodeClock,
        transport,
        preparer: preparer({ crypto: nodeCrypto, wasm: nodeWasm }),
        hpke: [hpke[role]],
        hostname: "127.0.0.1",
        port: ports[i] as number,
        tasks: [tasks[role]],
        log: () => undefined,
      }),
    );
  return async () => void (await Promise.all(running.map((one) => one.stop(500))));
}

const column = (rows: readonly (readonly number[])[]) =>
  (rows[0] ?? []).map((_, k) => rows.reduce((sum, row) => sum + (row[k] as number), 0));

interface Case {
  readonly vdaf: VdafParameters;
  readonly measurement: (i: number) => unknown;
  readonly sum: (measurements: readonly never[]) => unknown;
}
const plus = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

const cases: readonly Case[] = [
  { vdaf: { type: "Prio3Count" }, measurement: (i) => i % 3 === 0, sum: (all) => plus(all.map(Number)) },
  { vdaf: { type: "Prio3Sum", maxMeasurement: 1000 }, measurement: (i) => (i * 37) % 1001, sum: (all) => plus(all) },
  {
    vdaf: { type: "Prio3SumVec", length: 5, maxMeasurement: 300, chunkLength: 7 },
    measurement: (i) => [i % 301, 0, 300, i % 2, (i * 7) % 100],
    sum: (all) => column(all),
  },
  {
    // A chunk longer than all bits of the measurement, and a bound that is no exact number.
    vdaf: { type: "Prio3SumVec", length: 2, maxMeasurement: 2n ** 53n, chunkLength: 150 },
    measurement: (i) => [i, 2 ** 40 + i],
    sum: (all) => column(all),
  },
  {
    vdaf: { type: "Prio3Histogram", length: 12, chunkLength: 4 },
    measurement: (i) => (i * 5) % 12,
    sum: (all) => Array.from({ length: 12 }, (_, k) => (all as readonly number[]).filter((one) => one === k).length),
  },
  {
    vdaf: { type: "Prio3MultihotCountVec", length: 6, maxWeight: 3, chunkLength: 4 },
    measurement: (i) => [0, 1, 2, 3, 4, 5].map((k) => k % 2 === i % 2),
    sum: (all) => column((all as readonly boolean[][]).map((row) => row.map(Number))),
  },
  {
    vdaf: { type: "Prio3L1BoundSum", length: 4, maxValue: 100, chunkLength: 6 },
    measurement: (i) => [i % 20, i % 30, 0, 50],
    sum: (all) => column(all),
  },
  {
    vdaf: { type: "Prio3SumVecField64Multiproof", length: 10, maxMeasurement: 3, chunkLength: 4, proofs: 3 },
    measurement: (i) => Array.from({ length: 10 }, (_, k) => (i + k) % 4),
    sum: (all) => column(all),
  },
];

type Setting = [DapWireName, TaskConfiguration["batchMode"]];
const settings: readonly Setting[] = [
  ["dap-18", "time-interval"],
  ["dap-19", "leader-selected"],
];

test
  .skipIf(peer === undefined)
  .each(settings.flatMap(([version, batchMode]) => cases.map((one) => ({ version, batchMode, ...one }))))(
  "$version, $batchMode: $vdaf.type",
  async ({ version, batchMode, vdaf, measurement, sum }) => {
    if (peer === undefined) return;
    const { agreed, leader, helper } = agreement(
      { vdaf, ...urls, batchMode, minBatchSize: BigInt(REPORTS), timePrecision: 60n },
      { version },
    );
    const task = toldTask(agreed);
    const stop = await serving({ leader, helper });
    try {
      const measurements = Array.from({ length: REPORTS }, (_, i) => measurement(i)) as never[];
      const time = Math.floor(Date.now() / 60_000);
      expect(await peer.ask({ op: "upload", task, measurements, time, together: 100 })).toEqual({
        sent: REPORTS,
        errors: [],
      });
      const interval = batchMode === "time-interval" ? [time - 1, 2] : null;
      const key = toldKey(collectorKey);
      const collected = await peer.ask({ op: "collect", task, interval, token: collectorToken, key });
      expect(collected).toEqual({ count: REPORTS, start: time, duration: 1, result: sum(measurements) });

      const client = await newDapClient(transport, agreed);
      const mine = measurements.slice(0, OURS);
      const reports = await Promise.all(mine.map((one) => client.report(one, BigInt(time))));
      const verified = await peer.ask({
        op: "verify",
        task,
        reports: reports.map(toHex),
        leader: toldKey(hpke.leader),
        helper: toldKey(hpke.helper),
        verify_key: toHex(leader.verificationKeys[0]?.key ?? new Uint8Array(0)),
      });
      expect(verified).toEqual({ result: sum(mine) });
    } finally {
      await stop();
    }
  },
);
