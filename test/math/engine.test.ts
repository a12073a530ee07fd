// Which engine one gets, and what the WebAssembly one refuses.
import { expect, test } from "vitest";
import { engineFor, wasmEngine } from "../../src/math/wasm/engine.ts";
import { nodeWasm } from "../../src/platform/node/wasm.ts";
import { webWasm } from "../../src/platform/web/wasm.ts";
import { engines } from "./engines.ts";

const { wasm, typescript } = engines;

test("WebAssembly where the host can, plain TypeScript elsewhere", () => {
  expect(engineFor(nodeWasm).name).toBe("wasm");
  expect(engineFor(webWasm).name).toBe("wasm");
  expect(engineFor().name).toBe("typescript");
  expect(engineFor({ instantiate: () => undefined }).name).toBe("typescript");
});

test("a page whose policy forbids WebAssembly gets the plain engine", () => {
  const { Module } = WebAssembly;
  try {
    WebAssembly.Module = class {
      constructor() {
        throw new WebAssembly.CompileError("blocked by CSP");
      }
    } as unknown as typeof Module;
    expect(webWasm.instantiate(new Uint8Array(8))).toBeUndefined();
  } finally {
    WebAssembly.Module = Module;
  }
});

test("vectors of another engine, field or range are refused", () => {
  const other = wasmEngine(nodeWasm);
  const { field128, field64 } = wasm;
  const v = field128.newVector(4);
  for (const foreign of [other?.field128.newVector(4), field64.newVector(4), typescript.field128.newVector(4)])
    expect(() => field128.copy(1, v, 0, 1, foreign as typeof v, 0, 1)).toThrow("another engine or field");
  expect(() => field128.copy(5, v, 0, 1, v, 0, 0)).toThrow("outside their vector");
  expect(() => field128.copy(2, v, 0, 1, v, 3, 1)).toThrow("outside their vector");
  expect(() => field128.copy(1, v, -1, 1, v, 0, 1)).toThrow("outside their vector");
  expect(() => field128.copy(3, v, 0, -1, v, 0, 1)).toThrow("outside their vector");
  expect(() => field128.copy(1, v, Number.NaN, 1, v, 0, 1)).toThrow("outside their vector");
  expect(() => field128.sample(typescript.sponge, v, 0, 1)).toThrow("sponge of another engine");
});

test.each(Object.values(engines))("bytes missing at the end are refused by $name", ({ field64 }) => {
  const v = field64.newVector(20);
  for (const count of [1, 20]) {
    expect(() => field64.decodeInto(v, 0, new Uint8Array(8 * count + 6), 7, count)).toThrow();
    expect(() => field64.encodeInto(new Uint8Array(8 * count + 6), 7, v, 0, count)).toThrow();
  }
});

test("memory that does not grow is a typed error, and what was there stays usable", () => {
  const engine = wasmEngine({
    instantiate: (binary) => {
      const exports = nodeWasm.instantiate(binary);
      if (exports === undefined) return undefined;
      const { memory } = exports;
      const grow = (): never => {
        throw new RangeError("WebAssembly.Memory.grow(): Maximum memory size exceeded");
      };
      return { ...exports, memory: { buffer: memory.buffer, grow } };
    },
  });
  if (engine === undefined) throw new Error("Node without WebAssembly");
  const { field64 } = engine;
  expect(() => field64.newVector(20000)).toThrow(expect.objectContaining({ code: "unsupported" }));
  const v = field64.newVector(3);
  field64.fromSmall(v, 0, Uint8Array.of(1, 2, 3));
  field64.sum(3, v, 0, v, 0, 1);
  const out = new Uint8Array(8);
  field64.encodeInto(out, 0, v, 0, 1);
  expect(out[0]).toBe(6);
});

test("an engine's memory grows with its vectors and with nothing else", () => {
  let bytes = () => 0;
  const engine = wasmEngine({
    instantiate: (binary) => {
      const exports = nodeWasm.instantiate(binary);
      bytes = () => exports?.memory.buffer.byteLength ?? 0;
      return exports;
    },
  });
  if (engine === undefined) throw new Error("Node without WebAssembly");
  const { field64, sponge } = engine;
  expect(bytes()).toBe(65536);
  const v = field64.newVector(20000);
  expect(bytes()).toBe(3 * 65536);
  for (let round = 0; round < 50; round++) {
    field64.sample(sponge.reset(1).absorb(Uint8Array.of(round)), v, 0, 20000);
    field64.encodeInto(new Uint8Array(160000), 0, v, 0, 20000);
  }
  expect(bytes()).toBe(3 * 65536);
});
