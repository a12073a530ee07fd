// An architecture in the words of TensorFlow.js: the topology of a LayersModel, and where its weights lie.
import type { Json } from "../../../base/canonical.ts";
import type { Architecture, Layer, Output } from "../../../ports/training-engine.ts";
import { type Layout, layoutOf } from "../architecture.ts";

const OUTPUT_ACTIVATION = { linear: "linear", logistic: "sigmoid", softmax: "softmax" } as const satisfies Readonly<
  Record<Output["kind"], string>
>;

/** `modelTopology` of a model.json: a Sequential of the architecture's layers, named as the layout names their tensors. */
export function topologyOf({ input, layers, output }: Architecture): Json {
  const words = [
    ...layers.map((layer, i) => ({ name: `layer${i}`, ...layerWords(layer) })),
    {
      ...{ name: "output", className: "Dense" },
      config: { units: output.units, activation: OUTPUT_ACTIVATION[output.kind], use_bias: true },
    },
  ];
  return {
    class_name: "Sequential",
    config: {
      name: "paceline",
      layers: words.map(({ name, className, config }, i) => ({
        class_name: className,
        config: { name, trainable: true, ...(i === 0 ? { batch_input_shape: [null, ...input] } : {}), ...config },
      })),
    },
    keras_version: "tfjs-layers 4.22.0",
    backend: "tensor_flow.js",
  };
}

interface Words {
  readonly className: string;
  readonly config: { readonly [key: string]: Json };
}

function layerWords(layer: Layer): Words {
  const channelsLast = { data_format: "channels_last" };
  switch (layer.kind) {
    case "dense":
      return { className: "Dense", config: { units: layer.units, activation: layer.activation, use_bias: true } };
    case "conv1d": {
      const { filters, kernel, stride, padding, activation } = layer;
      const sizes = { filters, kernel_size: [kernel], strides: [stride], dilation_rate: [1] };
      return { className: "Conv1D", config: { ...sizes, padding, activation, use_bias: true, ...channelsLast } };
    }
    case "max-pool1d":
    case "average-pool1d":
      return {
        className: layer.kind === "max-pool1d" ? "MaxPooling1D" : "AveragePooling1D",
        config: { pool_size: [layer.size], strides: [layer.stride], padding: "valid", ...channelsLast },
      };
    case "global-average-pool1d":
      return { className: "GlobalAveragePooling1D", config: channelsLast };
    case "flatten":
      return { className: "Flatten", config: channelsLast };
  }
}

export const WEIGHTS_FILE = "weights.bin";

/** `weightsManifest`: one file, the flat vector of weights as little-endian floats. */
export function weightsManifestOf({ tensors }: Pick<Layout, "tensors">): Json {
  const weights = tensors.map(({ name, shape }) => ({ name, shape: [...shape], dtype: "float32" }));
  return [{ paths: [WEIGHTS_FILE], weights }];
}

/** Both parts of a model.json that follow from the architecture. */
export function partsOf(architecture: Architecture): { readonly [key: string]: Json } {
  return {
    format: "layers-model",
    modelTopology: topologyOf(architecture),
    weightsManifest: weightsManifestOf(layoutOf(architecture)),
  };
}
