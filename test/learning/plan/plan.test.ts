import { describe, expect, test } from "vitest";
import { decodePlan, encodePlan } from "../../../src/learning/plan/plan.ts";
import { feature, plan } from "../days.ts";

const refused = expect.objectContaining({ code: "manifest_refused" });
const good = plan();
const [first, second] = good.features as [ReturnType<typeof feature>, ReturnType<typeof feature>];

test("a plan survives the way through a manifest", () => {
  expect(decodePlan(encodePlan(good))).toEqual(good);
  expect(encodePlan(decodePlan(encodePlan(good)))).toBe(encodePlan(good));
});

test.each(["", "{", "null", "[]", "7", '"plan"'])("%j is no plan", (text) => {
  expect(() => decodePlan(text)).toThrow(refused);
});

describe("every field is needed, and nothing else is allowed", () => {
  const paths = (value: unknown, at: readonly (string | number)[] = []): (readonly (string | number)[])[] =>
    typeof value === "object" && value !== null
      ? Object.entries(value).flatMap(([key, inner]) => [[...at, key], ...paths(inner, [...at, key])])
      : [];
  const all = paths(good);
  const changed = (
    path: readonly (string | number)[],
    change: (holder: Record<string, unknown>, key: string) => void,
  ) => {
    const copy = structuredClone(good) as unknown as Record<string, unknown>;
    const holder = path.slice(0, -1).reduce((inner, key) => inner[key] as Record<string, unknown>, copy);
    change(holder, String(path.at(-1)));
    return JSON.stringify(copy);
  };

  test("the plan has the fields this test thinks it has", () => {
    expect(all.length).toBe(13 + 4 + 2 * 10 - 1 + 3 + 1);
  });

  test.each(all.filter((path) => Number.isNaN(Number(path.at(-1)))))("without %s %s %s %s", (...path) => {
    const text = changed(
      path.filter((key) => key !== undefined),
      (holder, key) => delete holder[key],
    );
    expect(() => decodePlan(text)).toThrow(refused);
  });

  test.each(all)("with another type at %s %s %s %s", (...path) => {
    for (const wrong of [null, true, {}, ["x"]]) {
      const text = changed(
        path.filter((key) => key !== undefined),
        (holder, key) => {
          holder[key] = wrong;
        },
      );
      expect(() => decodePlan(text), JSON.stringify(wrong)).toThrow(refused);
    }
  });

  test.each([
    ["the plan", JSON.stringify({ ...good, extra: 1 })],
    ["a feature", JSON.stringify({ ...good, features: [{ ...first, extra: 1 }, second] })],
    ["the label", JSON.stringify({ ...good, label: { ...good.label, extra: 1 } })],
    [
      "a feature's weeks",
      JSON.stringify({ ...good, features: [{ ...first, weeks: { from: 0, to: 1, by: 1 } }, second] }),
    ],
  ])("%s has no room for more", (_, text) => {
    expect(() => decodePlan(text)).toThrow(refused);
  });
});

describe("bounds", () => {
  const features = (change: object) => ({ features: [{ ...first, ...change }, second] });
  const label = (change: object) => ({ label: { ...good.label, ...change } });
  test.each([
    { version: 2 },
    { model: "linear" },
    { name: "" },
    { name: "Capital" },
    { name: "a".repeat(42) },
    { title: "" },
    { title: "x".repeat(121) },
    { features: [], weights: [0] },
    { features: Array.from({ length: 65 }, (_, i) => feature({ name: `f${i}` })), weights: new Array(66).fill(0) },
    features({ name: "9x" }),
    features({ name: "steps" }),
    features({ title: "" }),
    features({ title: "x".repeat(81) }),
    features({ metric: "blood_pressure" }),
    features({ metric: "__proto__" }),
    features({ of: "median" }),
    features({ weeks: { from: -1, to: 1 } }),
    features({ weeks: { from: 1, to: 1 } }),
    features({ weeks: { from: 3, to: 2 } }),
    features({ weeks: { from: 0, to: 53 } }),
    features({ weeks: { from: 0.5, to: 1 } }),
    features({ spread: 0 }),
    features({ spread: -1 }),
    label({ kind: "rises-above" }),
    label({ metric: "blood_pressure" }),
    label({ days: 6 }),
    label({ days: 91 }),
    label({ days: 28.5 }),
    label({ factor: 0 }),
    label({ factor: 1.01 }),
    { round: 0 },
    { round: 6 },
    { round: 1.5 },
    { rounds: 0 },
    { rounds: 1001 },
    { weights: [0, 0] },
    { weights: [0, 0, 0, 0] },
    { weights: [0, 0, 1e7] },
    { weights: [0, 0, -1e7] },
    { clip: 0 },
    { clip: 101 },
    { scale: 0 },
    { scale: 1e7 },
    { clip: 100, scale: 1e6 },
    { learningRate: 0 },
    { learningRate: 101 },
  ])("%o is refused", (change) => {
    expect(() => decodePlan(JSON.stringify({ ...good, ...change }))).toThrow(refused);
  });

  test("numbers beyond a double are refused", () => {
    for (const key of ["clip", "scale", "learningRate"] as const) {
      const text = encodePlan(good).replace(`"${key}":${good[key]}`, `"${key}":1e999`);
      expect(text).toContain("1e999");
      expect(() => decodePlan(text)).toThrow(refused);
    }
    expect(() => decodePlan(encodePlan(good).replace('"centre":8000', '"centre":1e999'))).toThrow(refused);
  });

  test("the limits themselves are taken", () => {
    const { weights: _, ...rest } = good;
    const many = Array.from({ length: 64 }, (_, i) => feature({ name: `f${i}`, weeks: { from: 51, to: 52 } }));
    const most = { ...rest, features: many, weights: new Array<number>(65).fill(1e6), rounds: 1000, round: 1000 };
    expect(decodePlan(JSON.stringify({ ...most, clip: 8, scale: 2 ** 20 - 48_576, learningRate: 100 }))).toBeDefined();
  });
});

test("a refusal names the field", () => {
  const text = JSON.stringify({ ...good, features: [first, { ...second, spread: 0 }] });
  expect(() => decodePlan(text)).toThrow(/features\.1\.spread/);
  expect(() => decodePlan("[]")).toThrow(/wrong fields/);
});
