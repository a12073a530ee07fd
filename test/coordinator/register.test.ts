import { describe, expect, test } from "vitest";
import { fail } from "../../src/base/errors.ts";
import { newRegister } from "../../src/coordinator/register.ts";
import { memoryDatabase } from "../../src/storage/memory/index.ts";
import { query } from "../storage/row-samples.ts";
import { newCluster, noNoise, urls } from "../support/cluster.ts";
import { smallSpec } from "../support/questions.ts";
import { newRound } from "../support/rounds.ts";

const START = 1_770_000_000_000;
const get = (cluster: ReturnType<typeof newCluster>) =>
  cluster.transport.send({ method: "GET", url: `${urls.coordinator}/v1/tasks`, headers: {} });

describe("only tasks that take reports are listed", () => {
  test("none before it opens or once it is closed", async () => {
    let now = START;
    const cluster = newCluster({ clock: { now: () => now } });
    await cluster.coordinator.ask(smallSpec);
    const listed: number[] = [];
    for (const at of [START - 1000, START, START + 3_599_999, START + 3_600_000]) {
      now = at;
      listed.push((await cluster.coordinator.tasks()).length);
    }
    expect(listed).toEqual([0, 1, 1, 0]);
  });

  test("none while it is collected, nor when its batch is written and the helper's share is missing", async () => {
    const listed: number[] = [];
    const cluster: ReturnType<typeof newCluster> = newCluster({
      noise: noNoise,
      passing: (point) => {
        if (point === "coordinator:share-received") fail("unavailable", "crashed here");
      },
    });
    const round = await newRound(cluster);
    await round.fill([50, 50, 65, 65, 80]);
    expect(await cluster.coordinator.tasks()).toHaveLength(1);
    const collecting = cluster.coordinator.collect(round.id);
    // The task is closing as soon as it is found.
    await cluster.coordinatorStore.transaction(async () => undefined);
    listed.push((await cluster.coordinator.tasks()).length);
    await expect(collecting).rejects.toMatchObject({ code: "unavailable" });
    listed.push((await cluster.coordinator.tasks()).length);
    expect(listed).toEqual([0, 0]);
  });
});

describe("asking for the register", () => {
  test("opens no transaction that writes, and reads each envelope once", async () => {
    const store = memoryDatabase();
    await store.transaction((rows) => rows.putQuery(query({ state: "published", envelope: '{"manifest":"a"}' })));
    const read: string[] = [];
    const register = newRegister({
      ...store,
      transaction: () => Promise.reject(new Error("a writing transaction")),
      read: (work) =>
        store.read((rows) =>
          work({
            ...rows,
            queryOfTask: (task) => {
              read.push("envelope");
              return rows.queryOfTask(task);
            },
          }),
        ),
    });
    const first = await register(100, new Set());
    expect(first).toEqual([{ manifest: "a" }]);
    for (let i = 0; i < 10; i++) expect(await register(101, new Set())).toBe(first);
    expect(read).toEqual(["envelope"]);
    expect(await register(200, new Set())).toEqual([]);
  });

  test("over HTTP, answers with what there is now", async () => {
    const cluster = newCluster();
    const bodies: string[] = [];
    for (const spec of [undefined, smallSpec, undefined, { ...smallSpec, epsilon: "0.5" }]) {
      if (spec !== undefined) await cluster.coordinator.ask(spec);
      const { status, headers, body } = await get(cluster);
      expect([status, headers["content-type"]]).toEqual([200, "application/json"]);
      expect(JSON.parse(Buffer.from(body).toString())).toEqual({ tasks: await cluster.coordinator.tasks() });
      bodies.push(Buffer.from(body).toString());
    }
    expect(bodies[0]).toBe('{"tasks":[]}');
    expect(bodies[1]).toBe(bodies[2]);
    expect(new Set(bodies).size).toBe(3);
  });
});
