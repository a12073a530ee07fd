// Several rounds of a training open at one time, through both services and on a clock of its own: what one of them meets stalls no other.
import { describe, expect, test } from "vitest";
import { fromBase64Url } from "../../src/base/bytes.ts";
import { decodeModel } from "../../src/learning/plan/training/model.ts";
import { urls } from "../support/cluster.ts";
import { HOUR, overlapping } from "../support/overlap.ts";

test("as many rounds as the training says are open, each on the newest model of its time, each paid", async () => {
  const { trainings, run, view, open, closed, asked, go } = await overlapping();
  expect(await open()).toEqual([
    [1, 0],
    [2, 0],
    [3, 0],
  ]);
  expect(await view()).toMatchObject({ rhoSpent: "0.09", round: { number: 1, of: 5 }, overlap: { most: 3, steps: 0 } });
  expect(await go()).toEqual([]);
  // All three were full: in the model, and only then the last two were asked, on what came out.
  expect(await open()).toEqual([
    [4, 3],
    [5, 3],
  ]);
  expect(await closed()).toEqual([
    [1, 0],
    [2, 1],
    [3, 2],
  ]);
  expect(await go()).toEqual([]);
  const after = await view();
  expect(after).toMatchObject({ phase: "ended", because: "all rounds are done", rhoSpent: "0.15", abandoned: [] });
  expect((await closed()).slice(3)).toEqual([
    [4, 0],
    [5, 1],
  ]);
  for (const { task, number, model } of after.rounds) {
    const training = await asked(task);
    expect(training.overlap).toEqual({ most: 3, steps: number < 4 ? 0 : 3 });
    expect(training.weights).toBe(model);
  }
  expect(Math.hypot(...decodeModel(await trainings.model(run)).weights)).toBeGreaterThan(0.1);
});

describe("a round whose reports do not come", () => {
  test("keeps no other waiting; at its deadline it is asked again, on the newest model, and paid again", async () => {
    const { late, view, open, closed, asked, task, pass, go } = await overlapping({ rounds: 6 });
    const second = await task(2);
    late.add(second);
    await go();
    expect(await open()).toEqual([
      [2, 0],
      [4, 2],
      [5, 2],
    ]);
    await go();
    expect(await open()).toEqual([
      [2, 0],
      [6, 4],
    ]);
    expect(await closed()).toEqual([
      [1, 0],
      [3, 1],
      [4, 0],
      [5, 1],
    ]);
    pass(2 * HOUR);
    await go([]);
    const { abandoned, rhoSpent } = await view();
    expect(abandoned).toMatchObject([{ number: 2, task: second }, { number: 6 }]);
    expect([await open(), rhoSpent]).toEqual([
      [
        [2, 4],
        [6, 4],
      ],
      "0.24",
    ]);
    expect((await asked(await task(6))).abandoned).toContain(second);
    await go();
    expect(await view()).toMatchObject({ phase: "ended", rhoSpent: "0.24" });
    expect((await closed()).slice(4)).toEqual([
      [2, 0],
      [6, 1],
    ]);
  });

  test("closes at its deadline with a quorum, however far behind it is by then", async () => {
    const { late, closed, task, pass, go, clients, view } = await overlapping();
    const first = await task(1);
    late.add(first);
    await go();
    await go();
    late.clear();
    // Five of six: enough, and not all.
    await go(clients.slice(0, 5));
    expect(await closed()).toEqual([
      [2, 0],
      [3, 1],
      [4, 0],
      [5, 1],
    ]);
    pass(2 * HOUR);
    await go([]);
    expect(await closed()).toEqual([
      [2, 0],
      [3, 1],
      [4, 0],
      [5, 1],
      [1, 4],
    ]);
    expect(await view()).toMatchObject({ phase: "ended", because: "all rounds are done" });
  });

  test("three times over, the training waits for its operator, and what was open then still ends", async () => {
    const { late, trainings, run, view, open, closed, task, pass, go } = await overlapping({ rounds: 8, overlap: 2 });
    const others = async () => (await open())?.flatMap(([number = 0]) => (number === 1 ? [] : [number])) ?? [];
    const hold = (one: string) => {
      late.clear();
      late.add(one);
    };
    for (let time = 0; time < 2; time++) {
      hold(await task(1));
      await go();
      pass(2 * HOUR);
      await go([]);
    }
    hold(await task(1));
    pass(0.5 * HOUR);
    await go();
    // Asked half an hour after it, this one has time left when the first is over.
    const [other = 0] = await others();
    pass(0.6 * HOUR);
    await go([]);
    expect(await view()).toMatchObject({
      phase: "stalled",
      because: expect.stringContaining("round 1 was asked 3 times"),
    });
    expect(await open()).toEqual([[other, expect.any(Number)]]);
    await go();
    expect((await closed()).at(-1)?.[0]).toBe(other);
    expect(await view()).toMatchObject({ phase: "stalled", overlap: { open: [] } });
    late.clear();
    await trainings.steer(run, { action: "resume" });
    expect((await open())?.[0]?.[0]).toBe(1);
    for (let step = 0; step < 4; step++) await go();
    expect(await view()).toMatchObject({ phase: "ended", because: "all rounds are done" });
    expect((await closed()).map(([number]) => number).sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });
});

test("what cannot be collected now keeps no other waiting, and is tried again", async () => {
  let away = "";
  const { closed, open, view, task, go } = await overlapping(
    {},
    {
      between: (send) => async (request) => {
        if (away !== "" && request.url.startsWith(urls.helper) && request.url.includes(away))
          throw new Error("the helper is away");
        return await send(request);
      },
    },
  );
  away = await task(1);
  expect(await go()).toHaveLength(1);
  expect(await closed()).toEqual([
    [2, 0],
    [3, 1],
  ]);
  expect(await open()).toEqual([
    [1, 0],
    [4, 2],
    [5, 2],
  ]);
  away = "";
  expect(await go()).toEqual([]);
  expect(await view()).toMatchObject({ phase: "ended" });
  expect((await closed()).map(([number]) => number).sort()).toEqual([1, 2, 3, 4, 5]);
});

test("collected by hand, in whatever order: releases are applied as the log has them", async () => {
  const { cluster, clients, closed, task, trainings } = await overlapping();
  for (const client of clients) await client.sync();
  for (const number of [3, 1, 2]) await cluster.coordinator.collect(fromBase64Url(await task(number)));
  expect(await trainings.advanceAll()).toEqual([]);
  expect(await closed()).toEqual([
    [3, 0],
    [1, 1],
    [2, 2],
  ]);
});

describe("an operator", () => {
  test("stops with several open, and goes on with all of them", async () => {
    const { trainings, run, view, open, closed, go } = await overlapping();
    await trainings.steer(run, { action: "stop" });
    expect(await go()).toEqual([]);
    expect([await closed(), await open()]).toEqual([
      [],
      [
        [1, 0],
        [2, 0],
        [3, 0],
      ],
    ]);
    expect(await trainings.steer(run, { action: "resume" })).toMatchObject({ phase: "running", rounds: [{}, {}, {}] });
    await go();
    expect(await view()).toMatchObject({ phase: "ended" });
  });

  test("takes the training back: all that are open are given up, named, paid, and asked again", async () => {
    const { cluster, clients, trainings, run, view, open, closed, asked, task, go } = await overlapping({ rounds: 7 });
    await go();
    const before = await Promise.all([4, 5, 6].map(task));
    // Some have answered; what was collected by then is in the model before.
    for (const client of clients) await client.sync();
    await cluster.coordinator.collect(fromBase64Url(before[1] as string));
    const back = await trainings.steer(run, { action: "rollback", to: 1 });
    expect(back).toMatchObject({ phase: "running", rollbacks: 1, rhoSpent: "0.27", overlap: { steps: 0 } });
    expect((await closed()).at(-1)).toEqual([5, 0]);
    expect(back.abandoned.map(({ number }) => number)).toEqual([4, 6]);
    expect(await open()).toEqual([
      [4, 0],
      [6, 0],
      [7, 0],
    ]);
    const again = await asked(await task(4));
    expect(again.abandoned).toEqual([before[0], before[2]]);
    expect(again.weights).toBe((await view()).rounds[0]?.model);
    for (const given of [before[0], before[2]])
      await expect(cluster.coordinator.collect(fromBase64Url(given as string))).rejects.toMatchObject({
        code: "conflict",
      });
    await go();
    expect(await view()).toMatchObject({ phase: "ended" });
    expect((await closed()).slice(4)).toEqual([
      [4, 0],
      [6, 1],
      [7, 2],
    ]);
    // A model that was left behind is on no line any more: devices count from the first one on.
    await expect(trainings.steer(run, { action: "rollback", to: 5 })).rejects.toMatchObject({ code: "conflict" });
  });

  test("takes back what was asked and not written down: it was paid, and is told as spent", async () => {
    let killed = false;
    const { cluster, trainings, run, view, open, go } = await overlapping(
      {},
      {
        passing: (point) => {
          if (killed && point === "coordinator:round-published") throw new Error("killed as a round is published");
        },
      },
    );
    killed = true;
    expect(await go()).toHaveLength(1);
    expect([await open(), (await view()).rhoSpent]).toEqual([[[4, 3]], "0.09"]);
    killed = false;
    const back = await trainings.steer(run, { action: "rollback", to: 1 });
    expect(back).toMatchObject({ abandoned: [{ number: 4, rho: "0.03" }], overlap: { open: [{}, {}] } });
    expect((await cluster.coordinator.ledger()).debits.map(({ rho }) => rho)).toEqual(Array(6).fill("30000000"));
    expect(back.rhoSpent).toBe("0.18");
  });
});
