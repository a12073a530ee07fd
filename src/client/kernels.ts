// paceline/report/kernels: the WebAssembly engine for paceline/report, apart because it adds two thirds of that entry's size
// and pays only for pages that make many reports.
import { wasmEngine } from "../math/wasm/wasm-engine.ts";
import { webWasm } from "../platform/web/wasm.ts";
import type { ReportEngine } from "./report.ts";

/** A fresh engine, for one reporter. @returns undefined where WebAssembly is missing or the content policy forbids it */
export function kernels(): ReportEngine | undefined {
  return wasmEngine(webWasm);
}
