// Logistic gradients in TensorFlow.js operations. Single precision: it agrees with the plain engine to about 1e-6.
import { invariant } from "../../base/errors.ts";
import type { TrainingEngine } from "../../ports/training-engine.ts";
import type { Tf } from "./backend.ts";

export function tfjsEngine(tf: Tf, backend: string): TrainingEngine {
  return {
    name: `tfjs-${backend}`,
    logisticGradient(weights, rows, labels) {
      const width = weights.length - 1;
      invariant(
        rows.length > 0 && rows.length === labels.length && rows.every((row) => row.length === width),
        "a batch has rows as wide as the weights without their bias, and one label a row",
      );
      // Every tensor made inside is disposed on the way out; dataSync copies nothing but the answer.
      return tf.tidy(() => {
        const x = tf.tensor2d(rows.flat(), [rows.length, width]);
        const w = tf.tensor2d(weights.slice(0, width), [width, 1]);
        const p = tf.sigmoid(x.matMul(w).add(weights[width] as number));
        const error = p.sub(tf.tensor2d([...labels], [rows.length, 1])).div(rows.length);
        const gradient = tf.concat([x.matMul(error, true).flatten(), error.sum().flatten()]);
        return Array.from(gradient.dataSync());
      });
    },
  };
}
