// y[t] = activation(window t of x · W + b). A window of a row-major sequence is contiguous, so the matrix of all windows, which
// others copy out ("im2col"), is the sequence itself read with overlapping rows.
import type { Layer } from "../../../ports/training-engine.ts";
import { paddingOf, type ResolvedLayer, sizeOf, type Tensor } from "../layout.ts";
import { activate, activateBackward } from "./activation.ts";
import type { Stage, StageSetting } from "./stage.ts";

type Conv = Extract<Layer, { kind: "conv1d" }>;

interface Sizes {
  readonly channels: number;
  /** Of one row: input, and input with zeros around it. */
  readonly input: number;
  readonly padded: number;
  /** Zeros in front. */
  readonly front: number;
  readonly windows: number;
  /** Numbers in one window. */
  readonly window: number;
  /** Numbers from one window's beginning to the next one's. */
  readonly step: number;
}

function sizesOf(layer: Conv, { input, output }: ResolvedLayer): Sizes {
  const [steps, channels] = input as [number, number];
  const [before, after] = paddingOf(steps, layer.kernel, layer);
  return {
    channels,
    input: sizeOf(input),
    padded: (before + steps + after) * channels,
    front: before * channels,
    windows: output[0] as number,
    window: layer.kernel * channels,
    step: layer.stride * channels,
  };
}

/** Floats: the transposed kernel, gradients of all windows of a row, a padded row and its gradient. */
export function convScratch(layer: Conv, resolved: ResolvedLayer): number {
  const { window, windows, padded } = sizesOf(layer, resolved);
  return window * layer.filters + windows * window + 2 * padded;
}

export function convStage({ kernels, resolved, from, to, ...rest }: StageSetting, layer: Conv): Stage {
  const { weights, gradients, scratch } = rest;
  const { filters, activation } = layer;
  const { input, padded, front, windows, window, step } = sizesOf(layer, resolved);
  const [kernel, bias] = resolved.tensors as [Tensor, Tensor];
  const output = windows * filters;
  const transposed = scratch;
  const spread = transposed + window * filters;
  const around = spread + windows * window;
  const back = around + padded;
  const isPadded = padded !== input;

  /** Where row i's windows begin. */
  const rowAt = (i: number) => {
    const row = from.value + i * input;
    if (isPadded) kernels.memory.copyWithin(around + front, row, row + input);
    return isPadded ? around : row;
  };
  const clearAround = () => {
    if (isPadded) kernels.memory.fill(0, around, around + padded);
  };
  const gradientOfRow = (i: number) => {
    const { memory } = kernels;
    const row = from.gradient + i * input;
    const sum = isPadded ? back : row;
    memory.fill(0, sum, sum + padded);
    memory.fill(0, spread, spread + windows * window);
    kernels.multiply(windows, window, filters, to.gradient + i * output, filters, transposed, spread);
    kernels.addWindows(windows, window, step, spread, sum);
    if (isPadded) memory.copyWithin(row, back + front, back + front + input);
  };

  return {
    forward(rows) {
      clearAround();
      kernels.repeatRow(rows * windows, filters, weights + bias.offset, to.value);
      for (let i = 0; i < rows; i++)
        kernels.multiply(windows, filters, window, rowAt(i), step, weights + kernel.offset, to.value + i * output);
      activate(kernels, activation, rows * output, to.value);
    },
    backward(rows, inputToo) {
      activateBackward(kernels, activation, rows * output, to);
      kernels.addRows(rows * windows, filters, to.gradient, gradients + bias.offset);
      clearAround();
      const into = gradients + kernel.offset;
      for (let i = 0; i < rows; i++)
        kernels.multiplyTransposed(windows, filters, window, rowAt(i), step, to.gradient + i * output, into);
      if (!inputToo) return;
      kernels.transpose(window, filters, weights + kernel.offset, transposed);
      for (let i = 0; i < rows; i++) gradientOfRow(i);
    },
  };
}
