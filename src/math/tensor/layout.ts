// From an architecture to shapes, and to where each tensor lies in the flat vector of weights.
import { fail } from "../../base/errors.ts";
import type { Activation, Architecture, Layer, Output } from "../../ports/training-engine.ts";

/** [features] or [steps, channels]. */
export type Shape = readonly number[];

export interface Tensor {
  /** Such as layer0/kernel and output/bias. */
  readonly name: string;
  /** Kernels: [inputs, units] or [kernel, channels, filters]; biases: [units]. Row-major. */
  readonly shape: Shape;
  /** In numbers, from the beginning of the weights. */
  readonly offset: number;
  readonly length: number;
}

/** A layer with what it is given and what it gives; `tensors` is its kernel and its bias, or nothing. */
export interface ResolvedLayer {
  readonly layer: Layer;
  readonly input: Shape;
  readonly output: Shape;
  readonly tensors: readonly Tensor[];
  /** Floating-point operations of the forward pass of one row. */
  readonly flops: number;
}

export interface Layout {
  /** The architecture's layers, and the output as a dense layer without an activation. */
  readonly layers: readonly ResolvedLayer[];
  readonly tensors: readonly Tensor[];
  readonly parameters: number;
  readonly inputs: number;
  readonly output: Output;
  /** Of the forward pass of one row; training takes three times as many. */
  readonly flops: number;
}

export const sizeOf = (shape: Shape): number => shape.reduce((product, length) => product * length, 1);

/** @throws PacelineError invalid_argument naming the layer that does not fit */
export function layoutOf({ input, layers, output }: Architecture): Layout {
  whole("the input", ...input);
  const resolved: ResolvedLayer[] = [];
  let shape: Shape = input;
  let offset = 0;
  const add = (name: string, layer: Layer) => {
    const shapes = tensorsOf(name, layer, shape);
    const tensors = shapes.map((each) => {
      const tensor = { ...each, offset, length: sizeOf(each.shape) };
      offset += tensor.length;
      return tensor;
    });
    const out = outputOf(name, layer, shape);
    resolved.push({ layer, input: shape, output: out, tensors, flops: flopsOf(layer, tensors, out) });
    shape = out;
  };
  layers.forEach((layer, i) => {
    add(`layer${i}`, layer);
  });
  add("output", { kind: "dense", units: output.units, activation: "linear" });
  if (output.kind === "softmax" && output.units < 2) fail("invalid_argument", "the output has less than two classes");
  return {
    ...{ layers: resolved, tensors: resolved.flatMap(({ tensors }) => tensors), parameters: offset, output },
    inputs: sizeOf(input),
    flops: resolved.reduce((sum, { flops }) => sum + flops, 0),
  };
}

function whole(name: string, ...numbers: readonly number[]): void {
  for (const x of numbers)
    if (!(Number.isInteger(x) && x >= 1 && x <= 2 ** 24))
      fail("invalid_argument", `${name} has a size of ${x}, a whole number of at least 1 belongs here`);
}

/** [steps, channels]. */
function sequence(name: string, shape: Shape): readonly [number, number] {
  if (shape.length !== 2) fail("invalid_argument", `${name} takes steps and channels, and is given [${shape}]`);
  return shape as readonly [number, number];
}

function tensorsOf(name: string, layer: Layer, input: Shape): { readonly name: string; readonly shape: Shape }[] {
  const pair = (units: number, ...window: readonly number[]) => [
    { name: `${name}/kernel`, shape: [...window, units] },
    { name: `${name}/bias`, shape: [units] },
  ];
  if (layer.kind === "conv1d") {
    whole(name, layer.filters, layer.kernel, layer.stride);
    return pair(layer.filters, layer.kernel, sequence(name, input)[1]);
  }
  if (layer.kind !== "dense") return [];
  whole(name, layer.units);
  if (input.length !== 1)
    fail("invalid_argument", `${name} takes features, and is given [${input}]`, { hint: "Put a flatten before it." });
  return pair(layer.units, input[0] as number);
}

function outputOf(name: string, layer: Layer, input: Shape): Shape {
  if (layer.kind === "dense") return [layer.units];
  if (layer.kind === "flatten") return [sizeOf(input)];
  const [steps, channels] = sequence(name, input);
  if (layer.kind === "global-average-pool1d") return [channels];
  if (layer.kind === "conv1d") return [windows(name, steps, layer.kernel, layer), layer.filters];
  whole(name, layer.size, layer.stride);
  return [windows(name, steps, layer.size, { stride: layer.stride, padding: "valid" }), channels];
}

type Windowing = { readonly stride: number; readonly padding: "valid" | "same" };

function windows(name: string, steps: number, size: number, { stride, padding }: Windowing): number {
  if (padding === "same") return Math.ceil(steps / stride);
  if (size > steps) fail("invalid_argument", `${name} looks at ${size} steps, and is given ${steps}`);
  return Math.floor((steps - size) / stride) + 1;
}

/** Zeros before and after the input of a convolution, as TensorFlow pads. */
export function paddingOf(steps: number, kernel: number, { stride, padding }: Windowing): readonly [number, number] {
  if (padding === "valid") return [0, 0];
  const all = Math.max((Math.ceil(steps / stride) - 1) * stride + kernel - steps, 0);
  return [Math.floor(all / 2), Math.ceil(all / 2)];
}

/** Multiplications and additions; an activation's function counts as twenty. */
const ACTIVATION_FLOPS: Readonly<Record<Activation, number>> = { linear: 0, relu: 1, tanh: 20, sigmoid: 20 };

function flopsOf(layer: Layer, tensors: readonly Tensor[], output: Shape): number {
  const out = sizeOf(output);
  if (layer.kind === "dense" || layer.kind === "conv1d") {
    const windows = layer.kind === "conv1d" ? (output[0] as number) : 1;
    return 2 * windows * (tensors[0]?.length as number) + out * (1 + ACTIVATION_FLOPS[layer.activation]);
  }
  return "size" in layer ? out * layer.size : out;
}
