// The coordinator: it waits for nobody, takes the first word of each member, forgives a member that lies about its shares, and
// ends without a sum when too few are left.
import { describe, expect, test } from "vitest";
import { toHex } from "../../../src/base/bytes.ts";
import { nodeCrypto, nodeEntropy, nodeKeystream } from "../../../src/platform/node/index.ts";
import { secureAggregationCoordinator } from "../../../src/protocol/secagg/coordinator/coordinator.ts";
import { coordinatorStages } from "../../../src/protocol/secagg/coordinator/stages.ts";
import { AdvertiseKeys, MaskedInput, ShareKeys, Unmask } from "../../../src/protocol/secagg/messages.ts";
import { advertisementInput } from "../../../src/protocol/secagg/signed.ts";
import {
  cachedCrypto,
  cohortOf,
  type Person,
  plainSum,
  type RunOptions,
  run,
  sign,
  signedAnew,
  sumOf,
} from "./cohort.ts";
import { record } from "./recorded.ts";

const ports = { crypto: cachedCrypto, keystream: nodeKeystream };
const members = 7;
const everyone = [...Array(members).keys()];

/** A round, counting what leaves the members in its last stage. */
async function counted(options: RunOptions) {
  const cohort = cohortOf({ members });
  let revealed = 0;
  const coordinator = await run(cohort, {
    ...options,
    change: (stage, index, message) => {
      if (stage === "unmasking") revealed++;
      return options.change?.(stage, index, message) ?? message;
    },
  });
  return { cohort, coordinator, revealed };
}

describe("one dropout too many", () => {
  test.each(coordinatorStages.slice(0, 5))("at the stage of %s: no sum, and no share was revealed", async (at) => {
    const { coordinator, revealed } = await counted({ silent: (stage, index) => stage === at && index < 3 });
    expect(coordinator.stage).toBe("aborted");
    expect(revealed).toBe(0);
    expect(() => coordinator.sum()).toThrowError(expect.objectContaining({ code: "round_aborted" }));
    expect(everyone.map((index) => coordinator.messageFor(index))).toEqual(everyone.map(() => undefined));
  });

  test("at the last stage, below the threshold: some member's mask cannot be rebuilt, so there is no sum", async () => {
    const { coordinator, revealed } = await counted({ silent: (stage, index) => stage === "unmasking" && index < 4 });
    expect(revealed).toBe(3);
    expect(coordinator.stage).toBe("aborted");
    expect(() => coordinator.sum()).toThrowError(/of the 4 shares that member \d's mask takes/);
  });

  test("spread over the stages they count together", async () => {
    const at: Readonly<Record<number, string>> = { 0: "keys", 3: "shares", 5: "vectors" };
    const { coordinator, revealed } = await counted({ silent: (stage, index) => at[index] === stage });
    expect(coordinator.stage).toBe("aborted");
    expect(revealed).toBe(0);
  });
});

describe("the clock", () => {
  test("nobody answers: the round is over when the first stage's time is, and not before", async () => {
    const { opening } = cohortOf({ members });
    const coordinator = await secureAggregationCoordinator(ports, opening, 1000, 50);
    await coordinator.tick(1049);
    expect(coordinator.stage).toBe("keys");
    await coordinator.tick(1050);
    expect(coordinator.stage).toBe("aborted");
    await coordinator.tick(5000);
    expect(coordinator.stage).toBe("aborted");
  });

  test("a stage closes with whoever is there, and a late word is refused", async () => {
    const cohort = cohortOf({ members });
    const coordinator = await secureAggregationCoordinator(ports, cohort.opening, 1000, 0);
    const answers = await Promise.all(cohort.people.map((person) => person.start().receive(cohort.opening)));
    for (const answer of answers.slice(1)) await coordinator.receive(answer, 10);
    await coordinator.tick(999);
    expect(coordinator.stage).toBe("keys");
    await coordinator.tick(1000);
    expect([coordinator.stage, coordinator.closesAt]).toEqual(["nonces", 2000]);
    await expect(coordinator.receive(answers[0] as Uint8Array, 1001)).rejects.toMatchObject({
      code: "invalid_message",
    });
    expect(coordinator.messageFor(0)).toBeUndefined();
    expect(coordinator.messageFor(1)).toBeDefined();
  });

  test("all of a round's words at once, in any order, are taken one after the other", async () => {
    const cohort = cohortOf({ members });
    const coordinator = await secureAggregationCoordinator(ports, cohort.opening, 1000, 0);
    for (const _ of coordinatorStages) {
      const answers = await Promise.all(
        cohort.people.map((person) => person.start().receive(coordinator.messageFor(person.index) as Uint8Array)),
      );
      await Promise.all([...answers].reverse().map((answer) => coordinator.receive(answer, 0)));
    }
    expect(sumOf(coordinator, cohort)).toEqual(plainSum(cohort, everyone));
  });
});

test("run again over the same words it says the same, to the sum: it draws nothing", async () => {
  const cohort = cohortOf({ members });
  const recorded = await record(cohort, 2, { 5: "shares" });
  const again = await secureAggregationCoordinator(ports, cohort.opening, 1000, 0);
  let heard = 0;
  for (const stage of coordinatorStages) {
    if (again.stage !== stage) break;
    expect(toHex(again.messageFor(2) as Uint8Array)).toBe(toHex(recorded.told[stage]));
    while (heard < recorded.all.length && again.stage === stage) {
      try {
        await again.receive(recorded.all[heard] as Uint8Array, 0);
        heard++;
      } catch {
        // A word of the next stage: this one was closed by the clock.
        await again.tick(again.closesAt);
      }
    }
    if (again.stage === stage) await again.tick(again.closesAt);
  }
  expect(toHex(again.sum())).toBe(toHex(recorded.coordinator.sum()));
});

describe("members that lie", () => {
  const flipAt = (message: Uint8Array, at: number) => message.map((byte, i) => (i === at ? byte ^ 1 : byte));

  test("one reveals wrong shares: those are found by what their members were bound to, and the sum is exact", async () => {
    const { coordinator, cohort } = await counted({
      silent: (stage, index) => stage === "vectors" && index === 0,
      change: (stage, index, message) => {
        if (stage !== "unmasking" || index !== 3) return message;
        const decoded = Unmask.decode(message);
        return Unmask.encode({
          ...decoded,
          shares: decoded.shares.map((one) => ({ ...one, share: flipAt(one.share, 3) })),
        });
      },
    });
    expect(sumOf(coordinator, cohort)).toEqual(plainSum(cohort, everyone.slice(1)));
  });

  test("one gives garbage for shares: its neighbours leave them out, and the sum is exact while it stays", async () => {
    const { coordinator, cohort } = await counted({
      change: (stage, index, message) => {
        if (stage !== "shares" || index !== 3) return message;
        const decoded = ShareKeys.decode(message);
        // To two of its six neighbours.
        const shares = decoded.shares.map((one, i) => (i < 2 ? { ...one, sealed: nodeEntropy.bytes(96) } : one));
        return ShareKeys.encode({ ...decoded, shares });
      },
    });
    expect(sumOf(coordinator, cohort)).toEqual(plainSum(cohort, everyone));
  });

  test("keys of low order, which would stop its neighbours, are not passed on", async () => {
    const cohort = cohortOf({ members });
    const coordinator = await secureAggregationCoordinator(ports, cohort.opening, 1000, 0);
    const [person] = cohort.people;
    const { context, advertisement } = AdvertiseKeys.decode(
      (await person?.start().receive(cohort.opening)) as Uint8Array,
    );
    for (const name of ["maskKey", "channelKey"] as const) {
      const unsigned = { ...advertisement, [name]: new Uint8Array(32) };
      const signature = nodeCrypto.ed25519Sign(
        person?.keys.secret as Uint8Array,
        advertisementInput(context, unsigned),
      );
      const message = AdvertiseKeys.encode({ context, advertisement: { ...unsigned, signature } });
      await expect(coordinator.receive(message, 0)).rejects.toMatchObject({ code: "verification_failed" });
    }
  });

  test.each([
    ["keys", 0, "says two things"],
    ["vectors", 2, "says two things"],
  ] as const)("a second word at the stage of %s that differs from the first is refused", async (at, _, what) => {
    const cohort = cohortOf({ members });
    const recorded = await record(cohort, 2);
    const coordinator = await secureAggregationCoordinator(ports, cohort.opening, 1000, 0);
    for (const word of recorded.all.slice(0, coordinatorStages.indexOf(at) * members))
      await coordinator.receive(word, 0);
    const said = recorded.said[at];
    await coordinator.receive(said, 0);
    await coordinator.receive(said, 0);
    await expect(coordinator.receive(flipAt(said, said.length - 1), 0)).rejects.toThrow(what);
  });

  test.each(["shares", "vectors", "unmasking"] as const)(
    "a word for another at the stage of %s is nobody's",
    async (at) => {
      const cohort = cohortOf({ members });
      const recorded = await record(cohort, 2);
      const coordinator = await secureAggregationCoordinator(ports, cohort.opening, 1000, 0);
      for (const word of recorded.all.slice(0, coordinatorStages.indexOf(at) * members))
        await coordinator.receive(word, 0);
      const said = recorded.said[at];
      const forged = await signedAnew(cohort.people[3] as Person, said);
      for (const word of [forged, flipAt(said, said.length - 1), flipAt(said, said.length - 70)])
        await expect(coordinator.receive(word, 0)).rejects.toMatchObject({ code: "verification_failed" });
      await coordinator.receive(said, 0);
    },
  );

  test("a vector of another length, and one of somebody who is gone", async () => {
    const cohort = cohortOf({ members });
    const recorded = await record(cohort, 2, { 5: "shares" });
    const coordinator = await secureAggregationCoordinator(ports, cohort.opening, 1000, 0);
    for (const word of recorded.all.slice(0, 2 * members)) await coordinator.receive(word, 0);
    for (const word of recorded.all.slice(2 * members, 3 * members - 1)) await coordinator.receive(word, 0);
    await coordinator.tick(coordinator.closesAt);
    const decoded = MaskedInput.decode(recorded.said.vectors);
    const short = await signedAnew(
      cohort.people[2] as Person,
      MaskedInput.encode({ ...decoded, vector: decoded.vector.subarray(4) }),
    );
    await expect(coordinator.receive(short, 0)).rejects.toMatchObject({ code: "invalid_message" });
    await expect(coordinator.receive(MaskedInput.encode({ ...decoded, index: 5 }), 0)).rejects.toMatchObject({
      code: "conflict",
    });
    await expect(coordinator.receive(MaskedInput.encode({ ...decoded, index: 99 }), 0)).rejects.toMatchObject({
      code: "conflict",
    });
  });
});

test("terms that no round can have are refused before anybody is asked", async () => {
  const { registrar, terms, people } = cohortOf({ members });
  const roster = people.map(({ keys }) => keys.public);
  const impossible = sign(registrar, { ...terms, survivors: 3 }, roster);
  await expect(secureAggregationCoordinator(ports, impossible, 1000, 0)).rejects.toMatchObject({
    code: "manifest_refused",
  });
});
