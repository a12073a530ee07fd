// A device's part in a stream: in which rounds, paid when, whatever becomes of its secret, its store or its limits.
import { describe, expect, test } from "vitest";
import { memoryDeviceStore } from "../../src/platform/device-memory.ts";
import type { DeviceStore } from "../../src/ports/device-store.ts";
import { testLimits } from "../support/cluster.ts";
import {
  type Client,
  clocked,
  consenting,
  HOUR,
  members,
  secretsInTurn,
  sendAll,
  streamDraft,
} from "../support/stream-cluster.ts";

async function begun() {
  const setting = clocked();
  const { cluster, trainings, pass } = setting;
  const { run } = await trainings.begin(streamDraft());
  const others = await consenting(cluster, run);
  const [first, second] = secretsInTurn(run, 40).slice(30) as [Uint8Array, Uint8Array];
  const limits = { ...testLimits, minBatchFloor: 1 };
  const open = async (store: DeviceStore, memberSecret?: Uint8Array, own: object = {}): Promise<Client> => {
    const secret = memberSecret && { memberSecret };
    const client = cluster.client(members[0] as (typeof members)[number], { store, limits, ...secret, ...own });
    await client.consent.grant("model-training");
    return client;
  };
  /** What a device did in the open round, which is closed then. */
  const round = async (client: Client) => {
    const outcomes = (await client.sync()).map((result) => ("why" in result ? result.why : result.outcome));
    await sendAll(others);
    pass(2 * HOUR);
    expect(await trainings.advanceAll()).toEqual([]);
    return outcomes.join();
  };
  const spent = async (client: Client) => (await client.budget()).year.spent;
  // `slice(30)` begins with a member of the first round's turn.
  return { cluster, open, round, spent, first, second };
}

const ELSEWHERE = expect.stringContaining("another round of this training is this device's turn");

describe("two parts are never closer than they were paid for", () => {
  test("when another member's secret comes to the same store", async () => {
    const { open, round, spent, first, second } = await begun();
    const store = memoryDeviceStore();
    expect(await round(await open(store, first))).toBe("sent");
    const other = await open(store, second);
    expect(await round(other)).toEqual(ELSEWHERE);
    expect(await round(other)).toEqual(ELSEWHERE);
    expect(await round(other)).toEqual(ELSEWHERE);
    // Its turn comes in the fifth round, four after the last.
    expect(await round(other)).toBe("sent");
    expect(await spent(other)).toBeCloseTo(0.2, 12);
  });

  test("when everything was erased, which pays for nothing twice", async () => {
    const { open, round, spent, first, second } = await begun();
    const store = memoryDeviceStore();
    const before = await open(store, first);
    expect(await round(before)).toBe("sent");
    await before.eraseAll();
    const after = await open(store, second);
    expect(await round(after)).toEqual(ELSEWHERE);
    expect(await spent(after)).toBeCloseTo(0.2, 12);
    const again = await open(store, first);
    expect([await round(again), await round(again)]).toEqual([ELSEWHERE, "sent"]);
    expect(await spent(again)).toBeCloseTo(0.2, 12);
  });

  test("on a second device of a member, whose turn is the same: a round takes one report of both", async () => {
    const { open, round, first } = await begun();
    const [one, two] = [await open(memoryDeviceStore(), first), await open(memoryDeviceStore(), first)];
    expect((await one.sync()).map(({ outcome }) => outcome)).toEqual(["sent"]);
    expect((await two.sync()).map(({ outcome }) => outcome)).toEqual(["rejected"]);
    await round(one);
    expect([await round(one), await round(one), await round(two)]).toEqual([ELSEWHERE, ELSEWHERE, "sent"]);
  });
});

test("a device without room for all rounds answers with nothing, charged nothing; one that takes part has paid before", async () => {
  const { open, round, spent, first } = await begun();
  const poor = await open(memoryDeviceStore(), first, {
    limits: { ...testLimits, minBatchFloor: 1, rhoPerYear: 0.1, rhoPerEpoch: 0.1 },
  });
  expect(await round(poor)).toBe("sent");
  expect(await spent(poor)).toBe(0);
  const [entry] = await poor.log();
  expect(entry).toMatchObject({ rho: 0, nullBecause: expect.stringContaining("own limit") });
});

test("an installation has a turn of its own, by its own secret, and is charged the whole stream once", async () => {
  const { open, round, spent } = await begun();
  const client = await open(memoryDeviceStore());
  const outcomes = [await round(client), await round(client), await round(client), await round(client)];
  expect(outcomes.slice(0, 3).filter((one) => one === "sent")).toHaveLength(1);
  expect(outcomes[3]).toBe(outcomes[0]);
  expect(await spent(client)).toBeCloseTo(0.2, 12);
});
