// WebAssembly on Node; a module is compiled once, however many instances are made of it.
import type { WasmExports, WasmHost } from "../../ports/wasm.ts";

const compiled = new WeakMap<Uint8Array, WebAssembly.Module>();

export const nodeWasm: WasmHost = {
  instantiate(bytes) {
    let module = compiled.get(bytes);
    if (module === undefined) {
      module = new WebAssembly.Module(bytes);
      compiled.set(bytes, module);
    }
    return new WebAssembly.Instance(module, {}).exports as unknown as WasmExports;
  },
};
