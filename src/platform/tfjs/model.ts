// A model's layers, loss and labels as TensorFlow.js operations.
import type { Scalar, Tensor, Tensor2D } from "@tensorflow/tfjs";
import { type Layout, type ResolvedLayer, sizeOf } from "../../math/tensor/layout.ts";
import type { Activation } from "../../ports/training-engine.ts";
import type { Tf } from "./backend.ts";

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

/** @returns undefined where a layer is not known here */
export function modelIn(tf: Tf, { layers, output }: Layout): Model | undefined {
  const forwards: Forward[] = [];
  let taken = 0;
  for (const resolved of layers) {
    const forward = forwardOf(tf, resolved, taken);
    if (forward === undefined) return undefined;
    forwards.push(forward);
    taken += resolved.tensors.length;
  }
  const scores = (tensors: readonly Tensor[], rows: Tensor) =>
    forwards.reduce((values, forward) => forward(tensors, values), rows) as Tensor2D;
  const judge = lossOf(tf, output.kind);
  return {
    rows: (values, count) => tf.tensor(values, [count, ...(layers[0]?.input ?? [])]),
    labels: (values, count) =>
      output.kind === "softmax"
        ? tf.oneHot(tf.tensor1d(values, "int32"), output.units).toFloat().as2D(count, output.units)
        : tf.tensor2d(values, [count, output.units]),
    scores,
    loss: (tensors, rows, labels) => judge(scores(tensors, rows), labels),
  };
}

/** Mean over the rows; log-losses in forms that do not overflow, out of operations that every backend has. */
function lossOf(tf: Tf, kind: Layout["output"]["kind"]): (scores: Tensor2D, labels: Tensor2D) => Scalar {
  if (kind === "linear") return (scores, labels) => scores.sub(labels).square().mean();
  if (kind === "logistic")
    return (scores, labels) =>
      tf
        .relu(scores)
        .sub(scores.mul(labels))
        .add(tf.log1p(tf.exp(tf.neg(tf.abs(scores)))))
        .mean();
  return (scores, labels) => {
    const below = scores.sub(scores.max(1, true));
    const log = tf.log(tf.exp(below).sum(1));
    return log.sub(below.mul(labels).sum(1)).mean();
  };
}

function forwardOf(tf: Tf, { layer, input }: ResolvedLayer, first: number): Forward | undefined {
  if (layer.kind === "flatten") return (_, x) => x.reshape([-1, sizeOf(input)]);
  if (layer.kind !== "dense") return undefined;
  return (tensors, x) => {
    const [kernel, bias] = tensors.slice(first) as [Tensor, Tensor];
    return activate(tf, layer.activation, (x as Tensor2D).matMul(kernel).add(bias));
  };
}

function activate(tf: Tf, activation: Activation, x: Tensor): Tensor {
  return activation === "linear" ? x : tf[activation](x);
}
