// What units do with their sums, in place, and the way back. The slope is had from the activation itself.
import type { Activation } from "../../../ports/training-engine.ts";
import { logistic, tanh } from "../elementary.ts";
import type { TensorKernels } from "../kernels.ts";

export function activate(kernels: TensorKernels, activation: Activation, count: number, at: number): void {
  if (activation === "linear") return;
  if (activation === "relu") {
    kernels.relu(count, at);
    return;
  }
  const { memory } = kernels;
  const of = activation === "tanh" ? tanh : logistic;
  for (let i = at; i < at + count; i++) memory[i] = of(memory[i] as number);
}

/** The gradient by the activations at `gradient` becomes that by the sums. */
export function activateBackward(
  kernels: TensorKernels,
  activation: Activation,
  count: number,
  { value, gradient }: { readonly value: number; readonly gradient: number },
): void {
  if (activation === "linear") return;
  if (activation === "relu") {
    kernels.reluBackward(count, value, gradient);
    return;
  }
  const { memory } = kernels;
  for (let i = 0; i < count; i++) {
    const y = memory[value + i] as number;
    const slope = activation === "tanh" ? 1 - y * y : y * (1 - y);
    memory[gradient + i] = (memory[gradient + i] as number) * slope;
  }
}
