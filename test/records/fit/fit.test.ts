import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { concat } from "../../../src/base/bytes.ts";
import { crc } from "../../../src/records/fit/decode.ts";
import { fit } from "../../../src/records/fit/index.ts";
import { collect, told } from "../collect.ts";
import { type Field, fitFile, fitTime, type Message } from "./write.ts";

const SERIAL = 0xdeadbeef;
const LATITUDE = 456_099_128;
const START = fitTime("2026-04-13T06:00:00Z");
const stamp = (time: number): Field => [253, "uint32", time];
const fileId = (type: number): Message => ({
  kind: 0,
  fields: [
    [3, "uint32z", SERIAL],
    [4, "uint32", START],
    [1, "uint16", 1],
    [2, "uint16", 2697],
    [0, "enum", type],
  ],
});
const record = (time: number, rate: number, more: Partial<Message> = {}): Message => ({
  kind: 20,
  fields: [stamp(time), [0, "sint32", LATITUDE], [1, "sint32", -LATITUDE], [3, "uint8", rate]],
  ...more,
});
const session = (sport = 1, more: readonly Field[] = []): Message => ({
  kind: 18,
  fields: [
    stamp(START + 1900),
    [2, "uint32", START],
    [5, "enum", sport],
    [7, "uint32", 1_860_000],
    [8, "uint32", 1_800_000],
    [9, "uint32", 512_345],
    [17, "uint8", 171],
    ...more,
  ],
});
const activity = (offsetHours: number): Message => ({
  kind: 34,
  fields: [stamp(START + 1900), [5, "uint32", START + 1900 + offsetHours * 3600]],
});

describe("an activity", () => {
  const messages = [fileId(4), record(START, 90), record(START + 1, 172), session(), activity(2)];

  test("is a session with its minutes, its distance on foot and its highest heart rate, in the member's time", async () => {
    const found = await collect(fit, fitFile(messages));
    expect(told(found, "exercise_sessions")).toEqual(["2026-04-13T08:00:00=1"]);
    expect(told(found, "exercise")).toEqual(["2026-04-13T08:00:00…08:31:00=30"]);
    expect(told(found, "distance")).toEqual(["2026-04-13T08:00:00…08:31:00=5123.45"]);
    expect(told(found, "hr_max")).toEqual(["2026-04-13T08:00:00=171", "2026-04-13T08:00:01=172"]);
    expect(found.samples.every(({ when }) => when.kind === "span" && when.zone.from === "file")).toBe(true);
    expect(found.notes).toEqual([]);
  });

  test("says nothing of a day's mean heart rate, and a ride is no distance on foot", async () => {
    const found = await collect(fit, fitFile([fileId(4), record(START, 150), session(2), activity(2)]));
    expect(new Set(found.samples.map(({ metric }) => metric))).toEqual(
      new Set(["exercise_sessions", "exercise", "hr_max"]),
    );
  });

  test("of three sports has two sessions: the transition is none", async () => {
    const found = await collect(fit, fitFile([fileId(4), session(5), session(3), session(2)]));
    expect(told(found, "exercise_sessions")).toHaveLength(2);
    expect(told(found, "exercise")).toHaveLength(3);
  });

  test.each([12, 14] as const)(
    "reads the same with a header of %i bytes, big-endian, with developer fields",
    async (header) => {
      const big = messages.map((message) => ({ ...message, big: true, developer: 5 }));
      const found = await collect(fit, fitFile(big, { header }));
      const plain = await collect(fit, fitFile(messages));
      expect(found).toEqual(plain);
    },
  );

  test("whose session is missing lasts from its first record to its last", async () => {
    const found = await collect(fit, fitFile([fileId(4), record(START, 90), record(START + 600, 120), activity(2)]));
    expect(told(found, "exercise")).toEqual(["2026-04-13T08:00:00…08:10:00=10"]);
    expect(told(found, "exercise_sessions")).toEqual(["2026-04-13T08:00:00=1"]);
  });

  test.each([
    ["garbage", 0x0451_1111],
    ["one day too far", START + 1900 + 24 * 3600],
    ["none", 0xffffffff],
  ])("local time that is %s is not believed", async (_, local) => {
    const bytes = fitFile([fileId(4), session(), { kind: 34, fields: [stamp(START + 1900), [5, "uint32", local]] }]);
    const [assumed, told] = [await collect(fit, bytes), await collect(fit, bytes, { offsetAt: () => -300 })];
    expect(assumed.samples[0]?.when).toMatchObject({ zone: { offsetMinutes: 0, from: "assumed" } });
    expect(told.samples[0]?.when).toMatchObject({ zone: { offsetMinutes: -300, from: "device" } });
  });

  test("a clock some seconds off is in the next quarter of an hour's zone", async () => {
    const off: Message = { kind: 34, fields: [stamp(START), [5, "uint32", START + 20_700 - 42]] };
    const found = await collect(fit, fitFile([fileId(4), session(), off]));
    expect(found.samples[0]?.when).toMatchObject({ zone: { offsetMinutes: 345, from: "file" } });
  });

  test("compressed timestamps run over every 32 seconds", async () => {
    const base = Math.ceil(START / 32) * 32 + 30;
    const compressed = (offset: number, rate: number): Message => ({ kind: 20, fields: [[3, "uint8", rate]], offset });
    const found = await collect(fit, fitFile([fileId(4), record(base, 90), compressed(31, 91), compressed(1, 99)]));
    expect(told(found, "hr_max")[0]).toBe(`${new Date((base + 3 + 631_065_600) * 1000).toISOString().slice(0, 19)}=99`);
    expect(told(found, "exercise")).toEqual([expect.stringContaining("=0.05")]);
  });
});

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

describe("damage", () => {
  const whole = fitFile([fileId(4), record(START, 90), record(START + 60, 120), session(), activity(2)]);

  test("chained files are all read", async () => {
    const found = await collect(fit, concat(whole, whole));
    expect(told(found, "exercise_sessions")).toHaveLength(2);
    expect(found.notes).toEqual([]);
  });

  test("cut anywhere, it gives what it holds and says that it was cut", async () => {
    const all = await collect(fit, whole);
    let gave = 0;
    for (let cut = 0; cut < whole.length; cut++) {
      const found = await collect(fit, whole.slice(0, cut));
      if (cut < 12) expect(found.refusal).toContain("not a FIT file");
      else expect(found.noted.truncated).toBe(1);
      for (const { metric } of found.samples) expect(all.samples.map((each) => each.metric)).toContain(metric);
      gave += found.samples.length > 0 ? 1 : 0;
    }
    expect(gave).toBeGreaterThan(50);
  });

  test("a wrong checksum is said, and a recording without its length is read", async () => {
    const flipped = whole.slice();
    flipped[flipped.length - 1] = (flipped.at(-1) as number) ^ 1;
    expect((await collect(fit, flipped)).noted).toEqual({ checksum: 1 });
    const unfinished = whole.slice(0, -2);
    unfinished.fill(0, 4, 8);
    const found = await collect(fit, unfinished);
    expect(found.noted).toEqual({ truncated: 1 });
    expect(told(found, "exercise_sessions")).toHaveLength(1);
    expect((await collect(fit, concat(whole, new Uint8Array(40)))).noted).toEqual({ damaged: 1 });
  });

  test("any bytes behind a header, and any flipped bits, end without a crash and tell nothing private", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), async (body) => {
        const bytes = concat(
          Uint8Array.from([12, 16, 0, 0, body.length, body.length >> 8, 0, 0, 0x2e, 0x46, 0x49, 0x54]),
          body,
        );
        const found = await collect(fit, bytes);
        expect(found.samples.every(({ value }) => Number.isFinite(value))).toBe(true);
      }),
      { numRuns: 1000, seed: 1 },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(whole.length * 8 - 1), { minLength: 1, maxLength: 4 }), async (bits) => {
        const bytes = whole.slice();
        for (const bit of bits) bytes[bit >> 3] = (bytes[bit >> 3] as number) ^ (1 << (bit & 7));
        const found = await collect(fit, bytes);
        expect(found.samples.every(({ value }) => Number.isFinite(value))).toBe(true);
      }),
      { numRuns: 1000, seed: 2 },
    );
  });

  test("positions and serial numbers are in nothing that is said", async () => {
    const said = JSON.stringify(await collect(fit, whole));
    for (const canary of [SERIAL, LATITUDE, -LATITUDE]) expect(said).not.toContain(String(canary));
  });
});

test("the checksum is that of the published example", () => {
  // CRC-16/ARC of "123456789", the check value of the catalogue of parametrised CRC algorithms.
  expect(crc(new TextEncoder().encode("123456789"), 0, 9)).toBe(0xbb3d);
});

test("is known by its header alone", () => {
  expect(fit.recognises(fitFile([fileId(4)]), "export.bin")).toBe(true);
  for (const text of [
    "",
    "PK\u0003\u0004",
    "<?xml",
    "date,steps\n",
    "\u000e\u0010\u0000\u0000\u0000\u0000\u0000\u0000.GIF",
  ])
    expect(fit.recognises(new TextEncoder().encode(text), "x.fit")).toBe(false);
});
