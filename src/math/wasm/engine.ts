// The choice between the two engines.
import type { WasmHost } from "../../ports/wasm.ts";
import { type Engine, typescriptEngine } from "../engine.ts";
import { wasmEngine } from "./wasm-engine.ts";

export { wasmEngine };

/** The WebAssembly engine where the host can, else the plain TypeScript one. */
export function engineFor(host?: WasmHost): Engine {
  return (host === undefined ? undefined : wasmEngine(host)) ?? typescriptEngine();
}
