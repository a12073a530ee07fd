// One device in a masked round up to where vectors are asked for, to be gone on with in many ways: on copies of its store, and with
// what it says kept from the coordinator.
import { expect } from "vitest";
import { utf8 } from "../../src/base/bytes.ts";
import { memoryDeviceStore } from "../../src/platform/device-memory.ts";
import type { DeviceStore } from "../../src/ports/device-store.ts";
import type { Transport } from "../../src/ports/transport.ts";
import { population } from "../../src/simulate/index.ts";
import { consenting, joinAll, type MaskedCohort, newMaskedCohort, syncAll } from "./masked-cohort.ts";
import { lastDay } from "./questions.ts";

export const people = population({ seed: "masked", members: 9, lastDay });

export async function copyOf(store: DeviceStore): Promise<DeviceStore> {
  const copy = memoryDeviceStore();
  const keys = await store.keys("");
  const put = await Promise.all(keys.map(async (key) => [key, (await store.get(key)) as Uint8Array] as const));
  await copy.transaction({ put, delete: [] });
  return copy;
}

/** Before the vectors are asked for: of the first device, what it keeps. */
export async function beforeVectors() {
  const cohort = await newMaskedCohort();
  const store = memoryDeviceStore();
  const clients = await consenting(cohort, people, (i) => (i === 0 ? { store } : {}));
  await joinAll(cohort, clients);
  for (let stage = 0; stage < 3; stage++) await syncAll(clients);
  expect(cohort.coordinator()?.stage).toBe("vectors");
  return { cohort, store };
}

/** Answers what a device is asked as the coordinator does, and keeps from it what the device says. */
export function keptBack(cohort: MaskedCohort) {
  const said: Uint8Array[] = [];
  const view = { state: "open", stage: "vectors", closes: cohort.ends, message: null, because: null };
  const transport: Transport = {
    async send(request) {
      if (!request.url.endsWith("/messages")) return await cohort.transport.send(request);
      said.push(request.body as Uint8Array);
      return { status: 200, headers: {}, body: utf8(JSON.stringify(view)) };
    },
  };
  return { said, transport };
}

/** Calls `work` before the operation that comes after `before` others. @returns how many there were */
export function interrupted(store: DeviceStore, before: number, work: () => Promise<unknown>) {
  let count = 0;
  const turn = async () => {
    if (count++ === before) await work();
  };
  const own: DeviceStore = {
    get: async (key) => {
      await turn();
      return await store.get(key);
    },
    keys: async (prefix) => {
      await turn();
      return await store.keys(prefix);
    },
    transaction: async (changes) => {
      await turn();
      await store.transaction(changes);
    },
    close: () => store.close(),
  };
  return { own, count: () => count };
}

export const secretsIn = async (store: DeviceStore) => [
  ...(await store.keys("masked")),
  ...(await store.keys("secagg/")),
];
export const person = people[0] as (typeof people)[number];
