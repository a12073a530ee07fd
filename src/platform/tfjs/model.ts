// A model's layers, loss and labels as TensorFlow.js operations.
import type { Scalar, Tensor, Tensor2D, Tensor3D, Tensor4D } from "@tensorflow/tfjs";
import { type Layout, type ResolvedLayer, sizeOf } from "../../math/tensor/layout.ts";
import type { Activation, Layer, Output } from "../../ports/training-engine.ts";
import type { Tf } from "./backend.ts";
import { convolve, maxPool, multiply } from "./operations.ts";

export interface Model {
  rows(values: Float32Array, count: number): Tensor;
  /** One-hot for softmax. */
  labels(values: Float32Array, count: number): Tensor2D;
  /** @param tensors in the layout's order. @returns [rows, units] */
  scores(tensors: readonly Tensor[], rows: Tensor): Tensor2D;
  /** Mean over the rows. */
  loss(tensors: readonly Tensor[], rows: Tensor, labels: Tensor2D): Scalar;
}

type Forward = (tensors: readonly Tensor[], input: Tensor) => Tensor;

/** @param native whether the backend's own convolutions have gradients and are fast */
export function modelIn(tf: Tf, { layers, output }: Layout, native: boolean): Model {
  let taken = 0;
  const forwards = layers.map((resolved) => {
    const first = taken;
    taken += resolved.tensors.length;
    return forwardOf(tf, resolved, first, native);
  });
  const scores = (tensors: readonly Tensor[], rows: Tensor) =>
    forwards.reduce((values, forward) => forward(tensors, values), rows) as Tensor2D;
  return {
    rows: (values, count) => tf.tensor(values, [count, ...(layers[0]?.input ?? [])]),
    labels: (values, count) => tf.tensor2d(wanted(values, output), [count, output.units]),
    scores,
    loss: (tensors, rows, labels) => lossOf(tf, output, scores(tensors, rows), labels),
  };
}

function wanted(labels: Float32Array, { kind, units }: Output): Float32Array {
  if (kind !== "softmax") return labels;
  const hot = new Float32Array(labels.length * units);
  labels.forEach((label, i) => {
    hot[i * units + label] = 1;
  });
  return hot;
}

/** With gradients written out: log-losses in forms that do not overflow, of operations that every backend has. */
function lossOf(tf: Tf, { kind, units }: Output, scores: Tensor2D, labels: Tensor2D): Scalar {
  const rows = scores.shape[0];
  const judge = tf.customGrad((given, save) => {
    const { value, slope } = { linear: squared, logistic: logLoss, softmax: crossEntropy }[kind](
      ...([tf, given as Tensor2D, labels] as const),
    );
    const per = kind === "softmax" ? rows : rows * units;
    (save as (tensors: Tensor[]) => void)([slope.div(per)]);
    return {
      value: value.sum().div(per),
      gradFunc: (dy: Tensor, saved: Tensor[]) => (saved[0] as Tensor).mul(dy),
    };
  });
  return judge(scores) as Scalar;
}

interface Judged {
  readonly value: Tensor;
  readonly slope: Tensor;
}

function squared(_: Tf, scores: Tensor2D, labels: Tensor2D): Judged {
  const off = scores.sub(labels);
  return { value: off.square(), slope: off.mul(2) };
}

function logLoss(tf: Tf, scores: Tensor2D, labels: Tensor2D): Judged {
  const tail = tf.log(tf.exp(tf.neg(tf.abs(scores))).add(1));
  return {
    value: tf.relu(scores).sub(scores.mul(labels)).add(tail),
    slope: tf.sigmoid(scores).sub(labels),
  };
}

function crossEntropy(tf: Tf, scores: Tensor2D, labels: Tensor2D): Judged {
  const below = scores.sub(scores.max(1, true));
  const e = tf.exp(below);
  const sum = e.sum(1, true);
  return {
    value: tf.log(sum).sub(below.mul(labels).sum(1, true)),
    slope: e.div(sum).sub(labels),
  };
}

function forwardOf(tf: Tf, { layer, input }: ResolvedLayer, first: number, native: boolean): Forward {
  switch (layer.kind) {
    case "flatten":
      return (_, x) => x.reshape([-1, sizeOf(input)]);
    case "dense":
      return (tensors, x) => {
        const [kernel, bias] = tensors.slice(first) as [Tensor2D, Tensor];
        return activate(tf, layer.activation, multiply(tf, x as Tensor2D, kernel).add(bias));
      };
    case "conv1d":
      return (tensors, x) => {
        const [kernel, bias] = tensors.slice(first) as [Tensor3D, Tensor];
        const sums = native
          ? tf.conv1d(x as Tensor3D, kernel, layer.stride, layer.padding)
          : convolve(tf, layer, x as Tensor3D, kernel);
        return activate(tf, layer.activation, sums.add(bias));
      };
    case "global-average-pool1d":
      return (_, x) => x.mean(1);
    case "max-pool1d":
      return (_, x) => (native ? pool(tf.maxPool, layer, x) : maxPool(tf, layer, x as Tensor3D));
    case "average-pool1d":
      return (_, x) => pool(tf.avgPool, layer, x);
  }
}

function pool(by: Tf["avgPool"], { size, stride }: Extract<Layer, { size: number }>, x: Tensor): Tensor {
  return by(x.expandDims(2) as Tensor4D, [size, 1], [stride, 1], "valid").squeeze([2]);
}

function activate(tf: Tf, activation: Activation, x: Tensor): Tensor {
  return activation === "linear" ? x : tf[activation](x);
}
