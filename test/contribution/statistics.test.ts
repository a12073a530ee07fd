import { expect, test } from "vitest";
import { encodeStatistics, memberValues, nullStatistics } from "../../src/contribution/statistics.ts";
import { describeProduct } from "../../src/task/describe.ts";
import type { ProductEncoder } from "../../src/task/encoders/product.ts";
import type { StatisticsSource } from "../../src/task/statistics.ts";

const source: StatisticsSource = {
  kind: "statistics",
  values: [
    { kind: "mean", expression: { metric: "rhr" }, times: 1, daysMin: 2 },
    { kind: "attribute", attribute: "plan" },
    { kind: "presence" },
  ],
  where: [{ attribute: "site", values: ["north", "south"] }],
  answers: [
    { statistic: "mean", part: 0 },
    { statistic: "top", part: 1, limit: 2 },
    { statistic: "count", part: 2 },
  ],
};
const encoder: ProductEncoder = {
  kind: "product",
  groups: [{ attribute: "ageBand", values: ["18-24", "25-34"] }],
  parts: [
    { kind: "histogram", value: 0, edges: [40, 60, 80], weight: 1, fanout: null },
    { kind: "category", value: 1, values: ["basic", "plus"], weight: 2 },
    { kind: "histogram", value: 2, edges: [0, 2], weight: 1, fanout: null },
  ],
};
const window = { start: 0, end: 10 };
const days = [
  { day: 1, values: { rhr: 50 } },
  { day: 2, values: { rhr: 60 } },
  { day: 12, values: { rhr: 100 } },
];
const profile = { ageBand: "25-34", site: "south", plan: "plus" };

test("values are means over the window, attributes and presence", () => {
  expect(memberValues({ days, profile }, source, window)).toEqual([55, "plus", 1]);
  expect(memberValues({ days: days.slice(1), profile: {} }, source, window)).toEqual([undefined, undefined, 1]);
});

test("events are added up over the window, and are missing where no day recorded any", () => {
  const asked = { values: [{ kind: "events", attribute: "visitHours" }] } as const;
  const on = (day: number, visitHours?: Record<string, number>) => ({
    day,
    values: {},
    ...(visitHours === undefined ? {} : { events: { visitHours } }),
  });
  const of = (...own: ReturnType<typeof on>[]) =>
    memberValues({ days: own, profile: {} }, { values: [...asked.values] }, window)[0];
  const odd = { "tue 07": Number.NaN, ["__proto__"]: 3, toString: 2 };
  expect(of(on(1, { "mon 18": 1 }), on(8, { "mon 18": 2, "tue 07": 1 }), on(12, { "sun 09": 9 }))).toEqual({
    "mon 18": 3,
    "tue 07": 1,
  });
  expect(of(on(1, {}), on(2))).toEqual({});
  expect(of(on(1), on(2), on(12, { "mon 18": 1 }))).toBeUndefined();
  expect(Object.keys(of(on(1, odd)) ?? {})).toEqual(["__proto__", "toString"]);
});

test("each part is filled in the member's own group", () => {
  const { vector, isNull } = encodeStatistics({ days, profile }, source, encoder, window);
  expect(isNull).toBe(false);
  expect(vector).toEqual([0, 0, 1, 0, 0, 0, 0, 1, 0, 1]);
});

test("a missing value leaves its part empty and the others as they are", () => {
  const { vector } = encodeStatistics({ days: [], profile }, source, encoder, window);
  expect(vector).toEqual([0, 0, 0, 0, 0, 0, 0, 1, 0, 1]);
});

test.each([
  ["outside the filter", { ...profile, site: "east" }],
  ["without the filter's attribute", { ageBand: "25-34" }],
  ["in no group", { ...profile, ageBand: "65+" }],
  ["with an inherited site", Object.assign(Object.create({ site: "south" }), { ageBand: "25-34" })],
])("%s a member says nothing", (_, who) => {
  const { vector, isNull } = encodeStatistics({ days, profile: who }, source, encoder, window);
  expect(isNull).toBe(true);
  expect(vector).toEqual(nullStatistics(encoder).vector);
});

test("what leaves is told in the device's own words", () => {
  expect(describeProduct(source, encoder)).toBe(
    "your average daily resting heart rate, as one of 2 ranges; your membership plan, as one of 2; that you take part; " +
      "with your age band; only where your home site is one of 2",
  );
});
