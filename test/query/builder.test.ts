// What must not compile stands behind @ts-expect-error: the type check fails where one of these becomes legal.
import { expect, test } from "vitest";
import { ask, count, daily, formula, mean, median, quantiles, share, top } from "../../src/query/builder.ts";

test("illegal combinations do not compile", () => {
  const two = ask(count()).groupBy("site").groupBy("ageBand");
  // @ts-expect-error a third key
  expect(() => two.groupBy("plan")).not.toThrow();
  const priced = ask(count()).epsilon(1);
  // @ts-expect-error a second budget
  expect(() => priced.rho("0.1")).not.toThrow();
  const timed = ask(count()).lastWeeks(4);
  // @ts-expect-error a second window
  expect(() => timed.lastDays(3)).not.toThrow();
  // @ts-expect-error nothing is asked
  expect(() => ask()).not.toThrow();
  // @ts-expect-error a metric that no registry has
  expect(mean("heartbeat")).toBeDefined();
  // @ts-expect-error an attribute is no metric
  expect(median("site")).toBeDefined();
  // @ts-expect-error a metric is no attribute
  expect(top("steps")).toBeDefined();
  // @ts-expect-error no threshold
  expect(() => share("steps", {})).not.toThrow();
  // @ts-expect-error no level
  expect(quantiles("steps")).toBeDefined();
  // @ts-expect-error a budget that is no number
  expect(() => ask(count()).epsilon("much")).not.toThrow();
});

test("steps never change what they came from", () => {
  const first = ask(mean(daily(formula("steps / 1000"))));
  const second = first.groupBy("site").epsilon(0.0000001);
  expect(first.draft()).toEqual({ select: [{ statistic: "mean", of: { formula: "steps / 1000", per: "day" } }] });
  expect(second.draft()).toMatchObject({ groupBy: [{ attribute: "site" }], privacy: { epsilon: "0.000000100" } });
});
