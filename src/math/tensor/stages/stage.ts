// One layer at work: forward from its input to its output, backward from what the loss makes of its output.
import type { TensorKernels } from "../kernels.ts";
import type { ResolvedLayer } from "../layout.ts";

export interface Stage {
  /** @param rows at most as many as there is room for */
  forward(rows: number): void;
  /** Adds to the gradients of the weights and, where asked, makes the gradient by the input; `rows` as in the last forward pass. */
  backward(rows: number, inputToo: boolean): void;
}

/** Addresses of a value and of the loss's gradient by it, `rows` × size each. */
export interface Place {
  readonly value: number;
  readonly gradient: number;
}

export interface StageSetting {
  readonly kernels: TensorKernels;
  readonly resolved: ResolvedLayer;
  readonly from: Place;
  readonly to: Place;
  /** Where the weights begin, and their gradients. */
  readonly weights: number;
  readonly gradients: number;
  /** Room for what a stage needs while it works: `scratchOf` floats. */
  readonly scratch: number;
}
