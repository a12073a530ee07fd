import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isPacelineError } from "../../../src/base/errors.ts";
import { statedUnit } from "../../../src/records/tables/looks.ts";
import { checkUnits, parseColumns, profileTargets, registryFor } from "../../../src/records/tables/mapping.ts";
import { builtIn, type Metric } from "../../../src/task/metrics.ts";

const refused = (text: string): string => {
  try {
    checkUnits(parseColumns(text), builtIn);
  } catch (error) {
    if (isPacelineError(error)) return `${error.code} ${error.message} ${error.hint}`;
    throw error;
  }
  return "read";
};
const one = (text: string) => [...parseColumns(`date=D,${text}`).metrics][0];

describe("a mapping", () => {
  test("names columns, units, rules and conditions", () => {
    expect(one("sleep=Sleep@s")).toEqual(["sleep", [{ name: "Sleep", where: [], unit: "s" }]]);
    expect(one("minutes=Minutes:sum")).toEqual(["minutes", [{ name: "Minutes", where: [], rule: "sum" }]]);
    expect(one("steps=value[type=StepCount|Steps]")).toEqual([
      "steps",
      [{ name: "value", where: [{ name: "type", is: ["StepCount", "Steps"] }] }],
    ]);
    expect(one('steps="Steps, total (a|b)"[kind="x"][src=]@count:max')).toEqual([
      "steps",
      [
        {
          name: "Steps, total (a|b)",
          where: [
            { name: "kind", is: ["x"] },
            { name: "src", is: [""] },
          ],
          unit: "count",
          rule: "max",
        },
      ],
    ]);
    expect(one('rhr=A|"B ""x"""|#3')).toEqual([
      "rhr",
      [
        { name: "A", where: [] },
        { name: 'B "x"', where: [] },
        { name: "#3", where: [] },
      ],
    ]);
    expect(one("weight=Weight [kg]")).toEqual(["weight", [{ name: "Weight [kg]", where: [] }]]);
    expect(one("sleep=Time: asleep")).toEqual(["sleep", [{ name: "Time: asleep", where: [] }]]);
  });
  test("separates targets of time and profile from metrics", () => {
    const mapping = parseColumns("member=Id,start=From,end=To,zone=Tz,sleep=S,band=Age,site=Gym");
    expect([mapping.member, mapping.start, mapping.end, mapping.zone].map((each) => each?.[0]?.name)).toEqual([
      "Id",
      "From",
      "To",
      "Tz",
    ]);
    expect([...mapping.metrics.keys()]).toEqual(["sleep"]);
    expect([...mapping.profile.keys()]).toEqual(["ageBand", "site"]);
    expect(parseColumns("member=Id,band=Age").date).toBeUndefined();
    expect([...profileTargets.values()].every((id) => builtIn.attribute(id) !== undefined)).toBe(true);
  });
  test("puts its rules before the registry's, counts as sums, and makes a metric of an id with a rule", () => {
    const seen = registryFor(parseColumns("date=D,visits=D:count,rhr=R:mean,steps=S,minutes=M:sum"), builtIn);
    expect(["visits", "rhr", "steps", "minutes"].map((id) => seen.metric(id)?.rule)).toEqual([
      "sum",
      "mean",
      "sum",
      "sum",
    ]);
    expect(seen.metric("rhr")).toMatchObject({ unit: "/min", plausible: { min: 25, max: 150 } });
    expect(seen.knows("minutes")).toBe(true);
    expect(builtIn.metric("rhr")?.rule).toBe("last");
    expect(registryFor(parseColumns("date=D,steps=S"), builtIn)).toBe(builtIn);
    expect(() => registryFor(parseColumns("date=D,minutes=M"), builtIn)).toThrow(/minutes is no metric/);
    expect(() => registryFor(parseColumns("date=D,stepz=M"), builtIn)).toThrow(/did you mean steps\?/);
  });
  test.each([
    ["", /not target=Column/],
    ["date=D", /names no metric/],
    ["steps=S", /lacks date=/],
    ["date=D,Steps=S", /not the name of a metric/],
    ["date=D,constructor=S", /not the name of a metric/],
    ["date=D,steps=A,steps=B", /gives steps twice.*\|/],
    ["date=D,steps=", /names no column/],
    ["date=D,steps=A|", /names no column/],
    ["date=D@s,steps=A", /neither a unit nor a rule/],
    ['date=D,steps="A', /never closed/],
    ['date=D,steps="A"x', /goes on after/],
    ["date=D,steps=A:summ", /no rule.*sum, mean, last, max, count/],
    ['date=D,steps="A":daily', /no rule/],
    ["date=D,sleep=A@kg", /kg is no unit of sleep, which is in min/],
    ["date=D,minutes=A@s", /minutes is no metric/],
  ])("%s is refused", (text, why) => {
    expect(refused(text)).toMatch(why);
    expect(refused(text)).toMatch(/^invalid_argument/);
  });
  test("any text is read or refused", () => {
    const part = fc.constantFrom(
      "date=D",
      ",",
      "=",
      "|",
      '"',
      "[",
      "]",
      "@s",
      ":sum",
      ":",
      "@",
      "#1",
      "steps",
      "sleep=A",
      " ",
      "x",
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 14 }), (parts) => {
        const text = parts.join("");
        expect(refused(text)).toMatch(/^read$|^invalid_argument /);
      }),
      { numRuns: 1000 },
    );
  });
});

describe("units that names of columns state", () => {
  const metric = (id: string) => builtIn.metric(id) as Metric;
  test.each([
    ["weight", "Weight (lb)", "lb"],
    ["weight", "WeightKg", "kg"],
    ["weight", "weight_kg", "kg"],
    ["weight", "Weight, kg", "kg"],
    ["sleep", "Asleep (seconds)", "seconds"],
    ["sleep", "sleep_seconds", "seconds"],
    ["sleep", "Sleep duration (ms)", "ms"],
    ["sleep", "Hours [h]", "h"],
    ["distance", "Distance (km)", "km"],
    ["distance", "totalDistanceMeters", "meters"],
    ["body_fat", "Fat (%)", "%"],
    ["hrv_rmssd", "HRV (ms)", "ms"],
    ["sleep", "Sleep", undefined],
    ["sleep", "total_min", undefined],
    ["sleep", "Sleep (quality)", undefined],
    ["active_energy", "Energy burned (cal)", undefined],
    ["steps", "Steps (count)", "count"],
    ["weight", "", undefined],
  ])("%s: %s", (id, name, unit) => {
    expect(statedUnit(metric(id), name)).toBe(unit);
  });
});
