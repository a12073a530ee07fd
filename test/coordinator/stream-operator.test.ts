// What an operator and time do to a stream: taken back, collected and not settled, out of time.
import { describe, expect, test } from "vitest";
import { decodeModel } from "../../src/learning/plan/training/model.ts";
import {
  clocked,
  consenting,
  HOUR,
  ROUNDS,
  sendAll,
  streamDraft,
  through,
  wholeSums,
} from "../support/stream-cluster.ts";

const conflict = { code: "conflict" };

describe("an operator, and time", () => {
  test("a training that is taken back goes on with its noise where it was; what is released stays the factor's", async () => {
    const setting = clocked();
    const { cluster, trainings } = setting;
    const { run } = await trainings.begin(streamDraft());
    const clients = await consenting(cluster, run);
    await through(setting, clients, 2);
    const third = decodeModel(await trainings.model(run)).weights;
    await sendAll(clients);
    const view = await trainings.steer(run, { action: "rollback", to: 2 });
    expect(view).toMatchObject({
      rollbacks: 1,
      round: { number: 3 },
      abandoned: [{ number: 3, rho: "0" }],
      rhoSpent: "0.2",
    });
    expect(decodeModel(await trainings.model(run)).weights).not.toEqual(third);
    // The same members' turn again, as nothing of theirs was added up.
    expect((await sendAll(clients)).length).toBeGreaterThan(0);
    setting.pass(2 * HOUR);
    await through(setting, clients, ROUNDS - 2);
    const after = await trainings.one(run);
    expect(after).toMatchObject({ phase: "ended", rhoSpent: "0.2" });
    const tasks = after.rounds.map(({ task }) => task);
    expect(tasks).toHaveLength(ROUNDS);
    expect((await wholeSums(cluster, tasks)).away).toBeLessThan(1e-6);
  });

  test("a round that the leader has collected and not settled is not taken back: its noise went on", async () => {
    let collected = 0;
    const setting = clocked({
      passing: (point) => {
        if (point === "coordinator:collected" && ++collected === 2) throw new Error("killed");
      },
    });
    const { trainings } = setting;
    const { run } = await trainings.begin(streamDraft());
    const clients = await consenting(setting.cluster, run);
    await through(setting, clients, 1);
    await sendAll(clients);
    setting.pass(2 * HOUR);
    expect((await trainings.advanceAll()).join()).toContain("killed");
    const steered = trainings.steer(run, { action: "rollback", to: 1 });
    await expect(steered).rejects.toMatchObject(conflict);
    expect(await trainings.advanceAll()).toEqual([]);
    await through(setting, clients, ROUNDS - 2);
    expect(await trainings.one(run)).toMatchObject({ phase: "ended", rollbacks: 0, rhoSpent: "0.2" });
  });

  test("no round is asked that would end after the stream's time; what is kept of sums is deleted then", async () => {
    const { cluster, trainings, pass } = clocked();
    const { run, stream } = await trainings.begin(streamDraft({ stream: { rho: "0.2", separation: 3, days: 1 } }));
    const clients = await consenting(cluster, run);
    await sendAll(clients);
    pass(2 * HOUR);
    await trainings.advanceAll();
    // Nobody answers the second round, three times: it waits for its operator, for too long.
    for (let attempt = 0; attempt < 3; attempt++) {
      pass(2 * HOUR);
      await trainings.advanceAll();
    }
    expect(await trainings.one(run)).toMatchObject({ phase: "stalled", rhoSpent: "0.2" });
    pass(16 * HOUR);
    expect(await trainings.steer(run, { action: "resume" })).toMatchObject({
      phase: "ended",
      because: expect.stringContaining("it came to round 1 of 6"),
    });
    const { expireAndTell } = await import("../../src/aggregate/retention.ts");
    const told: string[] = [];
    const clock = { now: () => ((stream?.until ?? 0) + 31 * 86_400) * 1000 };
    for (const store of [cluster.coordinatorStore, cluster.helperStore]) {
      expect((await store.read((rows) => rows.streams()))[0]?.state).not.toBeNull();
      await expireAndTell(store, clock, undefined, (line) => void told.push(line));
      expect((await store.read((rows) => rows.streams()))[0]?.state).toBeNull();
    }
    expect(told.filter((line) => line.includes("the sums kept of them are deleted"))).toHaveLength(2);
  });

  test("a stream that cannot help, or does not fit its time, is refused before anything is spent", async () => {
    const { cluster, trainings } = clocked();
    const begin = (change: Parameters<typeof streamDraft>[0]) => trainings.begin(streamDraft(change));
    const stream = (change: object) => ({ stream: { rho: "0.2", separation: 3, ...change } });
    await expect(begin(stream({ separation: 7 }))).rejects.toMatchObject({ code: "invalid_query" });
    await expect(begin({ rounds: 40, ...stream({ days: 1 }) })).rejects.toMatchObject({ code: "invalid_query" });
    await expect(begin({ ...stream({}), rhoPerRound: "0.1" })).rejects.toThrow("leave out rhoPerRound");
    await expect(begin({ ...stream({}), bits: 16 })).rejects.toThrow("would wrap around");
    await expect(begin({ ...stream({}), sharing: "verified" })).rejects.toMatchObject({ code: "manifest_refused" });
    expect(await cluster.coordinatorStore.read((rows) => rows.events())).toEqual([]);
  });
});
