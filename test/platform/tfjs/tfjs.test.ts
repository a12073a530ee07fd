import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { plainEngine } from "../../../src/learning/device/logistic.ts";
import { attendancePlan } from "../../../src/learning/plan/attendance.ts";
import { findTfjs } from "../../../src/platform/tfjs/backend.ts";
import { describeTfjs, loadTfjsEngine } from "../../../src/platform/tfjs/index.ts";

const missing = Object.assign(new Error("Cannot find package"), { code: "ERR_MODULE_NOT_FOUND" });
const broken = (cause: unknown) => async () => {
  throw cause;
};
const found = await findTfjs();
const engine = await loadTfjsEngine();
const length = attendancePlan({ metrics: ["visits", "steps", "sleep", "rhr", "moderate", "vigorous"] }).weights.length;

describe.skipIf(engine === undefined)(
  `the engine (${"tf" in found ? found.backend : `left out: ${found.reason}`})`,
  () => {
    const number = (most: number) => fc.double({ min: -most, max: most, noNaN: true });
    const row = fc.array(number(4), { minLength: length - 1, maxLength: length - 1 });
    const batch = fc.record({
      weights: fc.array(number(3), { minLength: length, maxLength: length }),
      cases: fc.array(fc.record({ row, label: fc.constantFrom(0, 1) }), { minLength: 1, maxLength: 40 }),
    });

    test("says what it runs on", async () => {
      expect(engine?.name).toBe(`tfjs-${(await describeTfjs()).backend}`);
      expect(await describeTfjs()).toEqual({ available: true, backend: expect.stringMatching(/^(cpu|tensorflow)$/) });
    });

    test("agrees with the plain engine to 1e-5", () => {
      fc.assert(
        fc.property(batch, ({ weights, cases }) => {
          const rows = cases.map((each) => each.row);
          const labels = cases.map((each) => each.label);
          const expected = plainEngine.logisticGradient(weights, rows, labels);
          const gradient = engine?.logisticGradient(weights, rows, labels) ?? [];
          expect(gradient).toHaveLength(length);
          for (const [j, x] of gradient.entries()) expect(Math.abs(x - (expected[j] as number))).toBeLessThan(1e-5);
        }),
        { numRuns: 300 },
      );
    });

    test("keeps no tensor", () => {
      if (!("tf" in found)) return;
      const before = found.tf.memory().numTensors;
      for (let i = 0; i < 50; i++) engine?.logisticGradient([1, 2, 3], [[i, 1]], [1]);
      expect(() => engine?.logisticGradient([1, 2, 3], [[1]], [1])).toThrow(
        expect.objectContaining({ code: "internal" }),
      );
      expect(found.tf.memory().numTensors).toBe(before);
    });

    test.each([
      ["no rows", [], []],
      ["a row too wide", [[1, 2, 3]], [1]],
      ["a label too few", [[1, 2]], []],
    ])("refuses %s", (_, rows, labels) => {
      expect(() => engine?.logisticGradient([0, 0, 0], rows, labels)).toThrow(
        expect.objectContaining({ code: "internal" }),
      );
    });

    test("prints nothing", async () => {
      const warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
      (await loadTfjsEngine())?.logisticGradient([0, 0], [[1]], [1]);
      expect(warn).not.toHaveBeenCalled();
      warn.mockRestore();
    });
  },
);

describe("where it is not installed", () => {
  test("there is no engine, and the reason names every package that was tried", async () => {
    const sources = [
      { name: "native", load: broken(new Error("the addon is not there\nand a long story")) },
      { name: "portable", load: broken(missing) },
    ];
    expect(await loadTfjsEngine(sources)).toBeUndefined();
    expect(await describeTfjs(sources)).toEqual({
      available: false,
      reason: "native: the addon is not there; portable: not installed",
    });
  });

  test("something that is no TensorFlow.js is none", async () => {
    for (const module of [{}, { default: {} }, undefined])
      expect((await describeTfjs([{ name: "other", load: async () => module }])).available).toBe(false);
  });

  test("a backend that does not start is passed over", async () => {
    const tf = { enableProdMode: () => undefined, setBackend: async () => false };
    expect(await describeTfjs([{ name: "portable", load: async () => tf, backend: "cpu" }])).toEqual({
      available: false,
      reason: "portable: no cpu backend",
    });
  });

  test("the first package that works is taken", async () => {
    const working = (backend: string) => ({
      enableProdMode: () => undefined,
      setBackend: async () => true,
      ready: async () => undefined,
      getBackend: () => backend,
    });
    const sources = [
      { name: "native", load: broken(missing) },
      { name: "portable", load: async () => ({ default: working("cpu") }), backend: "cpu" },
      { name: "never", load: broken(new Error("was asked")) },
    ];
    expect(await describeTfjs(sources)).toEqual({ available: true, backend: "cpu" });
  });
});
