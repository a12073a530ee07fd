// A device that leaves a masked round while another page of it sends: whatever comes between what, it says what left.
import { describe, expect, test } from "vitest";
import type { Client } from "../../../src/client/index.ts";
import { type Participation, readAll } from "../../../src/client/state.ts";
import type { DeviceStore } from "../../../src/ports/device-store.ts";
import { beforeVectors, copyOf, interrupted, keptBack, person, secretsIn } from "../../support/masked-device.ts";

const VECTOR = 7;

describe("leaving while another page sends the vector", () => {
  /** What it tells of itself: whether the vector left. */
  type Leave = (client: Client, shared: DeviceStore) => Promise<boolean>;
  const toldIn: Leave = async (client, shared) => {
    const [told] = await readAll<Participation>(shared, "task/");
    const lines = (await client.log()).filter(({ rho }) => rho > 0);
    expect(lines.length).toBe(told?.refused === null ? 1 : 0);
    return told?.refused === null;
  };
  const ways: readonly (readonly [string, Leave, number])[] = [
    [
      "withdrawing",
      async (client, shared) => {
        await client.withdraw("model-training");
        return await toldIn(client, shared);
      },
      0,
    ],
    [
      "erasing everything",
      async (client) => (await client.eraseAll()).states.some(({ state, count }) => state === "sent" && count === 1),
      0,
    ],
    [
      "giving it up, as its clock says that it is over",
      async (client, shared) => {
        // Where the other page was faster, the next one ends it.
        for (let i = 0; i < 2; i++) await client.sync();
        return await toldIn(client, shared);
      },
      26 * 3600 * 1000,
    ],
  ];
  test.each(ways)("%s: whatever comes between what, it is told as left when it did", async (_, leave, ahead) => {
    const { cohort, store } = await beforeVectors();
    const seen = { left: 0, not: 0 };
    for (let before = 0, total = 1; before <= total; before++) {
      const shared = await copyOf(store);
      const { said, transport } = keptBack(cohort);
      const other = { store: shared, platform: { ...cohort.platform, transport } };
      const sending = cohort.client(person, 0, other);
      const { own, count } = interrupted(shared, before, () => sending.sync());
      const clock = { now: () => cohort.at() + ahead };
      const leaving = cohort.client(person, 0, { platform: { ...other.platform, clock }, store: own });
      const left = await leave(leaving, shared);
      total = count();
      const vectors = said.filter((body) => body[0] === VECTOR);
      expect(vectors.length).toBeLessThanOrEqual(1);
      expect(await secretsIn(shared), `before operation ${before}`).toEqual([]);
      expect(left, `before operation ${before}`).toBe(vectors.length === 1);
      seen[left ? "left" : "not"]++;
      // Afterwards nothing is said in it.
      const until = said.length;
      await sending.consent.grant("model-training");
      await sending.sync();
      expect(said.length).toBe(until);
    }
    // The test met both.
    expect(Math.min(seen.left, seen.not)).toBeGreaterThan(0);
  });
});
