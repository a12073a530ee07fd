// What a device's own ledger is charged for a masked round: nothing for having asked for a place, and the whole price once, in the very
// transaction that draws what it adds, wherever a sync is cut off.
import { describe, expect, test } from "vitest";
import { utf8 } from "../../../src/base/bytes.ts";
import { fail } from "../../../src/base/errors.ts";
import type { Client } from "../../../src/client/index.ts";
import { keys, type Participation, readJson } from "../../../src/client/state.ts";
import { memoryDeviceStore } from "../../../src/platform/device-memory.ts";
import type { DeviceStore } from "../../../src/ports/device-store.ts";
import type { Transport, TransportResponse } from "../../../src/ports/transport.ts";
import { testLimits } from "../../support/cluster.ts";
import { registrarUrl } from "../../support/masked.ts";
import { consenting, joinAll, type MaskedCohort, newMaskedCohort, syncAll } from "../../support/masked-cohort.ts";
import { copyOf, people, person } from "../../support/masked-device.ts";

const answering = (cohort: MaskedCohort, answer: () => TransportResponse): Transport => ({
  send: async (request) => (request.url.startsWith(registrarUrl) ? answer() : await cohort.transport.send(request)),
});
const problem = (status: number, code: string): TransportResponse => ({
  ...{ status, headers: { "content-type": "application/problem+json" } },
  body: utf8(JSON.stringify({ type: `about:${code}`, code, detail: code })),
});

async function alone(transport: (cohort: MaskedCohort) => Transport) {
  const cohort = await newMaskedCohort();
  const store = memoryDeviceStore();
  const client = cohort.client(person, 0, { store, platform: { ...cohort.platform, transport: transport(cohort) } });
  await client.consent.grant("model-training");
  return { cohort, store, client };
}

describe("a round that no place is given in costs a member nothing", () => {
  const answers: readonly (readonly [string, () => TransportResponse])[] = [
    ["the registrar's accounts server is down", () => problem(503, "unavailable")],
    ["the registrar knows no such account", () => problem(401, "unauthorized")],
    ["nobody is there", () => fail("unavailable", "nobody is there")],
    ["a page in between answers", () => ({ status: 200, headers: {}, body: utf8("<html>") })],
  ];
  test.each(answers)("while %s, and after it", async (_, answer) => {
    const { cohort, client } = await alone((cohort) => answering(cohort, answer));
    for (let i = 0; i < 3; i++) {
      expect(await client.sync()).toMatchObject([{ outcome: "waiting" }]);
      expect(await client.ledger()).toEqual([]);
      cohort.pass(100);
    }
    cohort.pass((cohort.ends - cohort.at()) / 1000);
    expect(await client.sync()).toMatchObject([{ outcome: "rejected", why: "the round's time was over" }]);
    expect([await client.ledger(), (await client.log()).every(({ rho }) => rho === 0)]).toEqual([[], true]);
  });

  test("that another device of the member has", async () => {
    const { client } = await alone((cohort) => answering(cohort, () => problem(409, "conflict")));
    expect(await client.sync()).toMatchObject([{ outcome: "rejected", why: expect.stringContaining("the place") }]);
    expect(await client.ledger()).toEqual([]);
  });

  test("nor one that it joined, and that it was not there for", async () => {
    const { cohort, store, paid, device } = await joined();
    cohort.pass((cohort.ends - cohort.at()) / 1000);
    expect(await device(store).sync()).toMatchObject([{ outcome: "rejected" }]);
    expect(await paid(store)).toEqual([]);
  });
});

test("one whose registrar answers late is joined then, and its price is paid once", async () => {
  const up = { yes: false };
  const cohort = await newMaskedCohort();
  const transport: Transport = {
    send: async (request) =>
      up.yes || !request.url.startsWith(registrarUrl)
        ? await cohort.transport.send(request)
        : problem(503, "unavailable"),
  };
  const clients = await consenting(cohort, people, (i) =>
    i === 0 ? { platform: { ...cohort.platform, transport } } : {},
  );
  await syncAll(clients);
  up.yes = true;
  await joinAll(cohort, clients);
  const first = clients[0] as Client;
  expect(await first.ledger()).toEqual([]);
  const rho = Number(cohort.round.manifest.rho) / 1e9;
  await first.sync();
  expect(new Set((await first.ledger()).map(({ spent }) => spent))).toEqual(new Set([rho]));
  await syncAll(clients);
  expect(new Set((await first.ledger()).map(({ spent }) => spent))).toEqual(new Set([rho]));
});

/** Of one device: all have joined, and the roster is there to be shown. */
async function joined() {
  const cohort = await newMaskedCohort();
  const store = memoryDeviceStore();
  await joinAll(cohort, await consenting(cohort, people, (i) => (i === 0 ? { store } : {})));
  const { rho } = cohort.round.manifest;
  const paid = async (own: DeviceStore) =>
    await Promise.all((await own.keys("epoch/")).map((key) => readJson<string>(own, key)));
  /** What it says stays with the test. */
  const kept: Transport = {
    async send(request) {
      if (request.method === "GET") return await cohort.transport.send(request);
      return fail("unavailable", "kept by the test");
    },
  };
  const device = (own: DeviceStore, transport = kept) =>
    cohort.client(person, 0, { store: own, platform: { ...cohort.platform, transport } });
  return { cohort, store, rho, paid, device };
}

/** Calls `work` before the change that comes after `before` others. @returns how many there were */
function atChange(store: DeviceStore, before: number, work: () => Promise<unknown>) {
  let count = 0;
  const own: DeviceStore = {
    ...{ get: store.get.bind(store), keys: store.keys.bind(store), close: store.close.bind(store) },
    transaction: async (changes) => {
      if (count++ === before) await work();
      await store.transaction(changes);
    },
  };
  return { own, count: () => count };
}

test("cut off anywhere, no store has what it adds without the debit, nor the debit twice", async () => {
  const { store, rho, paid, device } = await joined();
  for (let left = 0, done = false; !done; left++) {
    const own = await copyOf(store);
    const dying = atChange(own, left, () => Promise.reject(new Error("killed")));
    await device(dying.own)
      .sync()
      .catch(() => undefined);
    done = dying.count() <= left;
    const drawn = (await own.keys("secagg/")).length;
    const spent = await paid(own);
    expect([drawn, new Set(spent)], `killed at ${left}`).toEqual(drawn === 0 ? [0, new Set()] : [2, new Set([rho])]);
    // The next sync, or another page's.
    await device(own).sync();
    expect([(await own.keys("secagg/")).length, new Set(await paid(own))]).toEqual([2, new Set([rho])]);
  }
});

test("with another page at it before any change, it is drawn and paid once", async () => {
  const { store, rho, paid, device } = await joined();
  for (let left = 0, done = false; !done; left++) {
    const own = await copyOf(store);
    const words: Uint8Array[] = [];
    const watching: DeviceStore = {
      ...{ get: own.get.bind(own), keys: own.keys.bind(own), close: own.close.bind(own) },
      transaction: async (changes) => {
        await own.transaction(changes);
        words.push(...changes.put.filter(([key]) => key.endsWith("/vector")).map(([, value]) => value));
      },
    };
    const racing = atChange(watching, left, () => device(watching).sync());
    await device(racing.own).sync();
    done = racing.count() <= left;
    expect([words.length, new Set(await paid(own))], `at ${left}`).toEqual([1, new Set([rho])]);
  }
});

test("where other questions took the room before its keys were made, it adds zeros, says so and pays nothing", async () => {
  const { cohort, store, device } = await joined();
  expect(await store.keys("epoch/")).toEqual([]);
  const client = cohort.client(person, 0, { store, limits: { ...testLimits, rhoPerEpoch: 0.01 } });
  const dry = await client.dryRun(cohort.task);
  expect(dry).toMatchObject({ rho: 0, nullBecause: expect.stringContaining("own limit") });
  expect(await device(store).dryRun(cohort.task)).toMatchObject({ rho: Number(cohort.round.manifest.rho) / 1e9 });
  await client.sync();
  const told = await readJson<Participation>(store, keys.participation(cohort.task));
  expect(told).toMatchObject({ rho: "0", nullBecause: expect.stringContaining("own limit") });
  expect(await client.ledger()).toEqual([]);
  // Room that comes later changes nothing of what was drawn.
  expect(await device(store).dryRun(cohort.task)).toMatchObject({ rho: 0 });
});
