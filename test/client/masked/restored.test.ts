// An older copy of a device's store, put back in the middle of a masked round: whatever a coordinator shows it again, and whatever the
// member's days are by then, no second vector leaves under the masks of the first, and no share of the other kind.
import { expect, test } from "vitest";
import { fromBase64Url, fromUtf8, toBase64Url, utf8 } from "../../../src/base/bytes.ts";
import { accumulate } from "../../../src/math/words.ts";
import { memoryDeviceStore } from "../../../src/platform/device-memory.ts";
import { nodeCrypto, nodeKeystream } from "../../../src/platform/node/index.ts";
import type { DeviceStore } from "../../../src/ports/device-store.ts";
import type { Transport } from "../../../src/ports/transport.ts";
import { applyMasks, type Mask } from "../../../src/protocol/masks.ts";
import { neighboursOn } from "../../../src/protocol/secagg/graph.ts";
import { maskScope, pairMaskKey, selfMaskKey } from "../../../src/protocol/secagg/keys.ts";
import { decodeState, type MemberBody } from "../../../src/protocol/secagg/member/state.ts";
import { drawnOf } from "../../../src/protocol/secagg/member/steps.ts";
import { has, type MemberSet, membersOf, toSet } from "../../../src/protocol/secagg/member-set.ts";
import { MaskedInput, ShareDelivery, ShareKeys, SurvivorList, Unmask } from "../../../src/protocol/secagg/messages.ts";
import { Opening } from "../../../src/protocol/secagg/terms.ts";
import { consenting, joinAll, newMaskedCohort, syncAll } from "../../support/masked-cohort.ts";
import { copyOf, people } from "../../support/masked-device.ts";

interface Shown {
  readonly state: string;
  readonly stage: string | null;
  readonly message: string | null;
}
const STAGES = ["keys", "nonces", "shares", "vectors", "signatures", "unmasking"];
const [SEALED, VECTOR, SIGNED, UNMASK] = [5, 7, 9, 11];

/** A whole round: what the first device was shown and said, and its store as it was before each answer. */
async function recorded() {
  const cohort = await newMaskedCohort();
  const store = memoryDeviceStore();
  const shown: string[] = [];
  const said: Uint8Array[] = [];
  const copies: DeviceStore[] = [];
  const transport: Transport = {
    async send(request) {
      if (request.url.endsWith("/messages")) said.push(request.body as Uint8Array);
      const response = await cohort.transport.send(request);
      if (!request.url.includes("/members/") || request.url.includes("/rounds/")) return response;
      const view = JSON.parse(fromUtf8(response.body)) as Shown;
      const nth = STAGES.indexOf(view.stage ?? "");
      if (view.message !== null && shown[nth] === undefined) {
        shown[nth] = view.message;
        copies[nth] = await copyOf(store);
      }
      return response;
    },
  };
  const clients = await consenting(cohort, people, (i) =>
    i === 0 ? { store, platform: { ...cohort.platform, transport } } : {},
  );
  await joinAll(cohort, clients);
  for (let i = 0; i < 8; i++) await syncAll(clients);
  expect([cohort.coordinator()?.stage, shown.length, said.length]).toEqual(["done", 6, 6]);
  return { cohort, shown, said, copies };
}

/** Shows it the round from a stage on, whatever it answers. @returns what it said */
async function shownAgain(
  cohort: Awaited<ReturnType<typeof newMaskedCohort>>,
  store: DeviceStore,
  shown: readonly string[],
  from: number,
) {
  const said: Uint8Array[] = [];
  let nth = from;
  const transport: Transport = {
    async send(request) {
      if (!/\/masked\/.*\/members\//.test(request.url)) return await cohort.transport.send(request);
      if (request.body !== undefined) {
        said.push(request.body);
        nth++;
      }
      const message = shown[nth] ?? null;
      const stage = STAGES[nth] ?? null;
      const view = { state: "open", stage, closes: cohort.ends, message, because: null };
      return { status: 200, headers: {}, body: utf8(JSON.stringify(view)) };
    },
  };
  // Other days than before.
  const client = cohort.client(people[5] as (typeof people)[number], 0, {
    store,
    platform: { ...cohort.platform, transport },
  });
  for (let i = 0; i < 3; i++) await client.sync();
  return said;
}

const ofKind = (messages: readonly Uint8Array[], kind: number) =>
  messages.filter((message) => message[0] === kind).map(toBase64Url);

test("from a copy of any stage after its keys, a device seals the same shares, says the same vector and shows the same shares, or nothing", async () => {
  const { cohort, shown, said, copies } = await recorded();
  for (let from = 1; from < STAGES.length; from++) {
    const again = await shownAgain(cohort, await copyOf(copies[from] as DeviceStore), shown, from);
    expect(again.length, `from ${STAGES[from]}`).toBeGreaterThan(0);
    for (const kind of [SEALED, VECTOR, SIGNED, UNMASK])
      for (const message of ofKind(again, kind)) expect([message]).toEqual(ofKind(said, kind));
    // Each seals under one key and one nonce: other shares there would give away how the two differ.
    expect(ofKind(again, SEALED)).toHaveLength(from <= 2 ? 1 : 0);
  }
  // From before its keys it makes others, which nobody else has signed anything about.
  const fresh = await shownAgain(cohort, await copyOf(copies[0] as DeviceStore), shown, 0);
  expect(fresh.map(([kind]) => kind)).toEqual([1]);
});

test("told of other survivors than before, it reveals nothing about them", async () => {
  const { cohort, shown, said, copies } = await recorded();
  const list = SurvivorList.decode(fromBase64Url(shown[4] ?? ""));
  // One member fewer, and not itself.
  const { index } = ShareKeys.decode(said[2] as Uint8Array);
  const gone = membersOf(list.survivors).find((one) => one !== index);
  const stay = membersOf(list.survivors).filter((one) => one !== gone);
  const survivors = toSet(people.length, stay);
  const other = toBase64Url(SurvivorList.encode({ ...list, survivors }));
  const story = shown.map((message, i) => (i === 4 ? other : message));
  const again = await shownAgain(cohort, await copyOf(copies[4] as DeviceStore), story, 4);
  expect(again.map(([kind]) => kind)).toEqual([SIGNED]);
  expect(ofKind(again, SIGNED)).not.toEqual(ofKind(said, SIGNED));
  expect(Unmask.decode(said.at(-1) as Uint8Array).shares.length).toBeGreaterThan(0);
});

/** What a copy from before the delivery keeps: its secrets, and the words that it adds. */
async function keptIn(store: DeviceStore) {
  const [key = ""] = (await store.keys("secagg/")).filter((name) => !name.endsWith("/vector"));
  const { stage, body } = decodeState((await store.get(key)) as Uint8Array);
  expect(stage).toBe("shared");
  return { body: body as MemberBody, words: (await store.get(`${key}/vector`)) as Uint8Array };
}

/** All masks of a member for a list of sharers: its own first, then those with each neighbour in the list. */
async function masksFor(body: MemberBody, sharers: MemberSet): Promise<(Mask & { other: number })[]> {
  const { index, maskSecret, seed } = body;
  const { graph, book } = await drawnOf({ crypto: nodeCrypto }, body);
  const party = (i: number) => ({ index: i, key: book.byIndex.get(i)?.maskKey as Uint8Array });
  const scope = await maskScope(nodeCrypto, graph.id, sharers);
  const masks: (Mask & { other: number })[] = [
    { other: index, key: await selfMaskKey(nodeCrypto, scope, seed, index), sign: 1 },
  ];
  for (const other of neighboursOn(graph.order, graph.parameters.degree, index).filter((i) => has(sharers, i))) {
    const agreed = nodeCrypto.x25519(maskSecret, party(other).key);
    const key = await pairMaskKey(nodeCrypto, scope, agreed, party(index), party(other));
    masks.push({ other, key, sign: index < other ? 1 : -1 });
  }
  return masks;
}

const against = (masks: readonly Mask[]): Mask[] =>
  masks.map(({ key, sign }) => ({ key, sign: sign === 1 ? (-1 as const) : (1 as const) }));

test("told of other sharers than before, it says its vector under masks of that list alone", async () => {
  const { cohort, shown, said, copies } = await recorded();
  const told = ShareDelivery.decode(fromBase64Url(shown[3] ?? ""));
  const { body, words } = await keptIn(copies[3] as DeviceStore);
  const { width } = Opening.decode(body.opening).terms;
  const vectorIn = (messages: readonly Uint8Array[]) =>
    MaskedInput.decode(messages.find(([kind]) => kind === VECTOR) as Uint8Array).vector;
  const without = async (words: Uint8Array, masks: readonly Mask[]) => {
    const out = Uint8Array.from(words);
    await applyMasks(nodeKeystream, width, out, masks);
    return out;
  };
  const less = (a: Uint8Array, b: Uint8Array) => {
    const out = Uint8Array.from(a);
    accumulate(width, out, b, -1);
    return out;
  };
  const [first, masks] = [vectorIn(said), await masksFor(body, told.sharers)];
  expect(first.length).toBe(words.length);
  expect(await without(first, against(masks))).toEqual(words);
  /** The share of bytes that are the same: by chance one of 256. */
  const same = (a: Uint8Array, b: Uint8Array) => a.filter((byte, i) => byte === b[i]).length / a.length;
  const peeled = Uint8Array.from(first);
  const left = membersOf(told.sharers).filter((index) => index !== body.index);
  expect(left).toHaveLength(people.length - 1);
  for (const gone of left) {
    const sharers = toSet(
      people.length,
      membersOf(told.sharers).filter((index) => index !== gone),
    );
    const shares = told.shares.filter(({ index }) => index !== gone);
    const story = [...shown];
    story[3] = toBase64Url(ShareDelivery.encode({ ...told, sharers, shares }));
    const second = vectorIn(await shownAgain(cohort, await copyOf(copies[3] as DeviceStore), story, 3));
    const others = await masksFor(body, sharers);
    // The very vector, as whoever has all secrets can tell; under no key of the first list.
    expect(await without(second, against(others))).toEqual(words);
    const keys = new Set([...masks, ...others].map(({ key }) => toBase64Url(key)));
    expect(keys.size).toBe(masks.length + others.length);
    // The masks of one list take nothing off the vector of the other, and the two tell no mask of either.
    const remaining = masks.filter(({ other }) => other !== gone);
    expect(same(await without(second, against(remaining)), words)).toBeLessThan(0.25);
    const difference = less(first, second);
    const nothing = new Uint8Array(difference.length);
    for (const known of [[], ...[...masks, ...others].map((mask) => [mask])])
      for (const some of [known, against(known)])
        expect(same(await without(difference, some), nothing)).toBeLessThan(0.25);
    accumulate(width, peeled, difference, -1);
  }
  // Nor does each list in its turn take off one mask, until the seed that a round reveals would take off the last.
  expect(same(await without(peeled, against(masks.slice(0, 1))), words)).toBeLessThan(0.25);
});
