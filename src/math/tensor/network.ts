// A model laid out in one memory: weights, gradients, and for some rows at a time what each layer makes of them.
import type { Layer } from "../../ports/training-engine.ts";
import type { TensorKernels } from "./kernels.ts";
import { type Layout, type ResolvedLayer, sizeOf } from "./layout.ts";
import { denseStage } from "./stages/dense.ts";
import type { Place, Stage, StageSetting } from "./stages/stage.ts";

/** All addresses are in floats. */
export interface Network {
  readonly weights: number;
  readonly gradients: number;
  /** As many floats each as there are parameters, for momentum and for the weights at the beginning. */
  readonly velocity: number;
  readonly origin: number;
  readonly input: Place;
  readonly scores: Place;
  /** Rows there is room for. */
  readonly room: number;
  forward(rows: number): void;
  /** From the gradient at `scores`. */
  backward(rows: number, inputToo: boolean): void;
}

/** Room for rows takes about so many floats, 4 MB, and holds at most ROWS_MAX. */
const ROOM_FLOATS = 2 ** 20;
const ROWS_MAX = 256;
/** Addresses are multiples of 16 bytes. */
const ALIGNMENT = 4;

/** @returns undefined where a layer is not known here */
export function networkOf(layout: Layout, kernels: TensorKernels): Network | undefined {
  let top = 0;
  const take = (floats: number) => {
    const address = top;
    top += Math.ceil(floats / ALIGNMENT) * ALIGNMENT;
    return address;
  };
  const [weights, gradients, velocity, origin] = [0, 0, 0, 0].map(() => take(layout.parameters)) as [
    number,
    number,
    number,
    number,
  ];
  const scratch = take(Math.max(...layout.layers.map(scratchOf)));
  const values = layout.layers.filter(({ layer }) => layer.kind !== "flatten").map(({ output }) => sizeOf(output));
  const floatsPerRow = 2 * values.reduce((sum, size) => sum + size, layout.inputs);
  const room = Math.max(1, Math.min(ROWS_MAX, Math.floor(ROOM_FLOATS / floatsPerRow)));
  const place = (size: number): Place => ({ value: take(room * size), gradient: take(room * size) });

  const input = place(layout.inputs);
  const stages: Stage[] = [];
  let from = input;
  for (const resolved of layout.layers) {
    // Row-major values are flat already.
    if (resolved.layer.kind === "flatten") continue;
    const to = place(sizeOf(resolved.output));
    const stage = stageOf(resolved.layer, { kernels, resolved, from, to, weights, gradients, scratch });
    if (stage === undefined) return undefined;
    stages.push(stage);
    from = to;
  }
  kernels.reserve(top);
  return {
    ...{ weights, gradients, velocity, origin, input, scores: from, room },
    forward(rows) {
      for (const stage of stages) stage.forward(rows);
    },
    backward(rows, inputToo) {
      for (let i = stages.length - 1; i >= 0; i--) stages[i]?.backward(rows, i > 0 || inputToo);
    },
  };
}

function stageOf(layer: Layer, setting: StageSetting): Stage | undefined {
  return layer.kind === "dense" ? denseStage(setting, layer.activation) : undefined;
}

/** A transposed kernel. */
function scratchOf({ layer, tensors }: ResolvedLayer): number {
  return layer.kind === "dense" ? (tensors[0]?.length as number) : 0;
}
