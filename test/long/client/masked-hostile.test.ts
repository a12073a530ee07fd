// What a coordinator, or whoever stands between, may say to a device in a masked round: what does not hold ends it for this device, before
// a share of anything leaves. test/client/masked has what is refused before a device joins.
import { describe, expect, test } from "vitest";
import { memoryDeviceStore } from "../../../src/platform/device-memory.ts";
import { nodeCrypto } from "../../../src/platform/node/index.ts";
import type { DeviceStore } from "../../../src/ports/device-store.ts";
import { neighboursOn } from "../../../src/protocol/secagg/graph.ts";
import { decodeState, type MemberBody } from "../../../src/protocol/secagg/member/state.ts";
import { drawnOf } from "../../../src/protocol/secagg/member/steps.ts";
import { has, toSet } from "../../../src/protocol/secagg/member-set.ts";
import { ShareDelivery } from "../../../src/protocol/secagg/messages.ts";
import { population } from "../../../src/simulate/index.ts";
import {
  type CohortChange,
  consenting,
  joinAll,
  type MaskedCohort,
  newMaskedCohort,
  syncAll,
} from "../../support/masked-cohort.ts";
import { secretsIn } from "../../support/masked-device.ts";
import { lastDay } from "../../support/questions.ts";

const people = population({ seed: "masked", members: 9, lastDay });
/** First bytes of a device's messages: shares of its keys, its vector, its signature over the survivors, shares that unmask. */
const [SHARES, VECTOR, SIGNATURE, UNMASK] = [5, 7, 9, 11];

const draft = { cohort: { expected: 9, least: 8, most: 16 } };

const kindsSent = ({ traffic }: MaskedCohort) =>
  traffic.filter(({ url }) => url.endsWith("/messages")).map(({ body }) => body?.[0] as number);
/** At a stage, what a device answers with once the message of it holds. */
const answers: Readonly<Record<string, number>> = {
  keys: 1,
  nonces: 3,
  shares: SHARES,
  vectors: VECTOR,
  signatures: SIGNATURE,
  unmasking: UNMASK,
};

describe("a round that does not hold is given up, and no share of anything leaves", () => {
  type Row = readonly [name: string, change: CohortChange, at: keyof typeof answers];
  const terms = (change: object): CohortChange => ({
    opening: (one) => ({ ...one, terms: { ...one.terms, ...change } }),
  });
  const flip = (at: string, place: (bytes: Uint8Array) => number): CohortChange => ({
    message: (stage, bytes) => (stage === at ? bytes.map((byte, i) => (i === place(bytes) ? byte ^ 1 : byte)) : bytes),
  });
  const cut: (at: string) => CohortChange = (at) => ({
    message: (stage, bytes) => (stage === at ? bytes.slice(0, -1) : bytes),
  });
  const rows: readonly Row[] = [
    ["fewer survivors than follow from its members", terms({ survivors: 6 }), "keys"],
    ["more corrupt members", terms({ corrupt: 1 }), "keys"],
    ["more nonces that may be missing", terms({ unopened: 3 }), "keys"],
    ["another manifest", terms({ manifest: new Uint8Array(32) }), "keys"],
    ["another model", terms({ model: new Uint8Array(32) }), "keys"],
    ["another round", terms({ round: 2 }), "keys"],
    ["another width", terms({ width: 64 }), "keys"],
    ["another length", terms({ length: 4 }), "keys"],
    ["a roster of fewer", { opening: (one) => ({ ...one, roster: one.roster.slice(0, 8) }) }, "keys"],
    [
      "a roster without this device",
      { opening: (one) => ({ ...one, roster: one.roster.map(() => nodeCrypto.ed25519Generate().public) }) },
      "keys",
    ],
    ["a roster that the registrar did not sign", flip("keys", (bytes) => bytes.length - 1), "keys"],
    ["a changed list of keys", flip("nonces", (bytes) => bytes.length - 100), "nonces"],
    ["a list of keys of another round", flip("nonces", () => 5), "nonces"],
    ["a changed nonce", flip("shares", (bytes) => bytes.length - 90), "shares"],
    ["a nonce that its member did not sign", flip("shares", (bytes) => bytes.length - 1), "shares"],
    ["survivors who never shared, or fewer", flip("signatures", (bytes) => bytes.length - 2), "unmasking"],
    ["a signature over other survivors", flip("unmasking", (bytes) => bytes.length - 1), "unmasking"],
    ...Object.keys(answers).map((stage): Row => [`half a message at the stage of ${stage}`, cut(stage), stage]),
  ];

  test.each(rows)("%s", async (_, change, at) => {
    const cohort = await newMaskedCohort({ draft, ...change });
    const store = memoryDeviceStore();
    const clients = await consenting(cohort, people);
    const watcher = cohort.client(people[0] as (typeof people)[number], 0, { store });
    await watcher.consent.grant("model-training");
    const all = [watcher, ...clients.slice(1)];
    for (const client of all) expect(await client.sync()).toMatchObject([{ outcome: "waiting" }]);
    cohort.pass((cohort.joiningCloses - cohort.at()) / 1000);
    let ended: unknown;
    for (let i = 0; i < 8 && ended === undefined; i++) {
      for (const client of all) {
        const results = await client.sync();
        if (client === watcher) ended = results.find(({ outcome }) => outcome !== "waiting");
      }
    }
    expect(ended).toMatchObject({ outcome: "rejected" });
    // Nothing of the stage or a later one was said by anyone, who all were shown the same; least of all shares.
    const kind = answers[at] as number;
    expect(kindsSent(cohort).filter((sent) => sent >= kind)).toEqual([]);
    expect([...(await store.keys("masked/")), ...(await store.keys("secagg/"))]).toEqual([]);
    const before = kindsSent(cohort).length;
    expect(await watcher.sync()).toEqual([]);
    expect(kindsSent(cohort).length).toBe(before);
  });
});

/** What a device keeps of the round that it is in. */
async function bodyIn(store: DeviceStore): Promise<MemberBody> {
  const [key = ""] = await store.keys("secagg/");
  return decodeState((await store.get(key)) as Uint8Array).body as MemberBody;
}

// Of nine, each has six neighbours: they see that it is not so, and the two others cannot. What those add stays under their masks.
describe("other sharers than there are, told to all alike", () => {
  test.each([
    ["somebody who shared is said not to have", true],
    ["somebody who shared nothing is said to have", false],
  ])("%s: seven give the round up, and of two a vector leaves that nobody's shares unmask", async (_, shared) => {
    let place = -1;
    const cohort = await newMaskedCohort({
      draft,
      message(stage, bytes) {
        if (stage !== "vectors") return bytes;
        const { sharers, ...delivery } = ShareDelivery.decode(bytes);
        const others = people.map((_, index) => index).filter((index) => has(sharers, index) !== (index === place));
        return ShareDelivery.encode({ ...delivery, sharers: toSet(people.length, others) });
      },
    });
    const stores = people.map(() => memoryDeviceStore());
    const clients = await consenting(cohort, people, (i) => ({ store: stores[i] as DeviceStore }));
    await joinAll(cohort, clients);
    for (let stage = 0; stage < 2; stage++) await syncAll(clients);
    expect(cohort.coordinator()?.stage).toBe("shares");
    // The last device opened its nonce last, and has shared at once; the first has not yet.
    const bodies = await Promise.all(stores.map(bodyIn));
    const places = bodies.map(({ index }) => index);
    place = places[0] as number;
    const { graph } = await drawnOf({ crypto: nodeCrypto }, bodies.at(-1) as MemberBody);
    const near = new Set([place, ...neighboursOn(graph.order, graph.parameters.degree, place)]);
    expect(near.size).toBe(7);

    const present = shared ? clients : clients.slice(1);
    const ends = new Map<number, { readonly outcome: string; readonly why?: string }>();
    const sync = async (some: typeof clients) => {
      for (const [i, results] of (await syncAll(some)).entries()) {
        const index = places[i + clients.length - some.length] as number;
        for (const result of results) if (result.outcome !== "waiting") ends.set(index, result);
      }
    };
    for (let i = 0; i < 2; i++) await sync(present);
    // The stage closes without whoever shared nothing.
    if (!shared) cohort.pass(61);
    for (let i = 0; i < 2; i++) await sync(present);
    expect(cohort.coordinator()?.stage).toBe("vectors");
    const gaveUp = [...near].filter((index) => shared || index !== place).sort();
    expect([...ends.keys()].sort()).toEqual(gaveUp);
    for (const { outcome, why } of ends.values())
      expect([outcome, why]).toEqual(["rejected", expect.stringContaining("this device gave the round up")]);
    for (let i = 0; i < 2; i++) {
      cohort.pass(61);
      await sync(clients);
    }
    expect(cohort.coordinator()?.stage).toBe("aborted");
    expect(ends.size).toBe(people.length);
    for (const [index, { outcome, why }] of ends)
      if (!gaveUp.includes(index)) expect([outcome, why]).toEqual(["rejected", "the round ended without a sum"]);
    expect(kindsSent(cohort).filter((kind) => kind === VECTOR)).toHaveLength(2);
    expect(kindsSent(cohort).filter((kind) => kind > VECTOR)).toEqual([]);
    for (const store of stores) expect(await secretsIn(store)).toEqual([]);
    const before = kindsSent(cohort).length;
    for (const results of await syncAll(clients)) expect(results).toEqual([]);
    expect(kindsSent(cohort).length).toBe(before);
  });
});
