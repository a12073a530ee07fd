import { expect, test } from "vitest";
import { composed, parseEvent, rhoOf } from "../../../src/privacy/accounting/events.ts";
import {
  addNoise,
  discreteGaussian,
  discreteLaplace,
  l1Sensitivity,
  l2SquaredSensitivity,
  mechanismFrom,
  rational,
} from "../../../src/privacy/index.ts";
import { seededEntropy } from "../entropy.ts";

const laplace = discreteLaplace({ epsilon: rational(1n, 2n), sensitivity: l1Sensitivity(2n) });
const gaussian = discreteGaussian({ rho: rational(1n, 3n), sensitivity: l2SquaredSensitivity(5n) });

test("a composition costs the sum of its parts, counts included", () => {
  const parts = [
    { event: laplace.event, count: 3n },
    { event: composed([{ event: gaussian.event, count: 7n }]), count: 2n },
  ];
  expect(rhoOf(composed(parts))).toBe(3n * laplace.rho + 14n * gaussian.rho);
  expect(rhoOf(parseEvent(JSON.parse(JSON.stringify(composed(parts)))))).toBe(rhoOf(composed(parts)));
});

test("what is not known is refused, never guessed", () => {
  const good = laplace.event;
  for (const bad of [
    null,
    "discrete-laplace",
    [],
    {},
    { ...good, mechanism: "laplace" },
    { ...good, neighbouring: "add-or-remove" },
    { ...good, unit: "upload" },
    { ...good, extra: 1 },
    { ...good, scale: "8/2" },
    { ...good, scale: "0" },
    { ...good, scale: 4 },
    { ...good, sensitivity: { norm: "l2-squared", bound: "2" } },
    { ...good, sensitivity: { norm: "l1", bound: "02" } },
    { ...good, sensitivity: { norm: "l1", bound: "0" } },
    { ...gaussian.event, sensitivity: { norm: "l1", bound: "2" } },
    { ...gaussian.event, sigmaSquared: "-1" },
    { mechanism: "composed", parts: [] },
    { mechanism: "composed", parts: [{ event: good }] },
    { mechanism: "composed", parts: [{ event: good, count: "0" }] },
    { mechanism: "composed", parts: [{ event: good, count: "9999999999" }] },
    { mechanism: "composed", parts: [{ event: { mechanism: "shuffle" }, count: "1" }] },
  ]) {
    expect(() => parseEvent(bad)).toThrow();
    expect(() => rhoOf(bad as typeof good)).toThrow();
  }
  let deep: unknown = good;
  for (let i = 0; i < 20; i++) deep = { mechanism: "composed", parts: [{ event: deep, count: "1" }] };
  expect(() => parseEvent(deep)).toThrow(/none that can be accounted for/);
});

test("an aggregator makes its mechanism from the event and noises its share", () => {
  const noise = mechanismFrom(gaussian.event).drawNoise(seededEntropy("share"), 4);
  expect(noise).toHaveLength(4);
  expect(addNoise([1n, 2n, 3n, 4n], noise, 2n ** 61n - 1n)).toHaveLength(4);
  expect(() => mechanismFrom({ mechanism: "none" } as never)).toThrow(/no mechanism/);
});
