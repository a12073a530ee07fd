/** Exports of an instantiated module, as far as pure rooms may know them: a memory and functions on numbers. */
export interface WasmExports {
  readonly memory: {
    /** Another one after every growth of the memory. */
    readonly buffer: ArrayBuffer;
    /** Adds pages of 64 KiB. */
    grow(pages: number): number;
  };
  readonly [name: string]: unknown;
}

/** WebAssembly, where the platform has it. Synchronous: the modules are a few kilobytes. */
export interface WasmHost {
  /**
   * A fresh instance, with a memory of its own, of a module without imports.
   * @returns undefined where WebAssembly is missing or forbidden; callers then take the plain TypeScript way
   */
  instantiate(bytes: Uint8Array<ArrayBuffer>): WasmExports | undefined;
}
