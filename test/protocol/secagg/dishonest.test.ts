// A dishonest coordinator: whatever it says instead of the truth, the member refuses with the code of its row, has given the
// round up, and not one byte of a share leaves it, even if the coordinator goes on honestly.
import { beforeAll, describe, expect, test } from "vitest";
import { toHex } from "../../../src/base/bytes.ts";
import { coordinatorStages } from "../../../src/protocol/secagg/coordinator/stages.ts";
import { decodeState } from "../../../src/protocol/secagg/member/state.ts";
import { drawnOf } from "../../../src/protocol/secagg/member/steps.ts";
import { Unmask } from "../../../src/protocol/secagg/messages.ts";
import { type Cohort, cachedCrypto, plainSum, sumOf } from "./cohort.ts";
import { rowsWith } from "./dishonest-late-rows.ts";
import { GONE, MEMBERS, NEIGHBOURS, newWorld, VICTIM, type World } from "./dishonest-rows.ts";
import { type Mutation, mutate } from "./mutate.ts";
import { hears, type Recorded } from "./recorded.ts";

const graphIdOf = async ({ held }: Recorded) => {
  const state = decodeState(held.unmasking as Uint8Array);
  return (await drawnOf({ crypto: cachedCrypto }, state.body as NonNullable<typeof state.body>)).graph.id;
};
const rows = rowsWith(graphIdOf);

let world: World;
let victim: Cohort["people"][number];
beforeAll(async () => {
  world = await newWorld();
  victim = world.cohort.people[VICTIM] as typeof victim;
});

const from = (stage: (typeof coordinatorStages)[number]) =>
  coordinatorStages.slice(coordinatorStages.indexOf(stage)).map((each) => world.told[each]);

test("the recorded round was honest, and ends in the sum", () => {
  expect(world.coordinator.stage).toBe("done");
  const counted = [...Array(MEMBERS).keys()].filter((index) => index !== GONE);
  expect(sumOf(world.coordinator, world.cohort)).toEqual(plainSum(world.cohort, counted));
});

test("the same messages, all told anew from any stage, lead to the same shares", async () => {
  const honest = Unmask.decode(world.said.unmasking).shares;
  expect(honest).toHaveLength(NEIGHBOURS - 1);
  for (const stage of coordinatorStages.slice(3)) {
    const outcome = await hears(world, victim, stage, from(stage));
    expect(outcome.code).toBeUndefined();
    expect(outcome.shares.map(({ share }) => toHex(share))).toEqual(honest.map(({ share }) => toHex(share)));
  }
});

describe("the table", () => {
  test("is long enough, and names nothing twice", () => {
    expect(rows.length).toBeGreaterThanOrEqual(40);
    expect(new Set(rows.map(({ name }) => name)).size).toBe(rows.length);
  });

  test.each(rows.map((row) => ({ ...row, shareBytes: 0 })))("$name: $code", async (row) => {
    const changed = await row.change(world);
    const outcome = await hears(world, victim, row.stage, [changed, ...from(row.stage)], row.device);
    expect(outcome.code).toBe(row.code);
    expect(outcome.shareBytes).toBe(row.shareBytes);
    // Before the opening is accepted there is no round to give up: a floor of the device refuses it every time.
    if (row.stage !== "keys") expect(outcome.answers).toBe(0);
  });

  test("after the end: neither other signatures nor another opening of the round", async () => {
    const again = await hears(world, victim, "unmasking", [
      world.told.unmasking,
      world.told.signatures,
      world.told.keys,
    ]);
    expect(again.code).toBe("conflict");
    expect(again.answers).toBe(1);
    const twice = await hears(world, victim, "unmasking", [world.told.unmasking, world.told.unmasking]);
    // The same question gets the same bytes: half of what two answers hold.
    expect(twice.code).toBeUndefined();
    expect(twice.shareBytes).toBe(2 * world.said.unmasking.length);
    expect(twice.shares.length).toBe(2 * Unmask.decode(world.said.unmasking).shares.length);
  });
});

describe("a mutator", () => {
  test("300 mutations: refused, or no other share leaves than in the honest round", async () => {
    const honest = new Map(Unmask.decode(world.said.unmasking).shares.map(({ index, share }) => [index, toHex(share)]));
    const refused: string[] = [];
    for (let seed = 0; seed < 300; seed++) {
      const mutation: Mutation = mutate(seed, world);
      const outcome = await hears(world, victim, mutation.stage, [mutation.message, ...from(mutation.stage).slice(1)]);
      for (const { index, share } of outcome.shares) expect([seed, honest.get(index)]).toEqual([seed, toHex(share)]);
      if (outcome.code !== undefined) {
        expect([seed, outcome.shareBytes]).toEqual([seed, 0]);
        refused.push(outcome.code);
      }
    }
    // What is not refused is a share that does not open, which counts as not sent.
    expect(refused.length).toBeGreaterThan(200);
  });
});
