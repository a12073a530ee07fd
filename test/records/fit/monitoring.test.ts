import { describe, expect, test } from "vitest";
import { fit } from "../../../src/records/fit/index.ts";
import { collect, told } from "../collect.ts";
import { fileId, START, stamp } from "./messages.ts";
import { type Field, fitFile, fitTime, type Message } from "./write.ts";

describe("all-day monitoring", () => {
  const monitoring = (fields: readonly Field[]): Message => ({ kind: 55, fields });
  const info: Message = { kind: 103, fields: [stamp(START), [0, "uint32", START - 4 * 3600]] };
  const counted = (time: number, type: number, cycles: number, distance: number, energy: number): Message =>
    monitoring([
      stamp(time),
      [5, "enum", type],
      [3, "uint32", cycles],
      [2, "uint32", distance],
      [19, "uint16", energy],
    ]);

  test("counters of a day are its highest, summed over walking and running; midnight's belong to the day that ends", async () => {
    const midnight = fitTime("2026-04-14T04:00:00Z");
    const found = await collect(
      fit,
      fitFile([
        fileId(32),
        info,
        counted(START, 6, 1000, 70_000, 40),
        counted(START + 60, 6, 4000, 300_000, 150),
        counted(START + 120, 1, 2500, 250_000, 200),
        counted(START + 180, 2, 900, 800_000, 90),
        counted(midnight, 6, 5000, 400_000, 170),
        counted(midnight + 60, 6, 12, 900, 1),
      ]),
    );
    expect(told(found, "steps")).toEqual(["2026-04-13=7500", "2026-04-14=12"]);
    expect(told(found, "distance")).toEqual(["2026-04-13=6500", "2026-04-14=9"]);
    expect(told(found, "active_energy")).toEqual(["2026-04-13=460", "2026-04-14=1"]);
    expect(found.samples.every(({ source }) => source.total === true && source.deviceClass === "watch")).toBe(true);
  });

  test("heart rates carry 16 bits of their time, which run over", async () => {
    const base = START - (START & 0xffff) + 0xfff0;
    const rate = (low: number, value: number) =>
      monitoring([
        [26, "uint16", low],
        [27, "uint8", value],
      ]);
    const found = await collect(
      fit,
      fitFile([
        fileId(32),
        info,
        monitoring([stamp(base), [27, "uint8", 60]]),
        rate(0xfffa, 61),
        rate(0x0010, 62),
        rate(0x0020, 63),
      ]),
    );
    const times = found.samples
      .filter(({ metric }) => metric === "hr_mean")
      .map(({ when, value }) => [when.kind === "span" ? when.start / 1000 - 631_065_600 - base : Number.NaN, value]);
    expect(times).toEqual([
      [0, 60],
      [10, 61],
      [32, 62],
      [48, 63],
    ]);
  });

  test("minutes of activity are of each message, and invalid ones are none", async () => {
    const minutes = (moderate: number, vigorous: number) =>
      monitoring([stamp(START), [33, "uint16", moderate], [34, "uint16", vigorous]]);
    const found = await collect(fit, fitFile([fileId(32), minutes(3, 1), minutes(0xffff, 2)]));
    expect(found.samples.map(({ metric, value }) => [metric, value])).toEqual([
      ["moderate", 3],
      ["vigorous", 1],
      ["vigorous", 2],
    ]);
  });

  test("stages of sleep last until the next; what was taken off ends none", async () => {
    const level = (minutes: number, stage: number): Message => ({
      kind: 275,
      fields: [stamp(START - 8 * 3600 + minutes * 60), [0, "enum", stage]],
    });
    const found = await collect(
      fit,
      fitFile([
        fileId(49),
        info,
        level(0, 1),
        level(15, 2),
        level(75, 3),
        level(165, 4),
        level(225, 2),
        level(285, 1),
        level(295, 0),
        level(300, 2),
        level(900, 1),
      ]),
    );
    expect(told(found, "sleep")).toEqual([
      "2026-04-12T18:15:00…19:15:00=60",
      "2026-04-12T19:15:00…20:45:00=90",
      "2026-04-12T20:45:00…21:45:00=60",
      "2026-04-12T21:45:00…22:45:00=60",
    ]);
    expect(told(found, "sleep_deep")).toEqual(["2026-04-12T19:15:00…20:45:00=90"]);
    expect(told(found, "sleep_rem")).toHaveLength(1);
    expect(told(found, "sleep_light")).toHaveLength(2);
    expect(found.skipped).toEqual({ damaged_record: 1 });
  });

  test("single readings come in their units", async () => {
    const messages: Message[] = [
      fileId(32),
      info,
      { kind: 211, fields: [stamp(START), [0, "uint8", 50], [1, "uint8", 48]] },
      {
        kind: 227,
        fields: [
          [1, "uint32", START],
          [0, "sint16", 33],
        ],
      },
      {
        kind: 227,
        fields: [
          [1, "uint32", START + 60],
          [0, "sint16", 0xfffe],
        ],
      },
      {
        kind: 229,
        fields: [
          [0, "uint32", START],
          [2, "uint16", 487],
        ],
      },
      { kind: 269, fields: [stamp(START), [0, "uint8", 96]] },
      { kind: 297, fields: [stamp(START), [0, "sint16", 1425]] },
      { kind: 369, fields: [stamp(START), [0, "uint8", 71]] },
      { kind: 370, fields: [stamp(START), [1, "uint16", 52 * 128]] },
      { kind: 371, fields: [stamp(START), [0, "uint16", 47 * 128]] },
      { kind: 398, fields: [stamp(START), [1, "float32", -0.25]] },
      { kind: 30, fields: [stamp(START), [0, "uint16", 7050], [1, "uint16", 2150], [13, "uint16", 231]] },
      { kind: 30, fields: [stamp(START), [0, "uint16", 0xfffe]] },
      {
        kind: 412,
        fields: [
          [0, "uint32", START],
          [1, "sint16", 60],
          [2, "uint32", START + 1800],
        ],
      },
    ];
    const found = await collect(fit, fitFile(messages));
    expect(
      Object.fromEntries(found.samples.map(({ metric, value, when }) => [`${metric} ${when.kind}`, value])),
    ).toEqual({
      "rhr span": 48,
      "stress span": 33,
      "vo2max span": 48.7,
      "spo2 span": 96,
      "resp_rate span": 14.25,
      "readiness span": 71,
      "hrv_rmssd day": 52,
      "hrv_rmssd span": 47,
      "skin_temp span": -0.25,
      "weight span": 70.5,
      "body_fat span": 21.5,
      "bmi span": 23.1,
      "naps span": 1,
    });
    expect(found.skipped).toEqual({ not_measured: 2 });
    expect(told(found, "naps")).toEqual(["2026-04-13T07:00:00=1"]);
  });
});
