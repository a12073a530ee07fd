import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { concat } from "../../../src/base/bytes.ts";
import { crc } from "../../../src/records/fit/decode.ts";
import { fit } from "../../../src/records/fit/index.ts";
import { collect, told } from "../collect.ts";
import { activity, fileId, LATITUDE, record, SERIAL, START, session, stamp } from "./messages.ts";
import { fitFile, type Message } from "./write.ts";

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

  test("that does not say how long it was is a session of no known length", async () => {
    const { kind, fields } = session();
    const bare = { kind, fields: fields.filter(([field]) => field !== 7 && field !== 8) };
    const found = await collect(fit, fitFile([fileId(4), bare, activity(2)]));
    expect([told(found, "exercise_sessions").length, told(found, "exercise")]).toEqual([1, []]);
    expect(found.skipped).toEqual({ empty: 1 });
    const timed = { kind, fields: fields.filter(([field]) => field !== 8) };
    expect(told(await collect(fit, fitFile([fileId(4), timed, activity(2)])), "exercise")).toHaveLength(1);
    const one = await collect(fit, fitFile([fileId(4), record(START, 90), activity(2)]));
    expect([told(one, "exercise_sessions").length, told(one, "exercise"), one.skipped]).toEqual([1, [], { empty: 1 }]);
  });

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
