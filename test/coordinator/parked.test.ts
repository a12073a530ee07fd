// Jobs that fail: a helper that is busy is asked again, what passes is tried later, and what does not is parked until an operator
// says so. Whatever happens, one debit and one count of each report.
import { expect, test } from "vitest";
import { FAULTS_MAX } from "../../src/aggregate/failing.ts";
import { call } from "../../src/api/call.ts";
import { coordinatorRoutes } from "../../src/api/routes.ts";
import type { TransportResponse } from "../../src/ports/transport.ts";
import { behind, nothing, ofJobs, values } from "../support/between.ts";
import { operatorTokens, urls } from "../support/cluster.ts";
import { nowSeconds } from "../support/questions.ts";
import { tallies } from "../support/rounds.ts";

const busy = (status: number, seconds: number): TransportResponse => ({
  status,
  headers: { "retry-after": String(seconds) },
  body: nothing,
});

test("a helper that is busy for a moment is asked again within the same request", async () => {
  const answers = [busy(503, 0), busy(429, 0)];
  let asked = 0;
  const { cluster, round } = await behind((send) => async (request) => {
    if (!ofJobs("aggregation_jobs")(request)) return await send(request);
    asked += 1;
    return answers.shift() ?? (await send(request));
  });
  await cluster.coordinator.collect(round.id);
  expect(asked).toBeGreaterThanOrEqual(3);
  expect((await tallies(cluster, round.id)).leader.accepted).toBe(values.length);
});

test("one that is busy for long is told of, and the job is tried no sooner by itself; who collects may", async () => {
  let away = true;
  let asked = 0;
  const { cluster, round } = await behind((send) => async (request) => {
    if (!ofJobs("aggregation_jobs")(request)) return await send(request);
    asked += 1;
    return away ? busy(503, 100) : await send(request);
  });
  await expect(cluster.coordinator.collect(round.id)).rejects.toMatchObject({ code: "unavailable" });
  expect(asked).toBe(1);
  const [job] = await cluster.coordinatorStore.read((rows) => rows.jobs(round.id));
  expect(job).toMatchObject({ until: 0, faults: 0, parked: null });
  expect((job?.resting ?? 0) - nowSeconds * 1000).toBe(100_000);
  await cluster.coordinator.work();
  expect(asked).toBe(1);
  away = false;
  await cluster.coordinator.collect(round.id);
  expect((await tallies(cluster, round.id)).leader.accepted).toBe(values.length);
});

test("what does not pass is parked, told of, and tried again when the operator says so; the budget is debited once", async () => {
  let garbled = true;
  const { cluster, round } = await behind((send) => async (request) => {
    const answer = await send(request);
    return garbled && ofJobs("aggregation_jobs")(request) ? { ...answer, body: new Uint8Array(3) } : answer;
  });
  const spent = () => cluster.coordinatorStore.read((rows) => rows.budgets());
  const before = await spent();
  const operator = { transport: cluster.transport, url: urls.coordinator, token: operatorTokens.coordinator };
  const parameters = { task: round.text };
  for (let i = 0; i < FAULTS_MAX; i++)
    await expect(cluster.coordinator.collect(round.id)).rejects.toMatchObject({ code: "invalid_message" });
  garbled = false;
  await expect(cluster.coordinator.collect(round.id)).rejects.toMatchObject({
    code: "conflict",
    hint: expect.stringContaining("paceline task retry"),
  });
  expect((await call(operator, coordinatorRoutes.operatorTask, { parameters })).parked).toEqual([
    { code: "invalid_message", jobs: 1 },
  ]);
  expect(await cluster.coordinatorStore.read((rows) => rows.workload(0))).toMatchObject({ jobs: 1, parkedJobs: 1 });
  expect(await spent()).toEqual(before);
  expect(await call(operator, coordinatorRoutes.retry, { parameters })).toEqual({ jobs: 1 });
  expect(await call(operator, coordinatorRoutes.retry, { parameters })).toEqual({ jobs: 0 });
  await expect(call(operator, coordinatorRoutes.retry, { parameters: { task: "A".repeat(43) } })).rejects.toMatchObject(
    {
      code: "not_found",
    },
  );
  await cluster.coordinator.collect(round.id);
  expect((await tallies(cluster, round.id)).leader.accepted).toBe(values.length);
  expect(await spent()).toEqual(before);
  const debits = (await cluster.coordinatorStore.read((rows) => rows.events())).filter(({ kind }) => kind === "debit");
  expect(debits).toHaveLength(1);
});
