// Every engine there is, each made afresh: they must give the same bytes.
import { type Engine, typescriptEngine } from "../../src/math/engine.ts";
import { wasmEngine } from "../../src/math/wasm/engine.ts";
import { nodeWasm } from "../../src/platform/node/wasm.ts";

function wasm(): Engine {
  const engine = wasmEngine(nodeWasm);
  if (engine === undefined) throw new Error("this Node has no WebAssembly");
  return engine;
}

export const engines: readonly { readonly name: Engine["name"]; readonly make: () => Engine }[] = [
  { name: "typescript", make: typescriptEngine },
  { name: "wasm", make: wasm },
];
