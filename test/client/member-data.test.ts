import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkDays } from "../../src/client/member-checks.ts";
import { newCluster } from "../support/cluster.ts";
import { lastDay, steadyMember } from "../support/questions.ts";
import { newRound } from "../support/rounds.ts";
import { device, uploadsOf } from "./harness.ts";

const good = { day: 20_481, values: { rhr: 60, sleep: 431.5 } };

describe("what days() gives is checked in full, and the entry that is wrong is named", () => {
  test.each<[string, unknown]>([
    ["days() must give an array, not null", null],
    ["days() must give an array, not an object", { 0: good }],
    ["days() must give an array, not a string", "[]"],
    ["days()[1] must be { day, values }, not undefined", [good, undefined]],
    ["days()[0] must be { day, values }, not an array", [[20_481, {}]]],
    ['days()[0] has a field "steps" that is none of day, values, events', [{ day: 1, steps: 9 }]],
    ["days()[0].events must be an object of attributes, not an array", [{ ...good, events: [] }]],
    [
      'days()[0].events.visitHour: there is no list of events "visitHour"; did you mean visitHours?',
      [{ ...good, events: { visitHour: {} } }],
    ],
    ['days()[0].events.site: there is no list of events "site"', [{ ...good, events: { site: { north: 1 } } }]],
    [
      "days()[0].events.visitHours must be an object of counts by value, not a string",
      [{ ...good, events: { visitHours: "mon 18" } }],
    ],
    [
      "days()[0].events.visitHours must hold whole numbers of 0 or more, not this",
      [{ ...good, events: { visitHours: { "mon 18": -1 } } }],
    ],
    [
      "days()[0].events.visitHours must hold whole numbers of 0 or more, not a string",
      [{ ...good, events: { visitHours: { "mon 18": "1" } } }],
    ],
    [
      "days()[0].events.visitHours must have at most 1000 values, not 1001",
      [{ ...good, events: { visitHours: Object.fromEntries(Array.from({ length: 1001 }, (_, i) => [`v${i}`, 1])) } }],
    ],
    ["days()[0].day must be a whole number of days since 1970-01-01, not a string", [{ ...good, day: "2026-01-28" }]],
    [
      "days()[0].day must be a whole number of days since 1970-01-01, not seconds or milliseconds",
      [{ ...good, day: 1_769_558_400_000 }],
    ],
    [
      "days()[0].day must be a whole number of days since 1970-01-01, not seconds or milliseconds",
      [{ ...good, day: 1_769_558_400 }],
    ],
    ["days()[0].day must be a whole number of days since 1970-01-01, not a fraction", [{ ...good, day: 20_481.5 }]],
    ["days()[0].day must be a whole number of days since 1970-01-01, not NaN", [{ ...good, day: Number.NaN }]],
    ["days()[0].day must be a whole number of days since 1970-01-01, not an object", [{ ...good, day: new Date() }]],
    ["days()[1].day is the same as that of days()[0]", [good, good]],
    ["days()[0].values must be an object of metrics, not undefined", [{ day: 1 }]],
    ['days()[0].values.rrh: there is no metric "rrh"; did you mean rhr?', [{ day: 1, values: { rrh: 60 } }]],
    [
      'days()[0].values.restingHeartRate: there is no metric "restingHeartRate"',
      [{ day: 1, values: { restingHeartRate: 60 } }],
    ],
    ["days()[0].values.rhr must be a finite number, not NaN", [{ day: 1, values: { rhr: Number.NaN } }]],
    ["days()[0].values.rhr must be a finite number, not infinite", [{ day: 1, values: { rhr: -1 / 0 } }]],
    ["days()[0].values.rhr must be a finite number, not a string", [{ day: 1, values: { rhr: "60" } }]],
    ["days()[0].values.rhr must be a finite number, not null", [{ day: 1, values: { rhr: null } }]],
    ["days()[0].values.rhr must be a finite number, not undefined", [{ day: 1, values: { rhr: undefined } }]],
  ])("%s", (message, given) => {
    expect(() => checkDays(given)).toThrow(expect.objectContaining({ code: "invalid_argument" }));
    expect(() => checkDays(given)).toThrow(message);
  });

  test("an operator's metric has a name that no table here knows", () => {
    expect(checkDays([{ day: 1, values: { mood: 3 }, events: { rooms: { pool: 2 } } }], true)).toHaveLength(1);
    expect(() => checkDays([{ day: 1, values: { mood: "3" } }], true)).toThrow("values.mood must be a finite number");
  });

  test("and holes of an array are no days", () => {
    expect(() => checkDays(new Array(2))).toThrow("days()[0] must be");
  });

  test("what is right comes back as a copy, in order", () => {
    const later = { day: 20_482, values: {}, events: { visitHours: { "tue 07": 1 }, supportTopics: {} } };
    const checked = checkDays([later, good]);
    expect(checked).toEqual([good, later]);
    expect(checked[0]).not.toBe(good);
  });

  test("whatever is given, it is either days or a typed error that holds no value of it", () => {
    const anything = fc.oneof(
      fc.anything(),
      fc.array(
        fc.record({ day: fc.anything(), values: fc.dictionary(fc.constantFrom("rhr", "sleep"), fc.anything()) }),
      ),
    );
    fc.assert(
      fc.property(anything, (given) => {
        try {
          for (const { day, values } of checkDays(given)) {
            expect(Number.isInteger(day)).toBe(true);
            for (const value of Object.values(values)) expect(Number.isFinite(value)).toBe(true);
          }
        } catch (error) {
          expect(error).toMatchObject({ code: "invalid_argument" });
        }
      }),
      { numRuns: 2000 },
    );
    expect(() => checkDays([{ day: 1, values: { rhr: "4711" } }])).not.toThrow("4711");
  });
});

describe("a sync", () => {
  test.each<[string, object]>([
    ["days()[0].values.rrh", { days: () => [{ day: lastDay, values: { rrh: 60 } }] }],
    ["profile().agebandd", { profile: () => ({ agebandd: "25-34" }) }],
    ["profile().ageBand must be a text of 1 to 40 characters, not a number", { profile: () => ({ ageBand: 30 }) }],
    ["profile() must give an object", { profile: () => undefined }],
  ])("with a wrong %s says so, and answers nothing for it", async (message, wrong) => {
    const cluster = newCluster();
    await newRound(cluster);
    const { client, wire, store } = device(cluster, steadyMember(62), wrong);
    await client.consent.grant("service-improvement");
    await expect(client.sync()).rejects.toThrow(message);
    expect([uploadsOf(wire), await client.ledger()]).toEqual([[], []]);
    // Mended, the same task is answered.
    const mended = device(cluster, steadyMember(62), { store });
    expect(await mended.client.sync()).toMatchObject([{ outcome: "sent", isNull: false }]);
  });
});
