// The sharder a device carries makes the shares that the whole of Prio3 makes, and refuses what that refuses.
import { describe, expect, test } from "vitest";
import { typescriptEngine } from "../../../src/math/engine.ts";
import {
  type DeviceMeasurement,
  type DeviceParameters,
  newDeviceSharder,
} from "../../../src/protocol/vdaf/device-sharder.ts";
import { newPrio3 } from "../../../src/protocol/vdaf/new-prio3.ts";
import { bytes, ctx } from "./support.ts";

const shard = (parameters: DeviceParameters, measurement: DeviceMeasurement) =>
  newDeviceSharder(parameters, typescriptEngine()).shard(ctx, measurement, bytes("nonce", 16), bytes("rand", 128));

test.each<[DeviceParameters, DeviceMeasurement]>([
  [{ type: "Prio3Histogram", length: 10, chunkLength: 3 }, 9],
  [{ type: "Prio3SumVec", length: 5, maxMeasurement: 100, chunkLength: 6 }, [0, 100, 1, 99, 50]],
  [{ type: "Prio3MultihotCountVec", length: 9, maxWeight: 3, chunkLength: 4 }, [0, 1, 0, 0, 1, 0, 0, 0, 1]],
  [{ type: "Prio3L1BoundSum", length: 4, maxValue: 100, chunkLength: 6 }, [0, 99, 1, 0]],
])("%o: the same shares", (parameters, measurement) => {
  const prio3 = newPrio3(parameters) as unknown as { shard: ReturnType<typeof newDeviceSharder>["shard"] };
  expect(shard(parameters, measurement)).toEqual(prio3.shard(ctx, measurement, bytes("nonce", 16), bytes("rand", 128)));
});

describe("refuses", () => {
  const good = { type: "Prio3SumVec", length: 5, maxMeasurement: 100, chunkLength: 6 } as const;
  test.each([
    { length: 0 },
    { length: 1.5 },
    { length: 2 ** 20 },
    { maxMeasurement: 0 },
    { maxMeasurement: 2 ** 53 },
    { maxMeasurement: Number.NaN },
    { chunkLength: 0 },
    { chunkLength: 36 },
  ])("%o", (wrong) => {
    expect(() => shard({ ...good, ...wrong }, [0, 0, 0, 0, 0])).toThrow(
      expect.objectContaining({ code: "invalid_argument" }),
    );
  });

  test.each<[DeviceParameters, DeviceMeasurement]>([
    [{ type: "Prio3MultihotCountVec", length: 3, maxWeight: 4, chunkLength: 2 }, [0, 0, 0]],
    [{ type: "Prio3MultihotCountVec", length: 3, maxWeight: 2, chunkLength: 0 }, [0, 0, 0]],
    [{ type: "Prio3L1BoundSum", length: 3, maxValue: 0, chunkLength: 1 }, [0, 0, 0]],
  ])("%o, as the whole of Prio3 does", (parameters, measurement) => {
    const wrong = expect.objectContaining({ code: "invalid_argument" });
    expect(() => newPrio3(parameters)).toThrow(wrong);
    expect(() => shard(parameters, measurement)).toThrow(wrong);
  });

  // Other parties' tasks may have them; no planner of ours makes one, and on a phone they would only cost.
  test.each<[DeviceParameters, DeviceMeasurement]>([
    [{ type: "Prio3MultihotCountVec", length: 3, maxWeight: 2, chunkLength: 6 }, [0, 0, 0]],
    [{ type: "Prio3L1BoundSum", length: 3, maxValue: 3, chunkLength: 9 }, [0, 0, 0]],
  ])("%o, a chunk longer than the measurement, which services take", (parameters, measurement) => {
    expect(() => newPrio3(parameters)).not.toThrow();
    expect(() => shard(parameters, measurement)).toThrow(expect.objectContaining({ code: "invalid_argument" }));
  });

  test("another circuit, for which a device has no code", () => {
    const count = { type: "Prio3Count" } as unknown as DeviceParameters;
    expect(() => shard(count, 1)).toThrow(expect.objectContaining({ code: "unsupported" }));
  });

  test("a measurement of the other circuit", () => {
    for (const wrong of [[1], 101, [0, 0, 0, 0, 101]])
      expect(() => shard(good, wrong)).toThrow(expect.objectContaining({ code: "invalid_measurement" }));
  });
});
