// One instance of the kernels and its memory. Vectors are carved out one after the other and never given back: an engine
// belongs to one Prio3 instance, makes its vectors with it, and goes with it.
import { fromHex } from "../../base/bytes.ts";
import { invariant } from "../../base/errors.ts";
import type { WasmExports, WasmHost } from "../../ports/wasm.ts";
import { grow } from "./grow.ts";
import { kernels as encoded } from "./kernels.wasm.ts";

/** Addresses and steps in bytes, `wide` 0 for Field64 and 1 for Field128; documented in kernels.as.ts. */
export interface Kernels extends WasmExports {
  readonly permute: (state: number) => void;
  /** Words of `width` bits, in place of the first vector. */
  readonly addWords: (width: number, bytes: number, to: number, from: number) => void;
  readonly absorb: (state: number, at: number, from: number, length: number) => number;
  readonly sample: (wide: number, count: number, out: number, state: number, at: number) => number;
  readonly sampleAndAbsorb: (
    wide: number,
    count: number,
    out: number,
    source: number,
    at: number,
    sink: number,
    to: number,
    copies: number,
  ) => number;
  readonly add: ElementwiseKernel;
  readonly sub: ElementwiseKernel;
  readonly mul: ElementwiseKernel;
  readonly dot: (wide: number, n: number, out: number, a: number, as: number, b: number, bs: number) => void;
  readonly copy: (wide: number, n: number, out: number, os: number, a: number, as: number) => void;
  readonly below: (wide: number, n: number, v: number) => number;
  readonly reduce: (wide: number, n: number, v: number) => number;
  readonly inverse: (wide: number, rows: number, columns: number, v: number, factors: number) => void;
  readonly forward: (wide: number, rows: number, columns: number, v: number, factors: number) => void;
  readonly weights: (
    wide: number,
    size: number,
    out: number,
    t: number,
    roots: number,
    scale: number,
    scratch: number,
  ) => void;
  readonly scaleRows: (wide: number, rows: number, columns: number, out: number, a: number, factors: number) => void;
  readonly combineRows: (wide: number, rows: number, columns: number, out: number, w: number, m: number) => void;
  readonly pairProducts: (wide: number, rows: number, pairs: number, out: number, os: number, m: number) => void;
  readonly bitWires: (
    wide: number,
    calls: number,
    chunk: number,
    length: number,
    wires: number,
    bits: number,
    rand: number,
    share: number,
    zero: number,
  ) => void;
}
type ElementwiseKernel = (
  wide: number,
  count: number,
  out: number,
  os: number,
  a: number,
  as: number,
  b: number,
  bs: number,
) => void;

const ALIGNMENT = 16;
/** What lies below belongs to the kernels. */
const FIRST = 1024;

/** Up to here a loop copies faster than set() and subarray(). */
const SHORT = 64;

/** Copies bytes into or out of a memory: to[at …] = from[start …]. */
export function copyBytes(to: Uint8Array, at: number, from: Uint8Array, start: number, length: number): void {
  invariant(start + length <= from.length && at + length <= to.length, "bytes outside their array");
  if (length > SHORT) to.set(from.subarray(start, start + length), at);
  else for (let k = 0; k < length; k++) to[at + k] = from[start + k] as number;
}

/** Decoded once: hosts know a module they have compiled by its bytes. */
let binary: Uint8Array<ArrayBuffer> | undefined;

export class WasmMemory {
  readonly kernels: Kernels;
  /** All of the memory. Take it afresh for every use: growing replaces it. */
  bytes: Uint8Array<ArrayBuffer>;
  #top = FIRST;

  constructor(kernels: Kernels) {
    this.kernels = kernels;
    this.bytes = new Uint8Array(kernels.memory.buffer);
  }

  static of(host: WasmHost): WasmMemory | undefined {
    binary ??= fromHex(encoded);
    const kernels = host.instantiate(binary);
    return kernels === undefined ? undefined : new WasmMemory(kernels as Kernels);
  }

  /** The address of `size` zero bytes. @throws PacelineError unsupported when the host has no more memory to give */
  allocate(size: number): number {
    const address = this.#top;
    const top = address + Math.ceil(size / ALIGNMENT) * ALIGNMENT;
    if (top > this.bytes.length) {
      grow(this.kernels.memory, top);
      this.bytes = new Uint8Array(this.kernels.memory.buffer);
    }
    this.#top = top;
    return address;
  }
}
