// The benchmark of errors: what is promised is measured, and our side answers the very question whose truth is beside it.
import { describe, expect, test } from "vitest";
import { cases, quantile, rms } from "../../bench/utility/cases.ts";
import { groupsOf, type Person, planOf, release, sumsOf } from "../../bench/utility/ours.ts";
import { utilityBench } from "../../bench/utility.ts";
import { Random } from "../../src/simulate/random.ts";

test("every case has a floor at every size, with one noise and with two; and the Fitbit members have one", () => {
  const names = Object.keys(utilityBench.floors);
  for (const { name } of cases) {
    const own = names.filter((row) => row.startsWith(`${name}, n = `));
    expect(own).toHaveLength(6);
    for (const row of own)
      expect(utilityBench.floors[row]).toEqual({ of: "ratio", atMost: row.endsWith("one noise") ? 1.05 : 1.5 });
  }
  expect(names).toHaveLength(6 * cases.length + 1);
});

/** Ages of the public list, and values in a bell over the measure's range. */
function people(of: string, count: number): Person[] {
  const random = new Random(`people ${of}`);
  const bands = ["18-24", "25-34", "35-44", "45-54", "55-64", "65+"];
  const [middle, sd] = { rhr: [62, 8], sleep: [425, 50], visits: [2, 0.5], presence: [1, 0] }[of] as [number, number];
  return Array.from({ length: count }, (_, i) => ({
    value: of === "presence" ? 1 : Math.max(0, random.normal(middle, sd)),
    profile: { ageBand: bands[i % bands.length] as string },
  }));
}

describe("our side", () => {
  test.each(cases.map((one) => [one.name, one] as const))("%s: its errors are those of its noise", (_, one) => {
    const plan = planOf(one.sql, 1200);
    const members = people(one.of, 1200);
    const sums = sumsOf(plan, members);
    const truth = one.truth(plan, members);
    const errors = release(plan, sums, 2, 60).map((run) => {
      expect(run).toHaveLength(truth.length);
      return rms(run.map((value, i) => value - (truth[i] as number)));
    });
    // Of quartiles nothing so simple is known as a floor: a minute is their scale here.
    const scale = one.floor(plan, members) ?? 1;
    expect(rms(errors)).toBeGreaterThan(0.3 * scale);
    expect(rms(errors)).toBeLessThan(3.5 * scale);
  });

  test("groups are the plan's own", () => {
    const plan = planOf("SELECT AVG(rhr) FROM member_week GROUP BY age_band WITH (epsilon = 1)", 60);
    const groups = groupsOf(plan, people("rhr", 60));
    expect(groups.map(({ length }) => length)).toEqual([10, 10, 10, 10, 10, 10]);
    expect(groups[0]?.every(({ profile }) => profile.ageBand === "18-24")).toBe(true);
  });
});

test("the middle value of few", () => {
  expect(quantile([3, 1, 2], 0.5)).toBe(2);
  expect(quantile([4, 1, 2, 3], 0.5)).toBe(2.5);
  expect(quantile([7], 0.25)).toBe(7);
});
