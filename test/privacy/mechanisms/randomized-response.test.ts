import { describe, expect, test } from "vitest";
import { account } from "../../../src/privacy/accounting/account.ts";
import { randomizedResponse, rational, toNumber } from "../../../src/privacy/index.ts";
import { respond } from "../../../src/privacy/samplers/response.ts";
import { contradiction, enumerateTree } from "../bit-tree.ts";
import { seededEntropy } from "../entropy.ts";
import { fraction, referencePresent, referenceResponses } from "../reference.ts";
import { hockeyStick, maxDivergence } from "./exact.ts";

test.each([
  [1n, 2n, 2],
  [2n, 3n, 3],
  [1n, 10n, 5],
  [1n, 1n, 4],
])("every path of the bit tree: uniform %i/%i, %i buckets", (num, den, buckets) => {
  const tree = enumerateTree((bits) => respond(bits, rational(num, den), buckets, 1), 2);
  const share = Number(num) / Number(den) / buckets;
  expect(contradiction(tree, (out) => (out === 1 ? 1 - share * (buckets - 1) : share))).toBeLessThan(1e-13);
  expect(tree.open).toBeLessThan(0.01);
});

describe.each(["replace-one", "zero-out"] as const)("under %s", (neighbouring) => {
  test.each([
    [1n, 2n, 2],
    [2n, 3n, 3],
    [1n, 10n, 5],
    [9n, 10n, 50],
    [1n, 10n ** 30n, 2],
    [1n, 1n, 4],
  ])(
    "uniform %i/%i, %i buckets: the loss of every pair is at most the claim, and the worst reaches it",
    (num, den, buckets) => {
      const mechanism = randomizedResponse({ buckets, neighbouring, uniform: rational(num, den) });
      const [truth, other] = [toNumber(mechanism.truth), toNumber(mechanism.other)];
      const of = (value: number) => Array.from({ length: buckets }, (_, i) => (i === value ? truth : other));
      const against = neighbouring === "replace-one" ? of(1) : of(0).map(() => 1 / buckets);
      const pairs = [
        [of(0), against],
        [against, of(0)],
      ] as const;
      const worst = Math.max(...pairs.map(([p, q]) => maxDivergence(p, q)));
      expect(worst).toBeLessThanOrEqual(mechanism.epsilon + 1e-14 * worst);
      expect(worst).toBeGreaterThanOrEqual(mechanism.epsilon * (1 - 1e-13));
      const plan = { event: mechanism.event, neighbouring };
      expect(account(plan, { delta: 0 }, {}).upper).toBeGreaterThanOrEqual(worst * (1 - 1e-15));
      expect(account(plan, { delta: 0 }, {}).upper).toBeLessThanOrEqual(worst * (1 + 1e-9) + 1e-12);
      const delta = Math.max(...pairs.map(([p, q]) => hockeyStick(p, q, worst / 2)));
      expect(account(plan, { epsilon: worst / 2 }, {}).upper).toBeGreaterThanOrEqual(delta * (1 - 1e-12));
    },
  );

  test.each([
    [1n, 1000n, 2],
    [1n, 2n, 7],
    [3n, 1n, 2],
    [2n, 1n, 1000],
    [32n, 1n, 2 ** 31],
  ])("a wanted epsilon %i/%i with %i buckets is kept and nearly used up", (num, den, buckets) => {
    const epsilon = rational(num, den);
    const mechanism = randomizedResponse({ buckets, neighbouring, epsilon });
    expect(mechanism.epsilon).toBeLessThanOrEqual(toNumber(epsilon) * (1 + 1e-14));
    expect(mechanism.epsilon).toBeGreaterThan(toNumber(epsilon) * (1 - 1e-9));
  });
});

test.skipIf(!referencePresent)("the reference's probabilities", () => {
  for (const one of referenceResponses()) {
    const mechanism = randomizedResponse({
      buckets: one.k,
      neighbouring: "replace-one",
      epsilon: rational(...fraction(one.epsilon)),
    });
    expect(Math.abs(toNumber(mechanism.truth) / Number(one.p_true) - 1)).toBeLessThan(1e-12);
    expect(Math.abs(toNumber(mechanism.other) / Number(one.q_each_other) - 1)).toBeLessThan(1e-12);
  }
});

test("only a null contribution under zero-out has no value, and what does not fit is refused", () => {
  const zeroOut = randomizedResponse({ buckets: 3, neighbouring: "zero-out", uniform: rational(1n, 10n) });
  const entropy = seededEntropy("null");
  const seen = new Set(Array.from({ length: 100 }, () => zeroOut.respond(entropy, undefined)));
  expect([...seen].sort()).toEqual([0, 1, 2]);
  const replaceOne = randomizedResponse({ buckets: 3, neighbouring: "replace-one", uniform: rational(1n, 10n) });
  // @ts-expect-error under replace-one everyone has a value
  expect(() => replaceOne.respond(entropy, undefined)).toThrow(/between 0 and 2/);
  for (const value of [-1, 3, 0.5, Number.NaN])
    expect(() => zeroOut.respond(entropy, value)).toThrow(/between 0 and 2/);
  const make = (buckets: number, uniform: [bigint, bigint]) => () =>
    randomizedResponse({ buckets, neighbouring: "replace-one", uniform: rational(...uniform) });
  for (const buckets of [1, 2.5, Number.NaN, 2 ** 31 + 1])
    expect(make(buckets, [1n, 2n])).toThrow(/between 2 and 2147483648/);
  expect(make(2, [0n, 1n])).toThrow(/above 0 and at most 1/);
  expect(make(2, [3n, 2n])).toThrow(/above 0 and at most 1/);
  for (const epsilon of [rational(0n), rational(33n)])
    expect(() => randomizedResponse({ buckets: 2, neighbouring: "replace-one", epsilon })).toThrow(
      /above 0 and at most 32/,
    );
  expect(() =>
    // @ts-expect-error adding a record adds a report, which everyone sees
    randomizedResponse({ buckets: 2, neighbouring: "add-or-remove-one", uniform: rational(1n, 2n) }),
  ).toThrow(/replace-one and zero-out only/);
});

test.each(["replace-one", "zero-out"] as const)(
  "a loss too small for any grid is stated, and from above, under %s",
  (neighbouring) => {
    // truth/other = 1 + 2/(10^37 - 1) of two buckets; against the even report it is half as much.
    const { epsilon } = randomizedResponse({
      buckets: 2,
      neighbouring,
      uniform: rational(10n ** 37n - 1n, 10n ** 37n),
    });
    const exact = neighbouring === "replace-one" ? 2e-37 : 1e-37;
    expect(epsilon).toBeGreaterThan(exact);
    expect(epsilon).toBeLessThan(exact * (1 + 1e-14));
  },
);
