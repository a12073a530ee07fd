import { expect, test } from "vitest";
import { expireTasks } from "../../src/aggregate/retention.ts";
import { newWithdrawals } from "../../src/aggregate/withdraw.ts";
import { nodeCrypto } from "../../src/platform/node/index.ts";
import { acceptedIds } from "../storage/row-samples.ts";
import { newCluster, noNoise } from "../support/cluster.ts";
import { binsOf, smallQuestion } from "../support/questions.ts";
import { newRound, tallies } from "../support/rounds.ts";
import { type Made, make } from "../support/withdrawals.ts";

const DAY = 86_400;

test("a task that nobody collected loses its shares at both aggregators, and can never be collected", async () => {
  const cluster = newCluster({ noise: noNoise, terms: { jobReports: 3 } });
  const [kept, collected] = [
    await newRound(cluster),
    await newRound(cluster, { ...smallQuestion, select: binsOf("rhr", [35, 75, 110]) }),
  ];
  for (const round of [kept, collected]) await round.fill([50, 55, 60, 65, 70, 75]);
  await expect.poll(async () => (await tallies(cluster, kept.id)).leader.accepted).toBe(6);
  // Taken back, and told to nobody else; and of a report that never came.
  const [back] = await make(kept, [62]);
  for (const store of [cluster.coordinatorStore, cluster.helperStore])
    await newWithdrawals(nodeCrypto, store).take(kept.id, (back as Made).secret, 0);
  // One more waits at the leader, unverified.
  await kept.fill([80]);
  await cluster.coordinator.collect(collected.id);
  const { closes } = (await cluster.coordinatorStore.read((rows) => rows.task(kept.id))) ?? { closes: 0 };
  const stores = [cluster.coordinatorStore, cluster.helperStore];
  const at = (seconds: number) => ({ now: () => seconds * 1000 });
  const shares = async (store: (typeof stores)[number]) =>
    await store.read(async (rows) => {
      let count = 0;
      for await (const page of rows.outputShares(kept.id, 10)) count += page.length;
      return count;
    });
  for (const store of stores)
    expect([
      await shares(store),
      await expireTasks(store, at(closes + 3 * DAY), 3 * DAY),
      await store.read((rows) => rows.withdrawalCount(kept.id)),
    ]).toEqual([6, 0, 1]);
  const spent = () => Promise.all(stores.map((store) => store.read((rows) => rows.budgets())));
  const before = [await spent(), await cluster.coordinator.release(collected.id)];
  for (const store of stores) {
    expect(await expireTasks(store, at(closes + 3 * DAY + 1), 3 * DAY)).toBe(1);
    expect(await expireTasks(store, at(closes + 300 * DAY), 3 * DAY)).toBe(0);
    expect(await shares(store)).toBe(0);
    expect(await store.read((rows) => rows.jobs(kept.id))).toEqual([]);
    expect(await store.read((rows) => rows.withdrawalCount(kept.id))).toBe(0);
    expect(await newWithdrawals(nodeCrypto, store).take(kept.id, (back as Made).secret, 0)).toBe("stands");
    const { pending, aggregating } = await store.read((rows) => rows.tally(kept.id));
    expect([pending, aggregating]).toEqual([0, 0]);
  }
  await expect(cluster.coordinator.collect(kept.id)).rejects.toMatchObject({ code: "task_expired" });
  // Ids stay, against replays; budgets and releases are as they were.
  const [id] = await cluster.helperStore.read((rows) => acceptedIds(rows, kept.id));
  expect(id).toBeDefined();
  expect([await spent(), await cluster.coordinator.release(collected.id)]).toEqual(before);
  expect((await tallies(cluster, collected.id)).leader.accepted).toBe(6);
});
