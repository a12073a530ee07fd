// A device in a masked round that can no longer go on with it, or was killed as it left: it says why, and no secret stays.
import { describe, expect, test } from "vitest";
import type { Client, ClientOptions } from "../../../src/client/index.ts";
import { type Participation, readAll } from "../../../src/client/state.ts";
import { beforeVectors, copyOf, interrupted, keptBack, person, secretsIn } from "../../support/masked-device.ts";

describe("rounds that no sync goes on with", () => {
  test("leave no secret behind once they are over, and say why; before that they keep what they need", async () => {
    const { cohort, store } = await beforeVectors();
    const ways: readonly (readonly [string, Partial<ClientOptions>, (client: Client) => Promise<void>])[] = [
      ["paused", {}, (client) => client.pause()],
      ["no registrar", { registrar: undefined } as never, async () => undefined],
      ["refused by the browser", { platform: { globalPrivacyControl: () => true } }, async () => undefined],
      ["quiet", { policy: { quietHours: ["00:00", "23:59"] } }, async () => undefined],
    ];
    for (const [name, change, then] of ways) {
      const own = await copyOf(store);
      let now = cohort.at();
      const { said, transport } = keptBack(cohort);
      const platform = { ...cohort.platform, transport, clock: { now: () => now } };
      const client = cohort.client(person, 0, { store: own, ...change, platform: { ...platform, ...change.platform } });
      await then(client);
      await client.sync();
      expect((await secretsIn(own)).length, name).toBe(3);
      // A clock may be a day ahead of the coordinator's.
      now = cohort.ends + 86_400_000 - 1000;
      await client.sync();
      expect((await secretsIn(own)).length, name).toBe(3);
      now += 1000;
      await client.sync();
      expect(await secretsIn(own), name).toEqual([]);
      const [told] = await readAll<Participation>(own, "task/");
      expect(told?.refused, name).toBe("the round's time was over");
      expect(said, name).toEqual([]);
    }
  });

  test("what a kill left half ended is ended by the next sync, with the reason that it had", async () => {
    const { cohort, store } = await beforeVectors();
    for (let left = 0, done = false; !done; left++) {
      const own = await copyOf(store);
      const dying = interrupted(own, left, () => Promise.reject(new Error("killed")));
      done = await cohort
        .client(person, 0, { store: dying.own })
        .withdraw("model-training")
        .then(() => true)
        .catch(() => false);
      const { said, transport } = keptBack(cohort);
      const reborn = cohort.client(person, 0, { store: own, platform: { ...cohort.platform, transport } });
      const [receipt] = await reborn.consent.receipts();
      // Killed before the withdrawal was written, it was not withdrawn.
      if (receipt?.withdrawnAt === null) continue;
      await reborn.sync();
      expect([await secretsIn(own), said], `killed at ${left}`).toEqual([[], []]);
      const [told] = await readAll<Participation>(own, "task/");
      expect(told?.refused, `killed at ${left}`).toContain("before anything of your days left");
    }
  });
});
