import { expect, test } from "vitest";
import { negacyclicForward, negacyclicInverse, negacyclicPlan } from "../../../src/math/fft/negacyclic.ts";

/** A fixed sequence of doubles in (-1, 1). */
function numbers(length: number, seed: number): Float64Array {
  let state = seed;
  return Float64Array.from({ length }, () => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return state / 1073741824 - 1;
  });
}

/** a·b modulo x^length + 1, by the definition. */
function product(a: Float64Array, b: Float64Array): Float64Array {
  const length = a.length;
  const result = new Float64Array(length);
  for (let i = 0; i < length; i++)
    for (let j = 0; j < length; j++) {
      const sign = i + j >= length ? -1 : 1;
      result[(i + j) % length] = (result[(i + j) % length] as number) + sign * (a[i] as number) * (b[j] as number);
    }
  return result;
}

test.each([4, 8, 16, 32, 64, 128, 512])(
  "products modulo x^2n + 1 with n = %i stay within the stated error",
  (points) => {
    const plan = negacyclicPlan(points);
    const [a, b] = [numbers(2 * points, 7), numbers(2 * points, 11)];
    const spectra = [a, b].map((vector) => {
      const [re, im] = [vector.slice(0, points), vector.slice(points)];
      negacyclicForward(plan, re, im);
      return { re, im };
    });
    const [x, y] = spectra as [(typeof spectra)[0], (typeof spectra)[0]];
    const re = x.re.map((r, i) => r * (y.re[i] as number) - (x.im[i] as number) * (y.im[i] as number));
    const im = x.re.map((r, i) => r * (y.im[i] as number) + (x.im[i] as number) * (y.re[i] as number));
    negacyclicInverse(plan, re, im);
    const sum = (v: Float64Array) => v.reduce((total, one) => total + Math.abs(one), 0);
    const allowed = 4 * plan.relativeError * sum(a) * sum(b);
    const exact = product(a, b);
    for (let i = 0; i < 2 * points; i++) {
      const found = i < points ? re[i] : im[i - points];
      expect(Math.abs((found as number) - (exact[i] as number))).toBeLessThan(allowed);
    }
  },
);

test("the inverse undoes the transform", () => {
  const plan = negacyclicPlan(1 << 14);
  const [re, im] = [numbers(1 << 14, 3), numbers(1 << 14, 5)];
  const [wasRe, wasIm] = [re.slice(), im.slice()];
  negacyclicForward(plan, re, im);
  negacyclicInverse(plan, re, im);
  const largest = re.reduce(
    (most, r, i) =>
      Math.max(most, Math.abs(r - (wasRe[i] as number)), Math.abs((im[i] as number) - (wasIm[i] as number))),
    0,
  );
  expect(largest).toBeLessThan(1e-14);
});

test("each point's value is that of the polynomial at one root of x^n = i", () => {
  const plan = negacyclicPlan(8);
  const a = numbers(16, 13);
  const [re, im] = [a.slice(0, 8), a.slice(8)];
  negacyclicForward(plan, re, im);
  const found = new Set<number>();
  for (let f = 0; f < 8; f++)
    for (let root = 0; root < 8; root++) {
      const angle = (2 * Math.PI * (root + 0.25)) / 8;
      let [r, i] = [0, 0];
      for (let k = 0; k < 8; k++) {
        const [c, s] = [Math.cos(k * angle), Math.sin(k * angle)];
        r += (a[k] as number) * c - (a[k + 8] as number) * s;
        i += (a[k] as number) * s + (a[k + 8] as number) * c;
      }
      if (Math.hypot(r - (re[f] as number), i - (im[f] as number)) < 1e-13) found.add(root);
    }
  expect(found.size).toBe(8);
});
