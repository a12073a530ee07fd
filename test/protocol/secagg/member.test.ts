// A member over its store: the same bytes after a crash at any point, one vector, one reveal, and a state that is read strictly.
import { describe, expect, test } from "vitest";
import { toHex } from "../../../src/base/bytes.ts";
import { fail } from "../../../src/base/errors.ts";
import { memoryDeviceStore } from "../../../src/platform/device-memory.ts";
import { nodeKeystream } from "../../../src/platform/node/index.ts";
import type { DeviceStore } from "../../../src/ports/device-store.ts";
import { secureAggregationCoordinator } from "../../../src/protocol/secagg/coordinator/coordinator.ts";
import { coordinatorStages } from "../../../src/protocol/secagg/coordinator/stages.ts";
import { secureAggregationMember, stateKey } from "../../../src/protocol/secagg/member/member.ts";
import { decodeState, encodeState, SECRETS } from "../../../src/protocol/secagg/member/state.ts";
import { defaultFloors } from "../../../src/protocol/secagg/terms.ts";
import { cachedCrypto, cohortOf, lowFloors, plainSum, sign, sumOf } from "./cohort.ts";
import { hears, record } from "./recorded.ts";

const ports = { crypto: cachedCrypto, keystream: nodeKeystream };
const members = 4;

test("killed before and after every message, told everything twice: one vector, the same bytes, the exact sum", async () => {
  const cohort = cohortOf({ members });
  const coordinator = await secureAggregationCoordinator(ports, cohort.opening, 1000, 0);
  for (const _ of coordinatorStages) {
    const messages = cohort.people.map(({ index }) => coordinator.messageFor(index) as Uint8Array);
    for (const person of cohort.people) {
      const answers = [];
      for (let start = 0; start < 3; start++)
        answers.push(toHex(await person.start().receive(messages[person.index] as Uint8Array)));
      expect(new Set(answers).size).toBe(1);
      await coordinator.receive(await person.start().receive(messages[person.index] as Uint8Array), 0);
    }
  }
  expect(cohort.people.map(({ asked }) => asked)).toEqual([1, 1, 1, 1]);
  expect(sumOf(coordinator, cohort)).toEqual(plainSum(cohort, [0, 1, 2, 3]));
});

describe("over its store", async () => {
  const cohort = cohortOf({ members });
  const [person] = cohort.people as [(typeof cohort.people)[number]];
  const recorded = await record(cohort, 0);
  const key = stateKey(cohort.terms);

  const over = (store: DeviceStore, vector = () => new Uint8Array(20)) =>
    secureAggregationMember(store, person.ports, {
      ...{ registrar: cohort.registrar.public, expected: cohort.terms, floors: lowFloors, vector },
    });
  const storeAt = async (stage: (typeof coordinatorStages)[number]) => {
    const store = memoryDeviceStore();
    const held = recorded.held[stage];
    if (held !== undefined) await store.transaction({ put: [[key, held]], delete: [] });
    return store;
  };

  test("once the vector has left, what made its masks is gone from the store", () => {
    const secrets = (stage: (typeof coordinatorStages)[number]) => {
      const { body } = decodeState(recorded.held[stage] as Uint8Array);
      return SECRETS.map((name) => body?.[name].some((byte) => byte !== 0));
    };
    expect(secrets("vectors")).toEqual(SECRETS.map(() => true));
    for (const stage of ["signatures", "unmasking"] as const) expect(secrets(stage)).toEqual(SECRETS.map(() => false));
  });

  test("a model that did not come ends nothing: the same message is answered when it is there", async () => {
    const store = await storeAt("vectors");
    const message = recorded.told.vectors;
    const missing = over(store, () => fail("unavailable", "no model"));
    await expect(missing.receive(message)).rejects.toMatchObject({ code: "unavailable" });
    expect((await over(store).receive(message)).length).toBeGreaterThan(20);
  });

  test.each(coordinatorStages)("two pages at the stage of %s: one answer, the other page is told so", async (stage) => {
    const store = await storeAt(stage);
    const message = recorded.told[stage];
    const both = await Promise.allSettled([over(store).receive(message), over(store).receive(message)]);
    const answers = both.flatMap((one) => (one.status === "fulfilled" ? [toHex(one.value)] : []));
    expect(answers).toHaveLength(1);
    const refusal = both.find((one) => one.status === "rejected") as PromiseRejectedResult;
    expect(refusal.reason).toMatchObject({ code: "conflict" });
    expect(toHex(await over(store).receive(message))).toBe(answers[0]);
  });

  test.each(coordinatorStages)(
    "a store that cannot write at the stage of %s: nothing is sent, nothing is lost",
    async (stage) => {
      const store = await storeAt(stage);
      const full: DeviceStore = { ...store, transaction: async () => fail("storage_full", "no room") };
      const message = recorded.told[stage];
      await expect(over(full).receive(message)).rejects.toMatchObject({ code: "storage_full" });
      expect(await over(store).receive(message)).toBeInstanceOf(Uint8Array);
    },
  );

  test("a vector that could not be made is asked for again", async () => {
    const store = await storeAt("vectors");
    const broken = () => {
      throw new Error("the worker died");
    };
    await expect(over(store, broken).receive(recorded.told.vectors)).rejects.toThrow("the worker died");
    expect(await over(store).stage()).toBe("shared");
    expect(await over(store).receive(recorded.told.vectors)).toBeInstanceOf(Uint8Array);
  });

  test("after the end the secrets are gone from the store", async () => {
    const before = decodeState(recorded.held.unmasking as Uint8Array).body;
    const after = toHex((await person.store.get(key)) as Uint8Array);
    expect(before).toBeDefined();
    for (const secret of [before?.seed, before?.maskSecret, before?.channelSecret])
      expect(after).not.toContain(toHex(secret as Uint8Array));
    expect(await person.start().stage()).toBe("ended");
  });

  test("after a refusal they are gone too, and the round with them", async () => {
    const store = await storeAt("signatures");
    await expect(over(store).receive(recorded.told.unmasking)).rejects.toMatchObject({ code: "invalid_message" });
    expect(await over(store).stage()).toBe("given-up");
    expect(decodeState((await store.get(key)) as Uint8Array).body).toBeUndefined();
    await expect(over(store).receive(recorded.told.signatures)).rejects.toMatchObject({ code: "conflict" });
  });

  test.each(coordinatorStages)(
    "given up before the stage of %s, the secrets are deleted and nothing more is said",
    async (stage) => {
      const store = await storeAt(stage);
      await over(store).giveUp();
      await over(store).giveUp();
      expect(await over(store).stage()).toBe("given-up");
      expect(decodeState((await store.get(key)) as Uint8Array).body).toBeUndefined();
      for (const message of Object.values(recorded.told))
        await expect(over(store).receive(message)).rejects.toMatchObject({ code: "conflict" });
    },
  );

  test("a second round of the same manifest and number is none: other roster, other model, whichever", async () => {
    const roster = cohort.people.map(({ keys }) => keys.public).reverse();
    const second = sign(cohort.registrar, cohort.terms, roster);
    await expect(person.start().receive(second)).rejects.toMatchObject({ code: "conflict" });
    const model = new Uint8Array(32);
    const other = sign(cohort.registrar, { ...cohort.terms, model }, roster);
    const retold = person.start({ expected: { ...cohort.terms, model } });
    await expect(retold.receive(other)).rejects.toMatchObject({ code: "conflict" });
    const mid = over(await storeAt("shares"));
    await expect(mid.receive(second)).rejects.toMatchObject({ code: "invalid_message" });
    expect(await mid.stage()).toBe("given-up");
  });

  test("a state reads back as it was written, and damage is no fresh start", async () => {
    for (const stage of coordinatorStages.slice(1)) {
      const bytes = recorded.held[stage] as Uint8Array;
      expect(toHex(encodeState(decodeState(bytes)))).toBe(toHex(bytes));
      for (const damaged of [
        bytes.subarray(0, -1),
        bytes.subarray(0, 33),
        new Uint8Array(0),
        Uint8Array.of(2, ...bytes.subarray(1)),
      ]) {
        const store = memoryDeviceStore();
        await store.transaction({ put: [[key, damaged]], delete: [] });
        await expect(over(store).receive(recorded.told[stage])).rejects.toMatchObject({ code: "internal" });
      }
    }
  });

  test("the default floors refuse a cohort of four", async () => {
    const outcome = await hears(recorded, person, "keys", [recorded.told.keys], { floors: defaultFloors });
    expect(outcome.code).toBe("manifest_refused");
  });
});
