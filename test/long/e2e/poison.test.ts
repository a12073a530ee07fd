// A report that kills every process of one of the parties that opens it: its job is parked after eight deaths, all other reports are verified meanwhile, and
// when its operator has mended what died of it, nothing is lost.
import { expect, test } from "vitest";
import { FAULTS_MAX } from "../../../src/aggregate/failing.ts";
import { call } from "../../../src/api/call.ts";
import { coordinatorRoutes, helperRoutes } from "../../../src/api/routes.ts";
import { toBase64Url } from "../../../src/base/bytes.ts";
import { expectOneRelease } from "../../e2e/journey.ts";
import { ask, collect, newDevices, syncAll } from "../../e2e/members.ts";
import { newPair } from "../../support/processes.ts";

const operatorToken = "operator-token-of-the-tests";

test("a poisonous job kills eight times and no more", async (context) => {
  const pair = await newPair(context, { coordinator: { operatorToken } });
  await Promise.all([pair.start("coordinator"), pair.start("helper")]);
  const { task } = await ask(pair);
  const devices = await newDevices(pair);
  // Below a job's five: they wait for whoever works.
  const [first, ...others] = devices.clients;
  await syncAll(first === undefined ? [] : [first]);
  const body = devices.uploads[0]?.body ?? expect.unreachable("a device uploaded");
  await pair.stop("coordinator");
  const poison = toBase64Url(body.slice(0, 16));
  let deaths = 0;
  let over = false;
  const supervisor = (async () => {
    while (!over) {
      await pair.start("coordinator", { poison, working: true }).catch(() => undefined);
      const exit = await pair.ended("coordinator");
      if (exit.signal === "SIGKILL") deaths += 1;
    }
  })();
  const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
  for (let left = 60; left > 0; left--) {
    const done = await syncAll(others).then(
      () => true,
      () => false,
    );
    if (done) break;
    await later(500);
  }
  const refusal = async () => {
    const error = await collect(pair, task).catch((reason: unknown) => reason);
    return (error as { code?: string }).code;
  };
  await expect.poll(refusal, { timeout: 900_000, interval: 1000 }).toBe("conflict");
  expect(deaths).toBe(FAULTS_MAX);
  // Nobody dies of it any more.
  await later(12_000);
  expect(deaths).toBe(FAULTS_MAX);
  over = true;
  await pair.stop("coordinator");
  await supervisor;
  await pair.start("coordinator", { working: true });
  const operator = { ...pair.coordinator, token: operatorToken };
  expect(await call(operator, coordinatorRoutes.retry, { parameters: { task } })).toEqual({ jobs: 1 });
  expectOneRelease(pair, devices, await collect(pair, task));
});

test("a helper that verifies in the request is killed eight times and no more, and tells whoever asks", async (context) => {
  const pair = await newPair(context, { coordinator: { operatorToken }, helper: { operatorToken } });
  await Promise.all([pair.start("coordinator", { working: true }), pair.start("helper")]);
  const { task } = await ask(pair);
  const devices = await newDevices(pair);
  const [first, ...others] = devices.clients;
  // Nothing is sent to the helper below a job's five.
  await syncAll(first === undefined ? [] : [first]);
  const body = devices.uploads[0]?.body ?? expect.unreachable("a device uploaded");
  await pair.stop("helper");
  const poison = toBase64Url(body.slice(0, 16));
  let deaths = 0;
  let over = false;
  const supervisor = (async () => {
    while (!over) {
      await pair.start("helper", { poison }).catch(() => undefined);
      if ((await pair.ended("helper")).signal === "SIGKILL") deaths += 1;
    }
  })();
  await syncAll(others);
  const operator = { ...pair.helper, token: operatorToken };
  const parked = async () =>
    (await call(operator, helperRoutes.operatorTask, { parameters: { task } }).catch(() => undefined))?.parked;
  await expect.poll(parked, { timeout: 900_000, interval: 1000 }).toEqual([{ code: "internal", jobs: 1 }]);
  expect(deaths).toBe(FAULTS_MAX);
  const code = async () => {
    const error = await collect(pair, task).catch((reason: unknown) => reason);
    return (error as { code?: string }).code;
  };
  await expect.poll(code, { timeout: 900_000, interval: 1000 }).toBe("conflict");
  expect(deaths).toBe(FAULTS_MAX);
  over = true;
  await pair.stop("helper");
  await supervisor;
  await pair.start("helper");
  const parameters = { task };
  expect(await call(operator, helperRoutes.retry, { parameters })).toEqual({ jobs: 1 });
  const leader = { ...pair.coordinator, token: operatorToken };
  expect(await call(leader, coordinatorRoutes.retry, { parameters })).toEqual({ jobs: 1 });
  expectOneRelease(pair, devices, await collect(pair, task));
});
