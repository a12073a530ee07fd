// y = activation(x·W + b)
import type { Activation } from "../../../ports/training-engine.ts";
import { sizeOf, type Tensor } from "../layout.ts";
import { activate, activateBackward } from "./activation.ts";
import type { Stage, StageSetting } from "./stage.ts";

export function denseStage(setting: StageSetting, activation: Activation): Stage {
  const { kernels, resolved, from, to, weights, gradients, scratch } = setting;
  const inputs = sizeOf(resolved.input);
  const units = sizeOf(resolved.output);
  const [kernel, bias] = resolved.tensors as [Tensor, Tensor];
  return {
    forward(rows) {
      kernels.repeatRow(rows, units, weights + bias.offset, to.value);
      kernels.multiply(rows, units, inputs, from.value, inputs, weights + kernel.offset, to.value);
      activate(kernels, activation, rows * units, to.value);
    },
    backward(rows, inputToo) {
      activateBackward(kernels, activation, rows * units, to);
      kernels.addRows(rows, units, to.gradient, gradients + bias.offset);
      const { value } = from;
      kernels.multiplyTransposed(rows, units, inputs, value, inputs, to.gradient, gradients + kernel.offset);
      if (!inputToo) return;
      kernels.transpose(inputs, units, weights + kernel.offset, scratch);
      kernels.memory.fill(0, from.gradient, from.gradient + rows * inputs);
      kernels.multiply(rows, inputs, units, to.gradient, units, scratch, from.gradient);
    },
  };
}
