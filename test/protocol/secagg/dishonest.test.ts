// A dishonest coordinator: whatever it says instead of the truth, the member refuses with the code of its row, has given the
// round up, and not one byte of a share leaves it, even if the coordinator goes on honestly.
import { beforeAll, describe, expect, test } from "vitest";
import { toHex } from "../../../src/base/bytes.ts";
import { coordinatorStages } from "../../../src/protocol/secagg/coordinator/stages.ts";
import { neighboursOn } from "../../../src/protocol/secagg/graph.ts";
import { decodeState } from "../../../src/protocol/secagg/member/state.ts";
import { drawnOf } from "../../../src/protocol/secagg/member/steps.ts";
import { ShareDelivery, SignatureList, SurvivorList, Unmask } from "../../../src/protocol/secagg/messages.ts";
import { survivorsInput } from "../../../src/protocol/secagg/signed.ts";
import { type Cohort, cachedCrypto, plainSum, sumOf } from "./cohort.ts";
import { rowsWith, setOf } from "./dishonest-late-rows.ts";
import { GONE, MEMBERS, NEIGHBOURS, newWorld, signedBy, VICTIM, type World } from "./dishonest-rows.ts";
import { type Mutation, mutate } from "./mutate.ts";
import { hears, type Recorded } from "./recorded.ts";

const graphOf = async ({ held }: Recorded) => {
  const state = decodeState(held.unmasking as Uint8Array);
  return (await drawnOf({ crypto: cachedCrypto }, state.body as NonNullable<typeof state.body>)).graph;
};
const graphIdOf = async (recorded: Recorded) => (await graphOf(recorded)).id;
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

// Whether somebody shared who is no neighbour, a member cannot see. It is in what it signs, and in what it wants signed.
describe("somebody far off is said not to have shared, who did: a vector leaves under its masks", () => {
  let far: number;
  let delivered: Uint8Array;
  let without: Uint8Array;
  beforeAll(async () => {
    const { order, parameters } = await graphOf(world);
    const near = new Set([VICTIM, ...neighboursOn(order, parameters.degree, VICTIM)]);
    const others = order.filter((index) => !near.has(index));
    expect(others).toHaveLength(MEMBERS - 1 - NEIGHBOURS);
    far = others[0] as number;
    const { context, shares } = ShareDelivery.decode(world.told.vectors);
    expect(shares.map(({ index }) => index)).not.toContain(far);
    without = setOf([GONE, far]);
    delivered = ShareDelivery.encode({ context, sharers: without, shares });
  });
  const survivorsWithout = () =>
    SurvivorList.encode({ context: SurvivorList.decode(world.told.signatures).context, survivors: without });

  test("and nothing more where the survivors are told as they are", async () => {
    const outcome = await hears(world, victim, "vectors", [delivered, ...from("signatures")]);
    expect(outcome).toMatchObject({ code: "verification_failed", answers: 1, shares: [], shareBytes: 0 });
  });

  test.each(["all", "all of this story"])("and a signature, but no share against what %s signed", async (who) => {
    const { context, signatures } = SignatureList.decode(world.told.unmasking);
    const some = signatures.filter(({ index }) => who === "all" || index !== far);
    const others = SignatureList.encode({ context, signatures: some });
    const messages = [delivered, survivorsWithout(), others, world.told.unmasking];
    const outcome = await hears(world, victim, "vectors", messages);
    expect(outcome).toMatchObject({ code: "verification_failed", answers: 2, shares: [], shareBytes: 0 });
  });

  test("and the shares of the one story only where as many as must stay were told it too", async () => {
    const { context, signatures } = SignatureList.decode(world.told.unmasking);
    const input = survivorsInput(await graphIdOf(world), without, without);
    const some = await Promise.all(
      signatures
        .filter(({ index }) => index !== far)
        .map(async ({ index }) => ({ index, signature: await signedBy(world, index, input) })),
    );
    const told = SignatureList.encode({ context, signatures: some });
    const outcome = await hears(world, victim, "vectors", [delivered, survivorsWithout(), told]);
    expect(outcome).toMatchObject({ code: undefined, answers: 3 });
    // Of those who are in that story alone, and of each the half that the honest round had too.
    expect(outcome.shares).toEqual(Unmask.decode(world.said.unmasking).shares);
    const few = SignatureList.encode({ context, signatures: some.slice(0, world.cohort.terms.survivors - 1) });
    const fewer = await hears(world, victim, "vectors", [delivered, survivorsWithout(), few, told]);
    expect(fewer).toMatchObject({ code: "invalid_batch_size", answers: 2, shares: [], shareBytes: 0 });
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
