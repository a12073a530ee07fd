// WebAssembly in the browser, if it is there and the page's content policy allows it.
import type { WasmExports, WasmHost } from "../../ports/wasm.ts";

const compiled = new WeakMap<Uint8Array, WebAssembly.Module>();

export const webWasm: WasmHost = {
  instantiate(bytes) {
    try {
      let module = compiled.get(bytes);
      if (module === undefined) {
        module = new WebAssembly.Module(bytes);
        compiled.set(bytes, module);
      }
      return new WebAssembly.Instance(module, {}).exports as unknown as WasmExports;
    } catch {
      // No WebAssembly at all, a policy without wasm-unsafe-eval, no SIMD, or no memory left: all the same to the caller.
      return undefined;
    }
  },
};
