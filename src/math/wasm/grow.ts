// Growing a module's memory.
import { fail } from "../../base/errors.ts";
import type { WasmExports } from "../../ports/wasm.ts";

const PAGE = 65536;

/** Makes it at least so many bytes; growing replaces its buffer. @throws PacelineError unsupported when the host has no more */
export function grow(memory: WasmExports["memory"], bytes: number): void {
  const missing = bytes - memory.buffer.byteLength;
  if (missing <= 0) return;
  try {
    memory.grow(Math.ceil(missing / PAGE));
  } catch (cause) {
    fail("unsupported", `the kernels' memory does not grow by ${missing} bytes`, {
      hint: "Take the plain TypeScript engine, or smaller tasks.",
      cause,
    });
  }
}
