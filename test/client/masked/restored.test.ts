// An older copy of a device's store, put back in the middle of a masked round: whatever a coordinator shows it again, and whatever the
// member's days are by then, no second vector leaves, and no share of the other kind.
import { expect, test } from "vitest";
import { fromBase64Url, fromUtf8, toBase64Url, utf8 } from "../../../src/base/bytes.ts";
import { memoryDeviceStore } from "../../../src/platform/device-memory.ts";
import type { DeviceStore } from "../../../src/ports/device-store.ts";
import type { Transport } from "../../../src/ports/transport.ts";
import { SurvivorList, Unmask } from "../../../src/protocol/secagg/messages.ts";
import { consenting, joinAll, newMaskedCohort, syncAll } from "../../support/masked-cohort.ts";
import { copyOf, people } from "../../support/masked-device.ts";

interface Shown {
  readonly state: string;
  readonly stage: string | null;
  readonly message: string | null;
}
const STAGES = ["keys", "nonces", "shares", "vectors", "signatures", "unmasking"];
const [VECTOR, SIGNED, UNMASK] = [7, 9, 11];

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

test("from a copy of any stage after its keys, a device says the same vector and shows the same shares, or nothing", async () => {
  const { cohort, shown, said, copies } = await recorded();
  for (let from = 1; from < STAGES.length; from++) {
    const again = await shownAgain(cohort, await copyOf(copies[from] as DeviceStore), shown, from);
    expect(again.length, `from ${STAGES[from]}`).toBeGreaterThan(0);
    for (const kind of [VECTOR, SIGNED, UNMASK])
      for (const message of ofKind(again, kind)) expect([message]).toEqual(ofKind(said, kind));
  }
  // From before its keys it makes others, which nobody else has signed anything about.
  const fresh = await shownAgain(cohort, await copyOf(copies[0] as DeviceStore), shown, 0);
  expect(fresh.map(([kind]) => kind)).toEqual([1]);
});

test("told of other survivors than before, it reveals nothing about them", async () => {
  const { cohort, shown, said, copies } = await recorded();
  const list = SurvivorList.decode(fromBase64Url(shown[4] ?? ""));
  // One member fewer: the last.
  const survivors = Uint8Array.from(list.survivors);
  survivors[survivors.length - 1] = 0;
  const other = toBase64Url(SurvivorList.encode({ ...list, survivors }));
  const story = shown.map((message, i) => (i === 4 ? other : message));
  const again = await shownAgain(cohort, await copyOf(copies[4] as DeviceStore), story, 4);
  expect(again.map(([kind]) => kind)).toEqual([SIGNED]);
  expect(ofKind(again, SIGNED)).not.toEqual(ofKind(said, SIGNED));
  expect(Unmask.decode(said.at(-1) as Uint8Array).shares.length).toBeGreaterThan(0);
});
