// Parameters that other implementations of Prio3 take: bounds beyond 2^53, and chunks longer than the measurement.
import { expect, test } from "vitest";
import type { Prio3Parameters } from "../../../src/protocol/vdaf/parameters.ts";
import { sharedPrio3 } from "../../../src/protocol/vdaf/shared.ts";
import { engines } from "../../spec/engines.ts";
import { build, bytes, ctx, verifyReport } from "./support.ts";

const most = 2n ** 64n - 1n;
const field64Most = 2n ** 64n - 2n ** 32n;

test.each<[string, Prio3Parameters, readonly unknown[], unknown]>([
  ["Sum", { type: "Prio3Sum", maxMeasurement: 2n ** 53n }, [2n ** 53n, 0, 7, 1n], 2n ** 53n + 8n],
  ["Sum to the field's end", { type: "Prio3Sum", maxMeasurement: field64Most }, [2n ** 60n, 5], 2n ** 60n + 5n],
  [
    "SumVec",
    { type: "Prio3SumVec", length: 3, maxMeasurement: most, chunkLength: 14 },
    [
      [most, 0n, 1],
      [most, 2 ** 53 - 1, 2n ** 63n],
    ],
    [2n * most, 2n ** 53n - 1n, 2n ** 63n + 1n],
  ],
  ["a chunk of twice the histogram", { type: "Prio3Histogram", length: 3, chunkLength: 6 }, [0, 2, 2], [1n, 0n, 2n]],
  [
    "a chunk far beyond the vector",
    { type: "Prio3SumVec", length: 2, maxMeasurement: 7, chunkLength: 1000 },
    [
      [7, 0],
      [1, 5],
    ],
    [8n, 5n],
  ],
  [
    "a chunk beyond the choices",
    { type: "Prio3MultihotCountVec", length: 3, maxWeight: 2, chunkLength: 6 },
    [
      [1, 1, 0],
      [0, 1, 0],
    ],
    [1n, 2n, 0n],
  ],
])("%s: shared, verified and added up, alike on every engine", (_, parameters, measurements, sum) => {
  const sent = engines.map(({ make }) => {
    const prio3 = build(parameters, 2, make);
    const [leader, helper] = [prio3.newAggregate(), prio3.newAggregate()];
    const all: Uint8Array[] = [];
    for (const [i, measurement] of measurements.entries()) {
      const nonce = bytes(`nonce ${i}`, 16);
      const report = prio3.shard(ctx, measurement, nonce, bytes(`rand ${i}`, prio3.randLength));
      const [a, b] = verifyReport(prio3, nonce, report) as [Uint8Array, Uint8Array];
      prio3.accumulate(leader, a);
      prio3.accumulate(helper, b);
      all.push(report.publicShare, ...report.inputShares, a, b);
    }
    if (parameters.type === "Prio3Sum" && parameters.maxMeasurement === field64Most)
      expect(() => prio3.unshard([], 2)).toThrow();
    else
      expect(
        prio3.unshard([prio3.encodeAggregate(leader), prio3.encodeAggregate(helper)], measurements.length),
      ).toEqual(sum);
    return all;
  });
  for (const other of sent) expect(other).toEqual(sent[0]);
});

test("what is beyond a large bound is refused, and two large bounds are two circuits", () => {
  const parameters = { type: "Prio3Sum", maxMeasurement: 2n ** 53n } as const;
  const prio3 = sharedPrio3(parameters);
  const rand = bytes("rand", prio3.randLength);
  for (const wrong of [2n ** 53n + 1n, -1n, -1, 0.5, 2 ** 53 + 2, Number.NaN])
    expect(() => prio3.shard(ctx, wrong as never, bytes("nonce", 16), rand)).toThrow(
      expect.objectContaining({ code: "invalid_measurement" }),
    );
  expect(sharedPrio3({ ...parameters })).toBe(prio3);
  expect(sharedPrio3({ ...parameters, maxMeasurement: 2n ** 53n + 1n })).not.toBe(prio3);
});
