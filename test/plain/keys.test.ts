// Keys that change: of verification, and those that reports are sealed to.
import { expect, test } from "vitest";
import { nodeEntropy } from "../../src/platform/node/index.ts";
import { AggregationJobInitReq } from "../../src/protocol/dap/aggregation.ts";
import { Report } from "../../src/protocol/dap/report.ts";
import { newDapClient } from "../support/dap-parties.ts";
import { newPair, newPlainPair, workOf } from "../support/plain-pair.ts";

import { hour, nothing, standing, wide } from "../support/plain-standing.ts";

test("dap-19: of several verification keys the helper takes those it knows, and the leader tries its next", async () => {
  const [a, b] = [nodeEntropy.bytes(32), nodeEntropy.bytes(32)];
  const keys = {
    leader: [
      { id: 4, key: nodeEntropy.bytes(32) },
      { id: 7, key: a },
      { id: 9, key: b },
    ],
    helper: [{ id: 7, key: a }],
  };
  const { pair, client, collector } = await standing({}, {}, { version: "dap-19", keys });
  await client.upload(...(await Promise.all([1, 1, 0, 1].map((bit) => client.report(bit, hour)))));
  expect((await collector.collect(wide, workOf(pair))).result).toBe(3n);
  const jobs = pair.traffic.filter(({ url }) => url.endsWith("/aggregation_jobs"));
  expect(jobs.map(({ body }) => AggregationJobInitReq.decode(body ?? nothing).verificationKeyId)).toEqual([4, 7]);
});

test("a receiving key that was replaced opens what was sealed to it until it is retired", async () => {
  const [old, fresh] = [
    { id: 1, pair: newPair() },
    { id: 2, pair: newPair() },
  ];
  const first = await standing({ hpke: { leader: [fresh, old], helper: [fresh, old] } });
  const { pair, client, collector, agreed } = first;
  // A client that has kept the list of before.
  const before = newPlainPair({ hpke: { leader: [old], helper: [old] } });
  const late = await newDapClient(before.transport, agreed);
  const reports = [await late.report(1, hour), await late.report(1, hour), await client.report(1, hour)];
  expect(await client.upload(...reports)).toEqual(new Map());
  expect((await collector.collect(wide, workOf(pair))).result).toBe(3n);
  expect(Report.decode(reports[0] as Uint8Array).leaderShare.configId).toBe(1);
  expect(Report.decode(reports[2] as Uint8Array).leaderShare.configId).toBe(2);
  const retired = await standing({ hpke: { leader: [fresh], helper: [fresh] } });
  const stale = await (await newDapClient(before.transport, retired.agreed)).report(1, hour);
  expect([...(await retired.client.upload(stale)).values()]).toEqual(["outdated_config"]);
});
