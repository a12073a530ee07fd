// The trainer of the port in TensorFlow.js operations, whose gradients are its own. Single precision: losses agree with our engine
// to about 1e-6.
import type { Scalar, Tensor, Tensor2D, Variable } from "@tensorflow/tfjs";
import {
  checkDirection,
  checkExamples,
  checkOptions,
  checkResult,
  checkRows,
  checkWeights,
} from "../../math/tensor/checks.ts";
import { type Layout, layoutOf } from "../../math/tensor/layout.ts";
import { type OutputRule, outputRule } from "../../math/tensor/outputs.ts";
import type { Examples, Trainer, TrainingEngine, TrainingOptions } from "../../ports/training-engine.ts";
import type { Tf } from "./backend.ts";
import { type Model, modelIn } from "./model.ts";

export function tfjsEngine(tf: Tf, backend: string): TrainingEngine {
  return {
    name: `tfjs-${backend}`,
    open(architecture) {
      const layout = layoutOf(architecture);
      const model = modelIn(tf, layout, backend === "tensorflow");
      return trainerOf({ tf, layout, rule: outputRule(architecture.output), model });
    },
  };
}

interface Setting {
  readonly tf: Tf;
  readonly layout: Layout;
  readonly rule: OutputRule;
  readonly model: Model;
}

function trainerOf(setting: Setting): Trainer {
  const { tf, layout, rule, model } = setting;
  const { units } = layout.output;
  const outputs = (weights: Float32Array, rows: Float32Array, finish: OutputRule["predict"]) => {
    const count = checkRows(layout, rows);
    checkWeights(layout, weights);
    if (count === 0) return new Float32Array(0);
    const out = tf.tidy(() =>
      model.scores(tensorsOf(setting, weights), model.rows(rows, count)).dataSync(),
    ) as Float32Array;
    checkResult(out);
    for (let i = 0; i < count; i++) finish(out, i * units);
    return out;
  };
  return {
    parameters: layout.parameters,
    inputs: layout.inputs,
    outputs: units,
    train: (weights, examples, options) => train(setting, weights, examples, options),
    gradient: (weights, examples) => gradient(setting, weights, examples),
    predict: (weights, rows) => outputs(weights, rows, rule.predict),
    scores: (weights, rows) => outputs(weights, rows, () => undefined),
    evaluate(weights, examples) {
      const rows = checkExamples(layout, rule, examples);
      const scores = outputs(weights, examples.rows, () => undefined);
      const unused = new Float32Array(units);
      let loss = 0;
      let correct = 0;
      for (let i = 0; i < rows; i++) {
        const label = i * rule.labelSize;
        loss += rule.loss(scores, i * units, examples.labels, label, unused, 0, 1);
        if (rule.correct(scores, i * units, examples.labels, label)) correct += 1;
      }
      return { rows, loss: loss / rows, correct };
    },
    inputGradient(weights, rows, direction) {
      const count = checkRows(layout, rows);
      checkWeights(layout, weights);
      checkDirection(layout, direction);
      if (count === 0) return new Float32Array(0);
      const out = tf.tidy(() => {
        const tensors = tensorsOf(setting, weights);
        const along = tf.tensor2d(direction, [1, units]);
        const slope = tf.grad((x: Tensor) => model.scores(tensors, x).mul(along).sum());
        return slope(model.rows(rows, count)).dataSync();
      }) as Float32Array;
      checkResult(out);
      return out;
    },
  };
}

function tensorsOf({ tf, layout }: Setting, weights: Float32Array): Tensor[] {
  return layout.tensors.map(({ shape, offset, length }) =>
    tf.tensor(weights.slice(offset, offset + length), [...shape]),
  );
}

function gradient(setting: Setting, weights: Float32Array, examples: Examples) {
  const { tf, layout, rule, model } = setting;
  const count = checkExamples(layout, rule, examples);
  checkWeights(layout, weights);
  const gradient = new Float32Array(layout.parameters);
  const loss = tf.tidy(() => {
    const x = model.rows(examples.rows, count);
    const labels = model.labels(examples.labels, count);
    const slopes = tf.valueAndGrads((...tensors: Tensor[]) => model.loss(tensors, x, labels));
    const { value, grads } = slopes(tensorsOf(setting, weights));
    layout.tensors.forEach(({ offset }, i) => {
      gradient.set(grads[i]?.dataSync() ?? [], offset);
    });
    return value.dataSync()[0] as number;
  });
  checkResult(gradient);
  return { loss, gradient };
}

function train(setting: Setting, weights: Float32Array, examples: Examples, options: TrainingOptions) {
  const { tf, layout, rule } = setting;
  const { epochs, batchSize, order } = options;
  const rows = checkExamples(layout, rule, examples);
  checkOptions(options, rows);
  checkWeights(layout, weights);
  const at = (visit: number) => (order === undefined ? visit % rows : (order[visit] as number));
  const variables = tf.tidy(() => tensorsOf(setting, weights).map((tensor) => tf.variable(tensor)));
  const step = stepper(setting, variables, options);
  let sum = 0;
  let steps = 0;
  try {
    for (let epoch = 0; epoch < epochs; epoch++) {
      sum = 0;
      for (let begin = epoch * rows; begin < (epoch + 1) * rows; begin += batchSize) {
        const end = Math.min(begin + batchSize, (epoch + 1) * rows);
        const chosen = Array.from({ length: end - begin }, (_, i) => at(begin + i));
        sum += step.take(gather(examples, chosen, layout.inputs, rule.labelSize), chosen.length) * chosen.length;
        steps += 1;
      }
    }
    const trained = new Float32Array(layout.parameters);
    layout.tensors.forEach(({ offset }, i) => {
      trained.set(variables[i]?.dataSync() ?? [], offset);
    });
    checkResult(trained);
    weights.set(trained);
  } finally {
    step.dispose();
    tf.dispose(variables);
  }
  return { loss: sum / rows, steps };
}

function gather({ rows, labels }: Examples, chosen: readonly number[], inputs: number, labelSize: number): Examples {
  const batch = {
    rows: new Float32Array(chosen.length * inputs),
    labels: new Float32Array(chosen.length * labelSize),
  };
  chosen.forEach((row, i) => {
    batch.rows.set(rows.subarray(row * inputs, (row + 1) * inputs), i * inputs);
    batch.labels.set(labels.subarray(row * labelSize, (row + 1) * labelSize), i * labelSize);
  });
  return batch;
}

/** @returns a function that takes one step and tells the batch's mean loss */
function stepper(
  { tf, model }: Setting,
  variables: Variable[],
  { learningRate, momentum = 0, proximal }: TrainingOptions,
) {
  const mu = proximal?.mu ?? 0;
  const origin = mu > 0 ? variables.map((variable) => variable.clone()) : [];
  const velocity = momentum > 0 ? tf.tidy(() => variables.map((each) => tf.variable(tf.zerosLike(each)))) : [];
  const take = (batch: Examples, count: number): number =>
    tf.tidy(() => {
      const x = model.rows(batch.rows, count);
      const labels = model.labels(batch.labels, count);
      const slopes = tf.valueAndGrads((...tensors: Tensor[]) => model.loss(tensors, x, labels));
      const { value, grads } = slopes(variables);
      variables.forEach((variable, i) => {
        let slope = grads[i] as Tensor;
        if (mu > 0) slope = slope.add(variable.sub(origin[i] as Tensor).mul(mu));
        if (momentum > 0) {
          const speed = velocity[i] as Variable;
          speed.assign(speed.mul(momentum).add(slope));
          slope = speed;
        }
        variable.assign(variable.sub(slope.mul(learningRate)));
      });
      return (value as Scalar).dataSync()[0] as number;
    });
  return { take, dispose: () => tf.dispose([...origin, ...velocity] as Tensor2D[]) };
}
