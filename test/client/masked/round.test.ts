// A device in masked rounds: what it sends, keeps and says, over several syncs. test/long/client has kills and leaving.
import { describe, expect, test } from "vitest";
import { fromBase64Url } from "../../../src/base/bytes.ts";
import type { Client } from "../../../src/client/index.ts";
import { checkMasked } from "../../../src/learning/masked/check.ts";
import { maskedMean } from "../../../src/learning/server/masked-mean.ts";
import { fromWords } from "../../../src/math/words.ts";
import { memoryDeviceStore } from "../../../src/platform/device-memory.ts";
import { population } from "../../../src/simulate/index.ts";
import { testLimits } from "../../support/cluster.ts";
import { consenting, finish, joinAll, newMaskedCohort } from "../../support/masked-cohort.ts";
import { lastDay } from "../../support/questions.ts";

const people = population({ seed: "masked", members: 9, lastDay });

describe("a masked round", () => {
  test("over several syncs gives a sum that is about the members' own, with their noise in it", async () => {
    const cohort = await newMaskedCohort();
    const clients = await consenting(cohort, people);
    await joinAll(cohort, clients);
    for (const results of await finish(clients))
      expect(results).toMatchObject([{ outcome: "sent", task: cohort.task }]);
    const coordinator = cohort.coordinator();
    expect([coordinator?.stage, coordinator?.survivors]).toEqual(["done", people.map((_, i) => i)]);
    const { training, bounds, sigmaSquared } = checkMasked(cohort.round.manifest);
    const sum = fromWords(coordinator?.sum() ?? new Uint8Array(0), training.sharing.bits);
    const { update } = training;
    const mean = maskedMean(sum, {
      ...{ scale: update.scale, rotationSeed: fromBase64Url(update.rotation) },
      ...{ length: bounds.riders.length, denominator: people.length },
    });
    // Each update is within the clip; noise of at least σ² is in each cell, and of all twelve.
    const noise = Math.sqrt((2 * Number(sigmaSquared) * bounds.dimension) / update.scale ** 2) / people.length;
    expect(Math.hypot(...mean)).toBeLessThan(update.clip + 5 * noise);
    expect(Math.hypot(...mean)).toBeGreaterThan(0.01);
  });

  test("is told in the member's log part by part, with its price once, and leaves no secret behind", async () => {
    const cohort = await newMaskedCohort();
    const store = memoryDeviceStore();
    const clients = await consenting(cohort, people, (i) => (i === 0 ? { store } : {}));
    await joinAll(cohort, clients);
    expect((await store.keys("masked/")).length).toBe(1);
    await finish(clients);
    const log = await (clients[0] as Client).log();
    expect(log.map(({ what }) => what)).toEqual([
      expect.stringContaining("a key made for one round"),
      expect.stringContaining("keys made for one round"),
      expect.stringContaining("a random number"),
      expect.stringContaining("shares of this round's keys"),
      expect.stringContaining("a bounded change to a shared model"),
      expect.stringContaining("a signature over who is still"),
      expect.stringContaining("shares that take masks off"),
    ]);
    const rho = Number(cohort.round.manifest.rho) / 1e9;
    expect(log.map((line) => line.rho)).toEqual([0, 0, 0, 0, rho, 0, 0]);
    expect(log.every(({ delivered, unit }) => delivered && unit === "member")).toBe(true);
    expect([...(await store.keys("masked/")), ...(await store.keys("secagg/"))]).toEqual([]);
    const spent = (await (clients[0] as Client).ledger()).map((epoch) => epoch.spent);
    expect(new Set(spent)).toEqual(new Set([rho]));
    // Nothing of it comes again.
    expect(await (clients[0] as Client).sync()).toEqual([]);
  });

  test("of members without data, without loaded days or at their limit is as many requests and bytes, and noise alone", async () => {
    const cohort = await newMaskedCohort();
    const requests: { method: string; path: string; bytes: number }[][] = people.map(() => []);
    const clients = await consenting(cohort, people, (i) => ({
      ...(i === 0 && { days: () => [{ day: lastDay, values: {} }] }),
      ...(i === 1 && { days: () => undefined }),
      ...(i === 2 && { limits: { ...testLimits, rhoPerEpoch: 0.01 } }),
      platform: {
        ...cohort.platform,
        transport: {
          async send(request) {
            const path = request.url.replace(/members\/[^/]+/, "members/KEY");
            requests[i]?.push({ method: request.method, path, bytes: request.body?.length ?? 0 });
            return await cohort.transport.send(request);
          },
        },
      },
    }));
    await joinAll(cohort, clients);
    const results = await finish(clients);
    const nulls = results.map(([one]) => one?.outcome === "sent" && one.isNull);
    expect(nulls.slice(0, 3)).toEqual([true, true, true]);
    expect(nulls.slice(3)).toContain(false);
    // When somebody is asked depends on the others; what is asked and answered does not.
    const bodies = (own: (typeof requests)[number]) => own.filter(({ method }) => method === "POST");
    for (const own of requests) expect(bodies(own)).toEqual(bodies(requests[3] ?? []));
    expect(requests.every((own) => own[0]?.path === requests[3]?.[0]?.path)).toBe(true);
    const why = await Promise.all(
      clients
        .slice(0, 3)
        .map(async (client) => (await client.log()).find(({ nullBecause }) => nullBecause)?.nullBecause),
    );
    expect(why).toEqual([
      "your days hold too few weeks to learn from",
      "the app had loaded no days when the round came to it",
      expect.stringContaining("own limit"),
    ]);
    expect(await (clients[2] as Client).ledger()).toEqual([]);
    expect(cohort.coordinator()?.stage).toBe("done");
  });
});
