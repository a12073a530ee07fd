// The WebAssembly kernels behind the interface of kernels.ts, and the choice between the two.
import { fromHex } from "../../../base/bytes.ts";
import type { TrainingEngine } from "../../../ports/training-engine.ts";
import type { WasmExports, WasmHost } from "../../../ports/wasm.ts";
import { grow } from "../../wasm/grow.ts";
import type { TensorKernels } from "../kernels.ts";
import { openTrainer, plainEngine } from "../trainer.ts";
import { kernels as encoded } from "./kernels.wasm.ts";

type Exports = WasmExports & {
  readonly [name in Exclude<keyof TensorKernels, "name" | "memory" | "reserve">]: TensorKernels[name];
};

/** What lies below belongs to the kernels; floats of the interface are counted from here. */
const FIRST = 1024;

/** Decoded once: hosts know a module they have compiled by its bytes. */
let binary: Uint8Array<ArrayBuffer> | undefined;

/** Kernels with a memory of their own. @returns undefined where the host cannot instantiate modules */
export function wasmKernels(host: WasmHost): TensorKernels | undefined {
  binary ??= fromHex(encoded);
  const exports = host.instantiate(binary) as Exports | undefined;
  if (exports === undefined) return undefined;
  let memory = new Float32Array(exports.memory.buffer, FIRST);
  const at = (floats: number) => FIRST + 4 * floats;
  return {
    name: "wasm",
    get memory() {
      return memory;
    },
    reserve(floats) {
      grow(exports.memory, at(floats));
      memory = new Float32Array(exports.memory.buffer, FIRST);
    },
    multiply: (m, n, k, a, step, b, c) => exports.multiply(m, n, k, at(a), step, at(b), at(c)),
    multiplyTransposed: (m, n, k, a, step, b, c) => exports.multiplyTransposed(m, n, k, at(a), step, at(b), at(c)),
    transpose: (k, n, from, to) => exports.transpose(k, n, at(from), at(to)),
    repeatRow: (m, n, row, c) => exports.repeatRow(m, n, at(row), at(c)),
    addRows: (m, n, a, sum) => exports.addRows(m, n, at(a), at(sum)),
    addWindows: (m, k, step, from, to) => exports.addWindows(m, k, step, at(from), at(to)),
    relu: (count, x) => exports.relu(count, at(x)),
    reluBackward: (count, y, d) => exports.reluBackward(count, at(y), at(d)),
    addScaled: (count, factor, x, y) => exports.addScaled(count, factor, at(x), at(y)),
    scaleAndAdd: (count, factor, x, y) => exports.scaleAndAdd(count, factor, at(x), at(y)),
    pull: (count, factor, x, origin, y) => exports.pull(count, factor, at(x), at(origin), at(y)),
  };
}

/** Our engine: on WebAssembly where the host can, else in plain TypeScript; they give the same bits. */
export function ownEngine(host?: WasmHost): TrainingEngine {
  const first = host === undefined ? undefined : wasmKernels(host);
  if (host === undefined || first === undefined) return plainEngine;
  return { name: "wasm", open: (architecture) => openTrainer(architecture, wasmKernels(host) ?? first) };
}
