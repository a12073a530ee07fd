// What a model may be made of, as a schema: a whitelist of layers, data that an engine interprets, within limits that a device can
// bear. An architecture comes from outside, and a hostile one can be built to read members' rows back out of their updates.
import { fail } from "../../base/errors.ts";
import * as z from "../../base/schema.ts";
import { type Layout, layoutOf, type ResolvedLayer, sizeOf } from "../../math/tensor/layout.ts";
import type { Architecture } from "../../ports/training-engine.ts";

export type { Layout, Tensor } from "../../math/tensor/layout.ts";
export { layoutOf } from "../../math/tensor/layout.ts";
export type { Architecture, Layer } from "../../ports/training-engine.ts";

export const LIMITS = {
  /** Numbers in one row. */
  inputs: 4096,
  layers: 16,
  /** Of a dense layer. */
  units: 1024,
  filters: 256,
  kernel: 64,
  outputs: 256,
  /** 4 MiB as floats. */
  parameters: 2 ** 20,
  /** Numbers that any layer makes of one row. */
  values: 2 ** 17,
  /** Of the forward pass of one row. */
  flops: 2 ** 27,
  /** Of one round on a device: three forward passes a row and epoch. A minute on a slow phone. */
  work: 1e11,
} as const;

const size = (most: number) => z.int().check(z.gte(1), z.lte(most));
const activation = z.enum(["linear", "relu", "tanh", "sigmoid"]);
const pool = { size: size(LIMITS.inputs), stride: size(LIMITS.inputs) };

const layerSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("dense"), units: size(LIMITS.units), activation }),
  z.strictObject({
    kind: z.literal("conv1d"),
    filters: size(LIMITS.filters),
    kernel: size(LIMITS.kernel),
    stride: size(LIMITS.kernel),
    padding: z.enum(["valid", "same"]),
    activation,
  }),
  z.strictObject({ kind: z.literal("max-pool1d"), ...pool }),
  z.strictObject({ kind: z.literal("average-pool1d"), ...pool }),
  z.strictObject({ kind: z.literal("global-average-pool1d") }),
  z.strictObject({ kind: z.literal("flatten") }),
]);

/** The shape of the document; `checkArchitecture` says whether its layers fit together and keep the rules. */
export const architectureSchema = z.strictObject({
  input: z.union([z.tuple([size(LIMITS.inputs)]), z.tuple([size(LIMITS.inputs), size(LIMITS.inputs)])]),
  layers: z.array(layerSchema).check(z.maxLength(LIMITS.layers)),
  output: z.strictObject({ kind: z.enum(["linear", "logistic", "softmax"]), units: size(LIMITS.outputs) }),
});

/**
 * Layers that fit, within the limits, none of them of use for reading rows out of an update.
 * @throws PacelineError manifest_refused
 */
export function checkArchitecture(architecture: Architecture): Layout {
  const layout = fitting(architecture);
  const within = (what: string, value: number, most: number) => {
    if (value > most) fail("manifest_refused", `the model has ${value} ${what}, at most ${most} are allowed`);
  };
  within("numbers in a row", layout.inputs, LIMITS.inputs);
  within("parameters", layout.parameters, LIMITS.parameters);
  within("operations a row", layout.flops, LIMITS.flops);
  for (const { output } of layout.layers) within("values in a layer", sizeOf(output), LIMITS.values);
  layout.layers.slice(0, -1).forEach((resolved, i) => {
    const fault = imprint(resolved, layout);
    if (fault !== undefined)
      fail("manifest_refused", `the model's layer ${i} could copy rows into an update: ${fault}`);
  });
  return layout;
}

function fitting(architecture: Architecture): Layout {
  try {
    return layoutOf(architecture);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    return fail("manifest_refused", `the model's layers do not fit: ${reason}`, { cause });
  }
}

/**
 * Fowl and others 2021 ("Robbing the Fed", arXiv 2110.13057) put a wide dense layer in front whose units measure the same quantity
 * of a row and differ in their threshold: with more units than rows, single rows come back from the update verbatim. Hence
 * - a hidden dense layer has at most as many units as it has inputs, and as a row has numbers;
 * - a convolution over more than half of its steps sees rows whole, and counts as dense.
 * `checkModelWeights` looks for the thresholds in the weights. That refuses the construction as it was published; what bounds every
 * other one, a narrow layer of bins among them, is the clip, the sum and the noise.
 */
function imprint({ layer, input, output }: ResolvedLayer, { inputs }: Layout): string | undefined {
  if (layer.kind === "dense") {
    const most = Math.min(sizeOf(input), inputs);
    return layer.units > most ? `it is dense and widens ${most} numbers to ${layer.units}` : undefined;
  }
  if (layer.kind !== "conv1d" || 2 * layer.kernel <= (input[0] as number)) return undefined;
  return sizeOf(output) > Math.min(sizeOf(input), inputs)
    ? `its kernel covers more than half of the steps, and it widens ${sizeOf(input)} numbers to ${sizeOf(output)}`
    : undefined;
}

/** Floating-point operations of a round on a device. @throws PacelineError manifest_refused above LIMITS.work */
export function checkedWork({ flops }: Layout, rows: number, epochs: number): number {
  const work = 3 * flops * rows * epochs;
  if (!(work <= LIMITS.work))
    fail(
      "manifest_refused",
      `a round of ${epochs} epochs over ${rows} rows is ${work} operations, at most ${LIMITS.work}`,
    );
  return work;
}
