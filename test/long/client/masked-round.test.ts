// A device in masked rounds that is killed, leaves or is paused in the middle.
import { describe, expect, test } from "vitest";
import type { Client } from "../../../src/client/index.ts";
import { memoryDeviceStore } from "../../../src/platform/device-memory.ts";
import { population } from "../../../src/simulate/index.ts";
import {
  carryOn,
  consenting,
  joinAll,
  type MaskedCohort,
  newMaskedCohort,
  syncAll,
} from "../../support/masked-cohort.ts";
import { lastDay } from "../../support/questions.ts";

const people = population({ seed: "masked", members: 12, lastDay });

describe("a masked round", () => {
  test("goes on after a kill between any two requests, and says nothing twice in different words", async () => {
    const cohort = await newMaskedCohort();
    const store = memoryDeviceStore();
    let budget = Number.POSITIVE_INFINITY;
    const said: string[] = [];
    const dying: MaskedCohort["transport"] = {
      async send(request) {
        if (budget-- <= 0) throw new Error("killed");
        if (request.body !== undefined) said.push(`${request.url} ${Buffer.from(request.body).toString("base64")}`);
        const response = await cohort.transport.send(request);
        // The answer is lost every other time.
        if (budget-- <= 0) throw new Error("killed");
        return response;
      },
    };
    const clients = await consenting(cohort, people, (i) =>
      i === 0 ? { store, platform: { ...cohort.platform, transport: dying } } : {},
    );
    const reborn = () =>
      cohort.client(people[0] as (typeof people)[number], 0, {
        store,
        platform: { ...cohort.platform, transport: dying },
      });
    await joinAll(cohort, clients);
    const others = clients.slice(1);
    for (let step = 0; step < 40 && cohort.coordinator()?.stage !== "done"; step++) {
      budget = step % 5;
      await reborn()
        .sync()
        .catch(() => undefined);
      budget = Number.POSITIVE_INFINITY;
      await syncAll(others);
      if (step % 5 === 4) await reborn().sync();
    }
    await reborn().sync();
    expect(cohort.coordinator()?.stage).toBe("done");
    expect(cohort.coordinator()?.survivors).toContain(0);
    const byKind = Map.groupBy(
      said.filter((line) => line.includes("/messages ")),
      (line) => Buffer.from(line.split(" ")[1] as string, "base64")[0],
    );
    expect([...byKind.keys()].sort((a, b) => Number(a) - Number(b))).toEqual([1, 3, 5, 7, 9, 11]);
    for (const [, same] of byKind) expect(new Set(same).size).toBe(1);
  });
});

describe("a member who leaves", () => {
  test.each([
    ["withdraws", async (client: Client) => void (await client.withdraw("model-training"))],
    ["erases everything", async (client: Client) => void (await client.eraseAll())],
  ])("and %s in the middle says nothing more, keeps no secret, and joins the round no more", async (_, goes) => {
    for (const after of [0, 2, 4]) {
      const cohort = await newMaskedCohort();
      const store = memoryDeviceStore();
      const clients = await consenting(cohort, people, (i) => (i === 0 ? { store } : {}));
      const [first, ...others] = clients as [Client, ...Client[]];
      await joinAll(cohort, clients);
      for (let stage = 0; stage < after; stage++) await syncAll(clients);
      const vectorLeft = (await first.log()).some(({ what }) => what.includes("bounded change"));
      await goes(first);
      expect([...(await store.keys("masked/")), ...(await store.keys("secagg/"))]).toEqual([]);
      const before = cohort.traffic.length;
      await first.consent.grant("model-training");
      const results = await first.sync();
      expect(results.filter(({ outcome }) => outcome === "waiting" || outcome === "sent")).toEqual([]);
      expect(cohort.traffic.slice(before).filter(({ body }) => body !== undefined)).toEqual([]);
      await carryOn(cohort, others);
      expect(cohort.coordinator()?.stage).toBe("done");
      expect(cohort.coordinator()?.survivors.length).toBe(vectorLeft ? people.length : people.length - 1);
    }
  });

  test("by pausing falls out, and the others finish", async () => {
    const cohort = await newMaskedCohort();
    const clients = await consenting(cohort, people);
    await joinAll(cohort, clients);
    await (clients[0] as Client).pause();
    await carryOn(cohort, clients);
    await (clients[0] as Client).resume();
    expect(await (clients[0] as Client).sync()).toMatchObject([{ outcome: "rejected" }]);
    expect(cohort.coordinator()?.stage).toBe("done");
  });
});
