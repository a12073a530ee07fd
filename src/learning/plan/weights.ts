// The weights a model begins with, from a seed, the same wherever they are made; their bytes and hash; and what a device refuses in
// weights that it is sent.
import { concat, utf8 } from "../../base/bytes.ts";
import { fail } from "../../base/errors.ts";
import { TurboShake128 } from "../../math/turboshake/turboshake.ts";
import type { Crypto } from "../../ports/crypto.ts";
import type { Architecture } from "../../ports/training-engine.ts";
import { type Layout, layoutOf, type Tensor } from "./architecture.ts";

const LABEL = /* @__PURE__ */ utf8("paceline initial weights v1\n");
const HASHED = /* @__PURE__ */ utf8("paceline weights v1\n");
/** Separation byte, apart from other uses of TurboSHAKE128. */
const DOMAIN = 0x54;
/** Of one weight. */
const WEIGHT_MAX = 1e4;
/** With fewer inputs, units of honest models point the same way by chance. */
const BIN_INPUTS_MIN = 8;
const BIN_COSINE = 0.999;
/** Units that are compared with all others, so that wide layers are checked in a moment. */
const LOOKED_AT = 64;

/**
 * Uniform in ±√(6 / inputs) before relu (He and others 2015), else in ±√(6 / (inputs + outputs)) (Glorot and Bengio 2010); biases 0,
 * and everything 0 in a model of one layer, whose loss is convex. Each tensor has a stream of its own.
 * @throws PacelineError invalid_argument for layers that do not fit
 */
export function initialWeights(architecture: Architecture, seed: Uint8Array): Float32Array<ArrayBuffer> {
  const { layers, parameters } = layoutOf(architecture);
  const weights = new Float32Array(parameters);
  if (layers.filter(({ tensors }) => tensors.length > 0).length === 1) return weights;
  for (const { layer, tensors } of layers) {
    const [kernel] = tensors;
    if (kernel === undefined) continue;
    const units = kernel.shape.at(-1) as number;
    const window = kernel.length / units;
    // As TensorFlow.js counts: an output of a convolution goes to as many windows as its kernel is long.
    const outputs = units * (kernel.shape.length === 3 ? (kernel.shape[0] as number) : 1);
    const relu = "activation" in layer && layer.activation === "relu";
    fillUniform(weights, kernel, Math.sqrt(6 / (relu ? window : window + outputs)), seed);
  }
  return weights;
}

function fillUniform(weights: Float32Array, { name, offset, length }: Tensor, bound: number, seed: Uint8Array): void {
  const bytes = new Uint8Array(4 * length);
  const label = utf8(`${name}\n`);
  new TurboShake128(DOMAIN).absorb(LABEL).absorb(label).absorb(seed).squeezeInto(bytes);
  const view = new DataView(bytes.buffer);
  // 2u + 1 halves of 2^32: symmetric about 0.
  for (let i = 0; i < length; i++) weights[offset + i] = ((2 * view.getUint32(4 * i, true) + 1) / 2 ** 32 - 1) * bound;
}

/** Little-endian floats. */
export function weightsBytes(weights: Float32Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(4 * weights.length);
  const view = new DataView(bytes.buffer);
  weights.forEach((weight, i) => {
    view.setFloat32(4 * i, weight, true);
  });
  return bytes;
}

/** @throws PacelineError invalid_message when there is not a whole number of floats */
export function weightsFromBytes(bytes: Uint8Array): Float32Array<ArrayBuffer> {
  if (bytes.length % 4 !== 0) fail("invalid_message", `${bytes.length} bytes are no whole number of weights`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Float32Array.from({ length: bytes.length / 4 }, (_, i) => view.getFloat32(4 * i, true));
}

/** SHA-256 of a label and the weights' bytes. */
export async function hashWeights(crypto: Pick<Crypto, "sha256">, weights: Float32Array): Promise<Uint8Array> {
  return await crypto.sha256(concat(HASHED, weightsBytes(weights)));
}

/**
 * As many as the model has, finite, of no absurd size, and no layer of bins.
 * @throws PacelineError manifest_refused
 */
export function checkModelWeights(layout: Layout, weights: Float32Array): void {
  if (weights.length !== layout.parameters)
    fail("manifest_refused", `the model has ${layout.parameters} parameters, and comes with ${weights.length} weights`);
  for (const weight of weights)
    if (!(Math.abs(weight) <= WEIGHT_MAX)) fail("manifest_refused", `a weight of the model is ${weight}`);
  for (const { tensors, layer } of layout.layers.slice(0, -1))
    if (layer.kind === "dense" && tensors[0] !== undefined && binsIn(tensors[0], weights))
      fail(
        "manifest_refused",
        `the units of ${tensors[0].name} measure one quantity in bins, to copy rows into an update`,
      );
}

/** Whether most units of a dense layer have another that weighs the inputs alike, but for a factor. */
function binsIn({ offset, shape }: Tensor, weights: Float32Array): boolean {
  const [inputs, units] = shape as [number, number];
  if (inputs < BIN_INPUTS_MIN || units < 2) return false;
  const columns = Array.from({ length: units }, (_, u) => direction(weights, offset + u, inputs, units));
  const looked = columns.filter((_, u) => u % Math.ceil(units / LOOKED_AT) === 0);
  const twins = looked.filter((one) =>
    columns.some((other) => other !== one && Math.abs(dot(one, other)) > BIN_COSINE),
  );
  return 2 * twins.length > looked.length;
}

/** Of `count` numbers, `step` apart: scaled to norm 1, or all 0. */
function direction(values: Float32Array, begin: number, count: number, step: number): Float64Array {
  const out = Float64Array.from({ length: count }, (_, i) => values[begin + i * step] as number);
  const norm = Math.sqrt(dot(out, out));
  return norm === 0 ? out : out.map((x) => x / norm);
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}
