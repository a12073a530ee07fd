// The trainer of the port, on any kernels: batches through a network, and stochastic gradient descent.
import type { Architecture, Examples, Trainer, TrainingEngine, TrainingOptions } from "../../ports/training-engine.ts";
import { checkDirection, checkExamples, checkOptions, checkResult, checkRows, checkWeights } from "./checks.ts";
import type { TensorKernels } from "./kernels.ts";
import { type Layout, layoutOf } from "./layout.ts";
import { type Network, networkOf } from "./network.ts";
import { type OutputRule, outputRule } from "./outputs.ts";
import { plainKernels } from "./plain-kernels.ts";

/** What every device has. */
export const plainEngine: TrainingEngine = {
  name: "typescript",
  open: (architecture) => openTrainer(architecture, plainKernels()),
};

interface Model {
  readonly kernels: TensorKernels;
  readonly layout: Layout;
  readonly network: Network;
  readonly rule: OutputRule;
}

/** @param kernels of this trainer alone. @throws PacelineError invalid_argument for layers that do not fit */
export function openTrainer(architecture: Architecture, kernels: TensorKernels): Trainer {
  const layout = layoutOf(architecture);
  const network = networkOf(layout, kernels);
  const model: Model = { kernels, layout, network, rule: outputRule(architecture.output) };
  return {
    parameters: layout.parameters,
    inputs: layout.inputs,
    outputs: architecture.output.units,
    train: (weights, examples, options) => train(model, weights, examples, options),
    gradient(weights, examples) {
      const rows = checkExamples(layout, model.rule, examples);
      load(model, weights);
      const loss = accumulate(model, examples, { order: undefined, begin: 0, end: rows }) / rows;
      const gradient = weights.slice();
      gradient.set(parametersAt(model, network.gradients));
      checkResult(gradient);
      return { loss, gradient };
    },
    predict: (weights, rows) => outputs(model, weights, rows, model.rule.predict),
    scores: (weights, rows) => outputs(model, weights, rows, () => undefined),
    evaluate: (weights, examples) => evaluate(model, weights, examples),
    inputGradient: (weights, rows, direction) => inputGradient(model, weights, rows, direction),
  };
}

/** Of the precision of `like`. */
function zerosLike(like: Float32Array, length: number): Float32Array {
  return new (like.constructor as Float32ArrayConstructor)(length);
}

function load({ kernels, layout, network }: Model, weights: Float32Array): void {
  checkWeights(layout, weights);
  kernels.memory.set(weights, network.weights);
}

function parametersAt({ kernels, layout }: Model, address: number) {
  return kernels.memory.subarray(address, address + layout.parameters);
}

function train(model: Model, weights: Float32Array, examples: Examples, options: TrainingOptions) {
  const { layout, network, rule } = model;
  const { epochs, batchSize, momentum = 0, proximal, order } = options;
  const rows = checkExamples(layout, rule, examples);
  checkOptions(options, rows);
  load(model, weights);
  if (momentum > 0) parametersAt(model, network.velocity).fill(0);
  if (proximal !== undefined) parametersAt(model, network.origin).set(weights);
  let steps = 0;
  let sum = 0;
  for (let epoch = 0; epoch < epochs; epoch++) {
    sum = 0;
    for (let begin = epoch * rows; begin < (epoch + 1) * rows; begin += batchSize) {
      sum += accumulate(model, examples, { order, begin, end: Math.min(begin + batchSize, (epoch + 1) * rows) });
      step(model, options);
      steps += 1;
    }
  }
  const trained = parametersAt(model, network.weights);
  checkResult(trained);
  weights.set(trained);
  return { loss: sum / rows, steps };
}

function step({ kernels, layout, network }: Model, { learningRate, momentum = 0, proximal }: TrainingOptions): void {
  const { weights, gradients, velocity, origin } = network;
  const count = layout.parameters;
  if (proximal !== undefined && proximal.mu > 0) kernels.pull(count, proximal.mu, weights, origin, gradients);
  if (momentum > 0) kernels.scaleAndAdd(count, momentum, gradients, velocity);
  kernels.addScaled(count, -learningRate, momentum > 0 ? velocity : gradients, weights);
}

interface Batch {
  readonly order: Uint32Array | undefined;
  /** Visits [begin, end): without an order, visit v is of row v modulo the number of rows. */
  readonly begin: number;
  readonly end: number;
}

/** Makes the gradient of the mean loss over a batch. @returns the sum of the losses */
function accumulate(model: Model, { rows, labels }: Examples, { order, begin, end }: Batch): number {
  const { kernels, layout, network, rule } = model;
  const { inputs, output } = layout;
  const { input, scores, room } = network;
  const count = rows.length / inputs;
  const factor = 1 / (end - begin);
  parametersAt(model, network.gradients).fill(0);
  let sum = 0;
  for (let first = begin; first < end; first += room) {
    const some = Math.min(room, end - first);
    const { memory } = kernels;
    const rowOf = (i: number) => (order === undefined ? (first + i) % count : (order[first + i] as number));
    for (let i = 0; i < some; i++) {
      const row = rowOf(i);
      memory.set(rows.subarray(row * inputs, (row + 1) * inputs), input.value + i * inputs);
    }
    network.forward(some);
    for (let i = 0; i < some; i++) {
      const at = i * output.units;
      const label = rowOf(i) * rule.labelSize;
      sum += rule.loss(memory, scores.value + at, labels, label, memory, scores.gradient + at, factor);
    }
    network.backward(some, false);
  }
  return sum;
}

/** Calls `each` with what the network makes of some rows at a time. */
function inPieces(
  { kernels, layout, network }: Model,
  rows: Float32Array,
  each: (first: number, some: number) => void,
) {
  const count = rows.length / layout.inputs;
  for (let first = 0; first < count; first += network.room) {
    const some = Math.min(network.room, count - first);
    kernels.memory.set(rows.subarray(first * layout.inputs, (first + some) * layout.inputs), network.input.value);
    network.forward(some);
    each(first, some);
  }
}

function outputs(model: Model, weights: Float32Array, rows: Float32Array, finish: OutputRule["predict"]): Float32Array {
  const { kernels, layout, network } = model;
  const { units } = layout.output;
  const out = zerosLike(rows, checkRows(layout, rows) * units);
  load(model, weights);
  inPieces(model, rows, (first, some) => {
    const { value } = network.scores;
    const { memory } = kernels;
    checkResult(memory.subarray(value, value + some * units));
    for (let i = 0; i < some; i++) finish(memory, value + i * units);
    out.set(memory.subarray(value, value + some * units), first * units);
  });
  return out;
}

function evaluate(model: Model, weights: Float32Array, examples: Examples) {
  const { kernels, layout, network, rule } = model;
  const { units } = layout.output;
  const rows = checkExamples(layout, rule, examples);
  load(model, weights);
  let loss = 0;
  let correct = 0;
  inPieces(model, examples.rows, (first, some) => {
    const { memory } = kernels;
    const { value, gradient } = network.scores;
    checkResult(memory.subarray(value, value + some * units));
    for (let i = 0; i < some; i++) {
      const label = (first + i) * rule.labelSize;
      loss += rule.loss(memory, value + i * units, examples.labels, label, memory, gradient, 1);
      if (rule.correct(memory, value + i * units, examples.labels, label)) correct += 1;
    }
  });
  return { rows, loss: loss / rows, correct };
}

function inputGradient(model: Model, weights: Float32Array, rows: Float32Array, direction: Float32Array): Float32Array {
  const { kernels, layout, network } = model;
  checkRows(layout, rows);
  checkDirection(layout, direction);
  const out = zerosLike(rows, rows.length);
  load(model, weights);
  inPieces(model, rows, (first, some) => {
    const { memory } = kernels;
    for (let i = 0; i < some; i++) memory.set(direction, network.scores.gradient + i * layout.output.units);
    network.backward(some, true);
    const { gradient } = network.input;
    out.set(memory.subarray(gradient, gradient + some * layout.inputs), first * layout.inputs);
  });
  checkResult(out);
  return out;
}
