import { describe, expect, test } from "vitest";
import { toBase64Url, toHex, utf8 } from "../../src/base/bytes.ts";
import { memoryDeviceStore } from "../../src/platform/device-memory.ts";
import { acceptedIds } from "../storage/row-samples.ts";
import { newCluster } from "../support/cluster.ts";
import { smallQuestion, steadyMember } from "../support/questions.ts";

/** Where the bytes of `needle` lie in `hay`. */
const contains = (hay: Uint8Array, needle: Uint8Array) =>
  Buffer.from(hay.buffer, hay.byteOffset, hay.byteLength).includes(Buffer.from(needle));

/** A number in every form that could leak: IEEE doubles of both orders, decimal text. */
function formsOf(value: number): Uint8Array[] {
  const view = new DataView(new ArrayBuffer(16));
  view.setFloat64(0, value);
  view.setFloat64(8, value, true);
  return [new Uint8Array(view.buffer, 0, 8), new Uint8Array(view.buffer, 8, 8), utf8(String(value))];
}

/** A text as itself, in base64url at each of the three alignments, and in hex. */
function textForms(text: string): Uint8Array[] {
  const bytes = utf8(text);
  const aligned = [0, 1, 2].map((shift) =>
    toBase64Url(Uint8Array.from([...new Uint8Array(shift), ...bytes])).slice(shift === 0 ? 0 : 4, -2),
  );
  return [bytes, ...aligned.map(utf8), utf8(toHex(bytes))];
}

/** Every byte string and text in a value, however deep. */
function* blobs(value: unknown): Generator<Uint8Array> {
  if (value instanceof Uint8Array) yield value;
  else if (typeof value === "string") yield utf8(value);
  else if (typeof value === "number") yield formsOf(value)[0] as Uint8Array;
  else if (typeof value === "object" && value !== null) for (const inner of Object.values(value)) yield* blobs(inner);
}

const heartRates = Array.from({ length: 6 }, (_, i) => 61.234_567_890_12 + i / 7);
const identifiers = Array.from({ length: 6 }, (_, i) => `canary-member-${i}-9f3b1c`);
const band = "canary-band-77aa";
const canaries = [...heartRates.flatMap(formsOf), ...identifiers.flatMap(textForms)];

async function run() {
  const cluster = newCluster();
  const { task } = await cluster.coordinator.ask({
    ...smallQuestion,
    groupBy: [{ attribute: "ageBand", values: ["18-24", "25-34"] }],
  });
  const deviceStores = [];
  for (const [i, value] of heartRates.entries()) {
    const store = memoryDeviceStore();
    const member = steadyMember(value, identifiers[i]);
    const profile = { ageBand: i === 5 ? band : "25-34", site: identifiers[i] as string };
    const client = cluster.client({ ...member, profile }, { store });
    await client.consent.grant("service-improvement");
    await client.sync();
    deviceStores.push(store);
  }
  const id = (await cluster.coordinatorStore.transaction((rows) => rows.tasks()))[0]?.id as Uint8Array;
  const contents = async () => {
    const found: Uint8Array[] = [];
    for (const store of [cluster.coordinatorStore, cluster.helperStore])
      await store.transaction(async (rows) => {
        const accepted = await Promise.all((await acceptedIds(rows, id)).map((one) => rows.report(id, one)));
        const pending = await rows.pendingReports(id, 100);
        found.push(
          ...blobs([
            await rows.tasks(),
            accepted,
            pending,
            await rows.jobs(id),
            await rows.batch(id),
            await rows.queryOfTask(id),
            await rows.events(),
            await rows.leaves(),
          ]),
        );
      });
    return found;
  };
  const before = await contents();
  const release = await cluster.coordinator.collect(id);
  return { cluster, task, before, after: await contents(), release, deviceStores };
}

describe("nothing of a member's values or names", () => {
  test("is in what crossed the wire, in either store before or after, in the release, or on the device's own disk", async () => {
    const { cluster, before, after, release, deviceStores } = await run();
    const wire = cluster.traffic.flatMap(({ url, request, response }) => [utf8(url), request, response]);
    const disks: Uint8Array[] = [];
    for (const store of deviceStores)
      for (const key of await store.keys("")) disks.push(utf8(key), (await store.get(key)) ?? new Uint8Array(0));
    const places = { wire, before, after, release: [release], disks };
    for (const [place, found] of Object.entries(places)) {
      expect(found.length, place).toBeGreaterThan(0);
      for (const blob of found)
        for (const canary of [...canaries, utf8(band)])
          if (contains(blob, canary)) throw new Error(`a canary lies in ${place}`);
    }
    expect(wire.reduce((sum, { length }) => sum + length, 0)).toBeGreaterThan(5000);
    expect(before.length).toBeGreaterThan(20);
  });

  test("and the search would find one in any form", () => {
    const [rate] = heartRates as [number];
    for (const form of formsOf(rate)) {
      expect(form.length).toBeGreaterThanOrEqual(8);
      expect(contains(Uint8Array.from([1, 2, ...form, 3]), form)).toBe(true);
    }
    const [name] = identifiers as [string];
    for (let shift = 0; shift < 3; shift++) {
      const text = utf8(toBase64Url(Uint8Array.from([...new Uint8Array(shift).fill(0xaa), ...utf8(name), 0xbb, 0xcc])));
      expect(
        textForms(name).some((form) => contains(text, form)),
        `alignment ${shift}`,
      ).toBe(true);
    }
    expect([...blobs({ a: [{ b: utf8(name) }] })].some((blob) => contains(blob, utf8(name)))).toBe(true);
  });
});
