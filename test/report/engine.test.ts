// Which engine a report is made with follows from its task alone; whatever it is, the bytes are those of every other.
import { afterEach, expect, test, vi } from "vitest";
import { typescriptEngine } from "../../src/math/engine.ts";
import { type DeviceParameters, newDeviceSharder } from "../../src/protocol/vdaf/device-sharder.ts";
import { plainEngine } from "../../src/report/engine.ts";

const fast = "../../src/math/field/field128-arithmetic.ts";
const bytes = (length: number) => Uint8Array.from({ length }, (_, i) => (i * 167 + 13) % 256);
const histogram = (length: number): DeviceParameters => ({ type: "Prio3Histogram", length, chunkLength: 9 });

afterEach(() => {
  vi.doUnmock(fast);
  vi.resetModules();
});

function sharesOf(vdaf: DeviceParameters, engine: Awaited<ReturnType<typeof plainEngine>>) {
  const sharder = newDeviceSharder(vdaf, engine);
  return sharder.shard(bytes(3), vdaf.length - 1, bytes(16), bytes(sharder.randLength));
}

test.each([9, 512, 513, 1500])(
  "a histogram of %i buckets is shared as the services' engine shares it",
  async (length) => {
    const vdaf = histogram(length);
    expect(sharesOf(vdaf, await plainEngine(vdaf))).toEqual(sharesOf(vdaf, typescriptEngine()));
  },
);

test("what counts is how many elements there are, not how many values", async () => {
  const { dot } = (await import(fast)).field128Arithmetic;
  const isFast = async (vdaf: DeviceParameters) => (await plainEngine(vdaf)).field128.dot === dot;
  const sums = { type: "Prio3SumVec", chunkLength: 9, maxMeasurement: 255 } as const;
  expect(await isFast({ ...sums, length: 64 })).toBe(false);
  expect(await isFast({ ...sums, length: 65 })).toBe(true);
  expect(await isFast(histogram(512))).toBe(false);
  expect(await isFast(histogram(513))).toBe(true);
});

test("a long report is made all the same where the faster arithmetic does not load", async () => {
  const vdaf = histogram(600);
  const expected = sharesOf(vdaf, await plainEngine(vdaf));
  vi.resetModules();
  vi.doMock(fast, () => {
    throw new Error("Failed to fetch dynamically imported module");
  });
  const engine = await (await import("../../src/report/engine.ts")).plainEngine(vdaf);
  expect(sharesOf(vdaf, engine)).toEqual(expected);
});

test("parameters that no circuit takes are refused before anything is fetched", async () => {
  await expect(plainEngine(histogram(0))).rejects.toMatchObject({ code: "invalid_argument" });
  await expect(plainEngine({ ...histogram(2 ** 20 + 1) })).rejects.toMatchObject({ code: "invalid_argument" });
});
