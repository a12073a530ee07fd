import { describe, expect, test } from "vitest";
import { coordinatorPoints, helperPoints, trainingPoints } from "../../src/aggregate/points.ts";
import { fromBase64Url } from "../../src/base/bytes.ts";
import { formatDay } from "../../src/base/calendar.ts";
import { fail } from "../../src/base/errors.ts";
import { attendanceDraft } from "../../src/learning/plan/attendance.ts";
import type { TrainingDraft } from "../../src/learning/plan/training/draft.ts";
import { decodeTraining } from "../../src/learning/plan/training/manifest.ts";
import { decodeModel } from "../../src/learning/plan/training/model.ts";
import { completeTraining } from "../../src/learning/server/rounds/complete.ts";
import { nodeCrypto } from "../../src/platform/node/index.ts";
import { population } from "../../src/simulate/index.ts";
import { federatedWithoutPrivacy } from "../../src/simulate/training/index.ts";
import { decodeManifest } from "../../src/task/manifest.ts";
import { noOperator } from "../../src/task/metrics/definition.ts";
import { type Cluster, newCluster, noNoise, urls } from "../support/cluster.ts";
import { lastDay } from "../support/questions.ts";
import { tallies } from "../support/rounds.ts";

const members = population({ seed: "a class", members: 12, lastDay });
const draft = (change: Partial<TrainingDraft> = {}): TrainingDraft => ({
  ...attendanceDraft({ metrics: ["steps", "visits"], rounds: 2, rhoPerRound: "0.03" }),
  cohort: { expected: members.length, least: 5, most: members.length },
  end: formatDay(lastDay),
  ...change,
});
const consenting = (cluster: Cluster, people = members) =>
  Promise.all(
    people.map(async (member) => {
      const client = cluster.client(member);
      await client.consent.grant("model-training");
      return client;
    }),
  );
const complete = (one: TrainingDraft) =>
  completeTraining(one, { crypto: nodeCrypto, operator: noOperator, run: new Uint8Array(16), today: lastDay + 1 });

describe("rounds through both services", () => {
  test.each([["additive"], ["verified"]] as const)(
    "%s: devices train, share and upload; what comes out is what one process makes of the same members",
    async (sharing) => {
      const cluster = newCluster({ noise: noNoise });
      const { trainings } = cluster.coordinator;
      const begun = await trainings.begin(draft({ sharing }));
      expect(begun).toMatchObject({ phase: "running", round: { number: 1, of: 2, attempts: 0 }, rounds: [] });
      const clients = await consenting(cluster);
      for (let round = 1; round <= 2; round++) {
        for (const client of clients) expect(await client.sync()).toMatchObject([{ outcome: "sent" }]);
        expect(await trainings.advanceAll()).toEqual([]);
      }
      const view = await trainings.one(begun.run);
      expect(view).toMatchObject({ phase: "ended", because: "all rounds are done", rhoSpent: "0.06" });
      expect(view.rounds).toHaveLength(2);
      const { accepted } = (await tallies(cluster, fromBase64Url(view.rounds[0]?.task ?? ""))).helper;
      expect(accepted).toBe(members.length);
      const model = decodeModel(await trainings.model(begun.run));
      const wanted = federatedWithoutPrivacy(await complete(draft({ sharing })), members, lastDay + 1, 2);
      // Rounding is drawn anew: within a few units of the scale.
      const step = 5 * Math.sqrt(members.length) * (sharing === "verified" ? 1.5 / 255 : 1e-6);
      model.weights.forEach((weight, i) => {
        expect(Math.abs(weight - (wanted[i] as number))).toBeLessThan(step);
      });
      expect(Math.hypot(...model.weights)).toBeGreaterThan(0.1);
    },
  );
});

const everyone = async (clients: readonly Awaited<ReturnType<typeof consenting>>[number][]) => {
  for (const client of clients) await client.sync();
};

describe("a round, on a clock of its own", () => {
  const HOUR = 3_600_000;
  function clocked(options: Parameters<typeof newCluster>[0] = {}) {
    let now = 1_770_000_000_000;
    const cluster = newCluster({ noise: noNoise, clock: { now: () => now }, ...options });
    const pass = (ms: number) => {
      now += ms;
    };
    return { cluster, trainings: cluster.coordinator.trainings, pass };
  }

  test("closes at its deadline with a quorum: who never answers keeps nobody waiting", async () => {
    const { cluster, trainings, pass } = clocked();
    const { run } = await trainings.begin(draft({ rounds: 1 }));
    const clients = await consenting(cluster, members.slice(0, 6));
    await everyone(clients);
    expect(await trainings.advanceAll()).toEqual([]);
    expect(await trainings.one(run)).toMatchObject({ phase: "running", round: { reports: "enough" }, rounds: [] });
    pass(2 * HOUR);
    expect(await trainings.advanceAll()).toEqual([]);
    expect(await trainings.one(run)).toMatchObject({ phase: "ended", rounds: [{ number: 1 }] });
  });

  test("without a quorum is asked again, pays again, and waits for its operator after three times", async () => {
    const { cluster, trainings, pass } = clocked();
    const { run } = await trainings.begin(draft({ rounds: 1 }));
    const clients = await consenting(cluster, members.slice(0, 4));
    const tasks = new Set<string | null>();
    for (let attempt = 0; attempt < 3; attempt++) {
      const view = await trainings.one(run);
      expect(view).toMatchObject({ phase: "running", round: { attempts: attempt } });
      tasks.add(view.round.task);
      await everyone(clients);
      pass(2 * HOUR);
      expect(await trainings.advanceAll()).toEqual([]);
    }
    expect(tasks.size).toBe(3);
    const stalled = await trainings.one(run);
    expect(stalled).toMatchObject({ phase: "stalled", rhoSpent: "0.09", rounds: [] });
    expect(stalled.because).toContain("no quorum of 5");
    // Nothing more is asked, however long it takes.
    pass(100 * HOUR);
    await trainings.advanceAll();
    expect(await trainings.one(run)).toEqual(stalled);
    await trainings.steer(run, { action: "resume" });
    await everyone(await consenting(cluster, members.slice(4, 10)));
    pass(2 * HOUR);
    await trainings.advanceAll();
    expect(await trainings.one(run)).toMatchObject({ phase: "ended", rhoSpent: "0.12" });
  });

  test("takes as many reports as it is laid out for; later ones are refused, and their devices join the next", async () => {
    const { cluster, trainings } = clocked();
    const { run } = await trainings.begin(draft({ rounds: 2, cohort: { expected: 6, least: 5, most: 6 } }));
    const clients = await consenting(cluster);
    await everyone(clients.slice(0, 6));
    for (const late of clients.slice(6)) expect(await late.sync()).toMatchObject([{ outcome: "rejected" }]);
    const first = fromBase64Url((await trainings.one(run)).round.task ?? "");
    await trainings.advanceAll();
    expect((await tallies(cluster, first)).helper.accepted).toBe(6);
    for (const late of clients.slice(6)) expect(await late.sync()).toMatchObject([{ outcome: "sent" }]);
    await trainings.advanceAll();
    expect(await trainings.one(run)).toMatchObject({ phase: "ended", rounds: [{ number: 1 }, { number: 2 }] });
  });

  test("null contributions are of the same size, and move nothing", async () => {
    const { cluster, trainings } = clocked();
    const { run } = await trainings.begin(draft({ rounds: 1 }));
    const clients = await consenting(
      cluster,
      members.map((member) => ({ ...member, days: [{ day: lastDay, values: {} }] })),
    );
    await everyone(clients);
    await trainings.advanceAll();
    const uploads = cluster.traffic.filter(({ url }) => url.endsWith("/reports")).map(({ request }) => request.length);
    expect([new Set(uploads).size, uploads.length]).toEqual([1, members.length]);
    expect([...decodeModel(await trainings.model(run)).weights].every((w) => Math.abs(w) === 0)).toBe(true);
  });
});

describe("killed at any step, it goes on to the same model", async () => {
  const whole = async (killAt?: string) => {
    let deaths = 0;
    let now = 1_770_000_000_000;
    const cluster = newCluster({
      noise: noNoise,
      clock: { now: () => now },
      passing: (point) => {
        if (point !== killAt || deaths > 0) return;
        deaths++;
        throw new Error(`killed at ${point}`);
      },
    });
    const { trainings } = cluster.coordinator;
    await trainings.begin(draft({ sharing: "additive" })).catch(() => undefined);
    const clients = await consenting(cluster);
    for (let step = 0; step < 8; step++) {
      for (const client of clients) await client.sync().catch(() => undefined);
      await trainings.advanceAll();
      now += 2000;
    }
    const [view] = await trainings.all();
    return { deaths, view };
  };
  const { view: calm } = await whole();
  // An error is no kill: after it, what was begun is ended. test/long/e2e kills processes at the one point where that differs.
  const points = [...coordinatorPoints, ...trainingPoints, ...helperPoints].filter(
    (point) =>
      !/(:refused|:helper-released|:released|:release|:withdrawn|:exchanged|:reopened|r:published)$/.test(point),
  );

  test.each(points)("at %s", async (point) => {
    const { deaths, view } = await whole(point);
    // Before it was written down that the training is to be, there is none; who begins it hears so.
    if (view === undefined) throw new Error("the training is lost");
    expect(view).toMatchObject({ phase: "ended", rounds: [{ number: 1 }, { number: 2 }] });
    expect(new Set(view.rounds.map(({ task }) => task)).size).toBe(2);
    expect(view.rhoSpent).toBe(calm?.rhoSpent);
    expect(deaths).toBe(1);
  });
});

function trainingIn(manifest: string) {
  const { source } = decodeManifest(fromBase64Url(manifest));
  if (source.kind !== "model-update") throw new Error("a round was asked");
  return decodeTraining(source.training);
}

describe("an operator", () => {
  test("stops, goes on, and takes a training back to an earlier model", async () => {
    const cluster = newCluster({ noise: noNoise });
    const { trainings } = cluster.coordinator;
    const { run } = await trainings.begin(draft({ rounds: 4 }));
    const clients = await consenting(cluster);
    await everyone(clients);
    await trainings.advanceAll();
    const second = await trainings.model(run);
    expect(await trainings.steer(run, { action: "stop" })).toMatchObject({ phase: "stopped" });
    await everyone(clients);
    await trainings.advanceAll();
    expect(await trainings.one(run)).toMatchObject({ phase: "stopped", rounds: [{ number: 1 }] });
    expect(await trainings.steer(run, { action: "resume" })).toMatchObject({ phase: "running", rounds: [{}, {}] });
    // Some have answered the open round already; it is given up.
    await everyone(clients.slice(0, 7));
    const open = (await trainings.one(run)).round.task ?? "";
    const spent = (await trainings.one(run)).rhoSpent;
    const view = await trainings.steer(run, { action: "rollback", to: 2 });
    expect(view).toMatchObject({ phase: "running", rollbacks: 1, round: { number: 3 } });
    expect(view.abandoned).toEqual([{ number: 3, task: open, rho: "0.03" }]);
    expect([spent, view.rhoSpent]).toEqual(["0.09", "0.12"]);
    expect(decodeModel(await trainings.model(run)).weights).toEqual(decodeModel(second).weights);
    const id = fromBase64Url(open);
    // Closed for ever at the coordinator, its shares deleted; closed at the helper, which is told before a next round is asked.
    await expect(cluster.coordinator.collect(id)).rejects.toMatchObject({ code: "conflict" });
    const register = await cluster.coordinator.tasks();
    expect(register.map(({ manifest }) => trainingIn(manifest).abandoned)).toEqual([[open]]);
    const [helperTask] = await cluster.helperStore.read(async (rows) => [await rows.task(id)]);
    expect(helperTask?.closes).toBeLessThanOrEqual(1_770_000_000);
    const shares = await cluster.coordinatorStore.read(async (rows) => {
      let count = 0;
      for await (const some of rows.outputShares(id, 10)) count += some.length;
      return count;
    });
    expect(shares).toBe(0);
    // Devices take the earlier model, no further than the rounds may have moved it; and their logs say what became of their reports.
    for (const client of clients) expect(await client.sync()).toMatchObject([{ outcome: "sent" }]);
    const whats = async (client: (typeof clients)[number]) => (await client.log()).map(({ what }) => what);
    const givenUp = expect.stringContaining("its round was given up: this was never added up, and is in no model");
    expect((await whats(clients[0] as (typeof clients)[number])).filter((what) => /given up/.test(what))).toEqual([
      givenUp,
    ]);
    expect((await whats(clients[11] as (typeof clients)[number])).filter((what) => /given up/.test(what))).toEqual([]);
    await trainings.advanceAll();
    expect(await trainings.one(run)).toMatchObject({ rounds: [{}, {}, { number: 3 }], abandoned: [{ task: open }] });
    await expect(trainings.steer(run, { action: "rollback", to: 9 })).rejects.toMatchObject({ code: "not_found" });
    await expect(trainings.one("A".repeat(22))).rejects.toMatchObject({ code: "not_found" });
  });

  test("takes a training back as often as a manifest can say, and no more: it is there and read afterwards", async () => {
    const cluster = newCluster({ noise: noNoise });
    const { trainings } = cluster.coordinator;
    const { run } = await trainings.begin(draft({ rounds: 1 }));
    await everyone(await consenting(cluster));
    await trainings.advanceAll();
    const back = () => trainings.steer(run, { action: "rollback", to: 1 });
    for (let time = 1; time <= 100; time++) expect(await back()).toMatchObject({ phase: "ended", rollbacks: time });
    await expect(back()).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining("100 times") });
    expect(await trainings.all()).toMatchObject([{ run, rollbacks: 100 }]);
  });

  test("takes a training back while the helper is away, which is told before another round is asked", async () => {
    let away = false;
    const cluster = newCluster({
      noise: noNoise,
      between: (send) => async (request) => {
        if (away && request.url.startsWith(urls.helper)) fail("unavailable", "the helper is away");
        return await send(request);
      },
    });
    const { trainings } = cluster.coordinator;
    const { run } = await trainings.begin(draft({ rounds: 3 }));
    const clients = await consenting(cluster);
    await everyone(clients);
    await trainings.advanceAll();
    const open = (await trainings.one(run)).round.task ?? "";
    const closes = async () => (await cluster.helperStore.read((rows) => rows.task(fromBase64Url(open))))?.closes;
    const before = await closes();
    away = true;
    const because = expect.stringContaining("tries it again");
    expect(await trainings.steer(run, { action: "rollback", to: 1 })).toMatchObject({ phase: "running", because });
    expect(await trainings.advanceAll()).toHaveLength(1);
    expect(await trainings.one(run)).toMatchObject({
      rollbacks: 1,
      round: { task: null },
      abandoned: [{ task: open }],
    });
    expect(await closes()).toBe(before);
    away = false;
    expect(await trainings.advanceAll()).toEqual([]);
    expect(await closes()).toBeLessThan(before as number);
    expect(await trainings.one(run)).toMatchObject({ round: { number: 2, task: expect.any(String) } });
  });
});
