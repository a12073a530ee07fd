// Both engines give the same bytes for the same input, in every type; and neither makes vectors once an instance is made.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toHex } from "../../../src/base/bytes.ts";
import type { Engine } from "../../../src/math/engine.ts";
import type { Field } from "../../../src/math/field/field.ts";
import { engines } from "../../spec/engines.ts";
import { newHigherDegree } from "../../spec/higher-degree.ts";
import { type AnyPrio3, build, bytes, ctx, everywhere, examples, verifyReport } from "./support.ts";

/** All bytes of one report, from its shares to the output shares. */
function transcript(prio3: AnyPrio3, measurement: unknown, seed: number): string[] {
  const nonce = bytes(`nonce ${seed}`, 16);
  const report = prio3.shard(ctx, measurement, nonce, bytes(`rand ${seed}`, prio3.randLength));
  const seen: string[] = [];
  const outputs = verifyReport(prio3, nonce, report, (name, message) => {
    seen.push(`${name} ${toHex(message)}`);
    return message;
  });
  return [...seen, ...outputs.map(toHex)];
}

test.each(examples)("$parameters.type: the same bytes on every engine", ({ parameters, measurement }) => {
  for (const shares of [2, 3]) {
    const [first, ...others] = engines.map(({ make }) => build(parameters, shares, make)) as [AnyPrio3, AnyPrio3];
    fc.assert(
      fc.property(measurement, fc.nat(), (m, seed) => {
        const wanted = transcript(first, m, seed);
        for (const other of others) expect(transcript(other, m, seed)).toEqual(wanted);
      }),
      { numRuns: 10 },
    );
  }
});

test("gadgets of any degree: the same bytes on every engine", () => {
  for (const [degree, length] of [
    [1, 3],
    [2, 5],
    [3, 7],
    [4, 8],
    [9, 7],
  ] as const) {
    const made = engines.map(({ make }) => newHigherDegree(degree, length, { engine: make() }) as unknown as AnyPrio3);
    const measurement = Array.from({ length }, (_, k) => k % degree);
    const [wanted, ...others] = made.map((prio3) => transcript(prio3, measurement, degree));
    for (const other of others) expect(other).toEqual(wanted);
  }
});

describe.each(everywhere)("$parameters.type on the $engine engine", ({ parameters, measurement, make }) => {
  test("no vector is made for a report", () => {
    let vectors = 0;
    const counting = (field: Field): Field => ({
      ...field,
      newVector: (length) => {
        vectors++;
        return field.newVector(length);
      },
    });
    const counted = (): Engine => {
      const engine = make();
      return { ...engine, field64: counting(engine.field64), field128: counting(engine.field128) };
    };
    const prio3 = build(parameters, 3, counted);
    expect(vectors).toBeGreaterThan(0);
    const before = vectors;
    for (const m of fc.sample(measurement, { numRuns: 5, seed: 2 })) transcript(prio3, m, 1);
    expect(vectors).toBe(before);
  });
});
