// A model laid out in one memory: weights, gradients, and for some rows at a time what each layer makes of them.
import type { Layer } from "../../ports/training-engine.ts";
import type { TensorKernels } from "./kernels.ts";
import { type Layout, type ResolvedLayer, sizeOf } from "./layout.ts";
import { convScratch, convStage } from "./stages/conv.ts";
import { denseStage } from "./stages/dense.ts";
import { averagePoolStage, maxPoolStage } from "./stages/pool.ts";
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
const ROWS_MAX = 64;
/** Addresses are multiples of 16 bytes. */
const ALIGNMENT = 4;

export function networkOf(layout: Layout, kernels: TensorKernels): Network {
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
    const { layer } = resolved;
    if (layer.kind === "flatten") continue;
    const to = place(sizeOf(resolved.output));
    stages.push(stageOf(layer, { kernels, resolved, from, to, weights, gradients, scratch }));
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

/** A flatten has no stage: row-major values are flat already. */
function stageOf(layer: Exclude<Layer, { kind: "flatten" }>, setting: StageSetting): Stage {
  switch (layer.kind) {
    case "dense":
      return denseStage(setting, layer.activation);
    case "conv1d":
      return convStage(setting, layer);
    case "max-pool1d":
      return maxPoolStage(setting, layer);
    case "average-pool1d":
      return averagePoolStage(setting, layer);
    case "global-average-pool1d":
      return averagePoolStage(setting, { size: setting.resolved.input[0] as number, stride: 1 });
  }
}

function scratchOf(resolved: ResolvedLayer): number {
  const { layer, tensors } = resolved;
  if (layer.kind === "conv1d") return convScratch(layer, resolved);
  return layer.kind === "dense" ? (tensors[0]?.length as number) : 0;
}
