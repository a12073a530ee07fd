// Products, convolutions and pools whose gradients every backend has right. Those of TensorFlow.js 4.22 itself multiply by
// transposed matrices, for which its WebAssembly backend takes a path ten times as slow, and use a kernel for convolutions
// (Conv2DBackpropFilter) that it lacks; the gradient of its largest-of-a-window loses windows there. These are custom gradients:
// what an app does with TensorFlow.js besides stays as it is.
import type { Tensor, Tensor2D, Tensor3D } from "@tensorflow/tfjs";
import { paddingOf } from "../../math/tensor/layout.ts";
import type { Layer } from "../../ports/training-engine.ts";
import type { Tf } from "./backend.ts";

/** a·b */
export function multiply(tf: Tf, a: Tensor2D, b: Tensor2D): Tensor2D {
  const product = tf.customGrad((left, right, save) => {
    const [x, y] = [left as Tensor2D, right as Tensor2D];
    (save as (tensors: Tensor[]) => void)([x, y]);
    return {
      value: x.matMul(y),
      gradFunc: (dy: Tensor, saved: Tensor[]) => {
        const [x, y] = saved as [Tensor2D, Tensor2D];
        const slope = dy as Tensor2D;
        return [slope.matMul(tf.transpose(y)), tf.transpose(x).matMul(slope)];
      },
    };
  });
  return product(a, b) as Tensor2D;
}

type Conv = Extract<Layer, { kind: "conv1d" }>;

/** @param x [rows, steps, channels] @param w [kernel, channels, filters] @returns [rows, windows, filters] */
export function convolve(tf: Tf, layer: Conv, x: Tensor3D, w: Tensor3D): Tensor3D {
  const { kernel, stride, filters } = layer;
  const [rows, steps, channels] = x.shape;
  const padded = tf.pad3d(x, [[0, 0], [...paddingOf(steps, kernel, layer)] as [number, number], [0, 0]]);
  const windows = windowsOf(tf, padded, kernel, stride);
  const count = windows.shape[1] as number;
  const flat = windows.reshape([rows * count, kernel * channels]) as Tensor2D;
  return multiply(tf, flat, w.reshape([kernel * channels, filters])).reshape([rows, count, filters]);
}

/** The largest of each window, channel by channel; of equal ones the first takes the gradient. */
export function maxPool(tf: Tf, { size, stride }: { size: number; stride: number }, x: Tensor3D): Tensor3D {
  const [rows, , channels] = x.shape;
  const windows = windowsOf(tf, x, size, stride);
  const count = windows.shape[1] as number;
  const largest = tf.customGrad((given, save) => {
    const apart = given as Tensor;
    (save as (tensors: Tensor[]) => void)([tf.oneHot(apart.argMax(2).toInt(), size).toFloat()]);
    return {
      value: apart.max(2),
      gradFunc: (dy: Tensor, saved: Tensor[]) => tf.transpose((saved[0] as Tensor).mul(dy.expandDims(3)), [0, 1, 3, 2]),
    };
  });
  return largest(windows.reshape([rows, count, size, channels])) as Tensor3D;
}

/** [rows, windows, kernel · channels]: what a convolution sees, copied out ("im2col"), with its way back. */
function windowsOf(tf: Tf, x: Tensor3D, kernel: number, stride: number): Tensor3D {
  const [rows, steps, channels] = x.shape;
  const count = Math.floor((steps - kernel) / stride) + 1;
  const cover = tf.customGrad((sequence) => ({
    value: tf.concat(
      Array.from({ length: kernel }, (_, p) =>
        tf.stridedSlice(
          sequence as Tensor3D,
          [0, p, 0],
          [rows, p + (count - 1) * stride + 1, channels],
          [1, stride, 1],
        ),
      ),
      2,
    ),
    gradFunc: (dy: Tensor) => {
      const parts = tf.split(dy as Tensor3D, kernel, 2) as Tensor3D[];
      return tf.addN(parts.map((part, p) => backInPlace(tf, part, p, stride, steps)));
    },
  }));
  return cover(x) as Tensor3D;
}

/** Each step of `part` goes to step p + t·stride of a sequence of `steps`. */
function backInPlace(tf: Tf, part: Tensor3D, p: number, stride: number, steps: number): Tensor3D {
  const [rows, count, channels] = part.shape;
  // Zeros between the steps, the last of which are dropped again.
  const apart = tf
    .pad(part.reshape([rows, count, 1, channels]), [
      [0, 0],
      [0, 0],
      [0, stride - 1],
      [0, 0],
    ])
    .reshape([rows, count * stride, channels]);
  const long = (count - 1) * stride + 1;
  const kept = tf.slice3d(apart as Tensor3D, [0, 0, 0], [rows, long, channels]);
  return tf.pad3d(kept, [
    [0, 0],
    [p, steps - p - long],
    [0, 0],
  ]);
}
