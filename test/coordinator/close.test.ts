// An operator ends a task: devices may send no more at either party, what was sent can be collected, and again changes nothing.
import { expect, test } from "vitest";
import { call } from "../../src/api/call.ts";
import { coordinatorRoutes, helperRoutes } from "../../src/api/routes.ts";
import { PacelineError } from "../../src/base/errors.ts";
import { decodeRelease } from "../../src/task/release.ts";
import { analystToken, leaderToken, newCluster, noNoise, operatorTokens, urls } from "../support/cluster.ts";
import { nowSeconds } from "../support/questions.ts";
import { newRound } from "../support/rounds.ts";

async function setting(more: Parameters<typeof newCluster>[0] = {}) {
  const time = { seconds: nowSeconds };
  const cluster = newCluster({ noise: noNoise, clock: { now: () => 1000 * time.seconds }, ...more });
  const round = await newRound(cluster);
  const { transport } = cluster;
  const at = (role: "coordinator" | "helper") => ({ transport, url: urls[role], token: operatorTokens[role] });
  const parameters = { task: round.text };
  return {
    ...{ cluster, round, time },
    close: (role: "coordinator" | "helper" = "coordinator") => call(at(role), coordinatorRoutes.close, { parameters }),
    show: (role: "coordinator" | "helper") => call(at(role), coordinatorRoutes.operatorTask, { parameters }),
    list: (role: "coordinator" | "helper") => call(at(role), coordinatorRoutes.operatorTasks),
  };
}

test("no report is taken after it, here or there, and those before it are released", async () => {
  const { cluster, round, time, close, show, list } = await setting();
  await round.fill([50, 65, 65, 65, 80]);
  const late = await round.report(65);
  expect((await list("helper")).tasks[0]).toMatchObject({ id: round.text, state: "open" });
  time.seconds += 60;
  expect(await close()).toEqual({ closes: nowSeconds + 60 });
  expect(await round.send(late)).toBe("task_expired");
  expect((await cluster.coordinator.tasks()).length).toBe(0);
  time.seconds += 60;
  expect([await close(), await close("helper")]).toEqual([{ closes: nowSeconds + 60 }, { closes: nowSeconds + 60 }]);
  for (const role of ["coordinator", "helper"] as const)
    expect(await show(role)).toMatchObject({ state: "closed", closes: nowSeconds + 60 });
  const release = decodeRelease(await cluster.coordinator.collect(round.id));
  expect(release.values.reduce((sum, x) => sum + x, 0)).toBe(5);
  expect(await show("coordinator")).toMatchObject({ state: "settled", reports: { accepted: 5, rejected: 0 } });
  expect(await show("helper")).toMatchObject({ state: "collected" });
  expect(await close()).toEqual({ closes: nowSeconds + 60 });
});

test("to close it gives nothing back, and a batch below its minimum stays closed", async () => {
  const { cluster, round, close } = await setting();
  const before = await cluster.coordinator.ledger();
  await close();
  expect(await cluster.coordinator.ledger()).toEqual(before);
  await expect(cluster.coordinator.collect(round.id)).rejects.toMatchObject({ code: "invalid_batch_size" });
  expect(await round.send(await round.report(65))).toBe("task_expired");
});

test("while the helper is away it is closed here all the same, and there when it is told again", async () => {
  let away = false;
  const { round, close, show } = await setting({
    between: (send) => async (request) => {
      if (away && request.url.endsWith("/end")) throw new PacelineError("unavailable", "away");
      return await send(request);
    },
  });
  away = true;
  await expect(close()).rejects.toMatchObject({ code: "unavailable" });
  expect(await round.send(await round.report(65))).toBe("task_expired");
  expect((await show("helper")).state).toBe("open");
  away = false;
  await close();
  expect((await show("helper")).state).toBe("closed");
});

test("the helper's operator closes at both; analysts and the other party's operator at neither", async () => {
  const { cluster, round, close } = await setting();
  await close("helper");
  const { transport } = cluster;
  const parameters = { task: round.text };
  for (const [role, route, token] of [
    ["coordinator", coordinatorRoutes.close, analystToken],
    ["coordinator", coordinatorRoutes.close, operatorTokens.helper],
    ["coordinator", coordinatorRoutes.end, analystToken],
    ["helper", helperRoutes.close, leaderToken],
  ] as const)
    await expect(call({ transport, url: urls[role], token }, route, { parameters })).rejects.toMatchObject({
      code: "unauthorized",
    });
  expect(await round.send(await round.report(65))).toBeUndefined();
  await call({ transport, url: urls.coordinator, token: leaderToken }, coordinatorRoutes.end, { parameters });
  expect(await round.send(await round.report(65))).toBe("task_expired");
});
