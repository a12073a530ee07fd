// Models, weights and rows for the tests of engines.

import { layoutOf } from "../../../src/math/tensor/layout.ts";
import type { Architecture, Examples } from "../../../src/ports/training-engine.ts";
import { Random } from "../../../src/simulate/random.ts";

export { cnn, mlp } from "../../../bench/learning/models.ts";

/** Standard normal numbers, times `spread`. */
export function normal(random: Random, length: number, spread = 1): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length }, () => spread * random.normal());
}

/** Rows around a centre of their class, or labels of a random teacher: something that can be learnt. */
export function examplesFor(architecture: Architecture, rows: number, seed: string): Examples {
  const random = new Random(seed);
  const { inputs, output } = layoutOf(architecture);
  const values = normal(random, rows * inputs);
  if (output.kind === "softmax") {
    const centres = normal(random, output.units * inputs);
    const labels = Float32Array.from({ length: rows }, () => random.below(output.units));
    for (let i = 0; i < values.length; i++) {
      const label = labels[Math.floor(i / inputs)] as number;
      values[i] = (values[i] as number) + (centres[label * inputs + (i % inputs)] as number);
    }
    return { rows: values, labels };
  }
  const labels = Float32Array.from({ length: rows * output.units }, () =>
    output.kind === "logistic" ? random.below(2) : random.normal(),
  );
  return { rows: values, labels };
}
