// Finds TensorFlow.js where it is installed: the native build first, then the portable one on its WebAssembly backend, then on its
// CPU backend. All are optional packages; a machine that could not install them trains with our own engine.
import type * as Tensorflow from "@tensorflow/tfjs";

export type Tf = typeof Tensorflow;

/** `passedOver`: why each source before did not do. */
export type Found =
  | { readonly tf: Tf; readonly backend: string; readonly passedOver: readonly string[] }
  | { readonly reason: string };

export interface Source {
  readonly name: string;
  readonly load: () => Promise<unknown>;
  readonly backend: string;
}

/** Fastest first. */
export const tfjsSources: readonly Source[] = [
  {
    name: "@tensorflow/tfjs-node",
    load: () => {
      restoreRemovedUtilities();
      // A computed name: neither the compiler nor a bundler may insist on a package that installs on few machines.
      return import("@tensorflow/tfjs-node" as string);
    },
    backend: "tensorflow",
  },
  {
    name: "@tensorflow/tfjs-backend-wasm",
    load: async () => {
      const tf = await import("@tensorflow/tfjs");
      const module = await import("@tensorflow/tfjs-backend-wasm" as string);
      locateWasm(module.default ?? module);
      return tf;
    },
    backend: "wasm",
  },
  { name: "@tensorflow/tfjs", load: () => import("@tensorflow/tfjs"), backend: "cpu" },
];

/** The first source that loads and can compute, or why none did. */
export async function findTfjs(among: readonly Source[] = tfjsSources): Promise<Found> {
  const passedOver: string[] = [];
  for (const { name, load, backend } of among) {
    try {
      const module = (await load()) as Tf & { default?: Tf };
      const tf = module.default ?? module;
      // Without it the CPU backend greets every process with a banner on stderr.
      tf.enableProdMode();
      if (!(await tf.setBackend(backend))) throw new Error(`no ${backend} backend`);
      await tf.ready();
      return { tf, backend: tf.getBackend(), passedOver };
    } catch (cause) {
      passedOver.push(`${name}: ${reasonOf(cause)}`);
    }
  }
  return { reason: passedOver.join("; ") };
}

function reasonOf(cause: unknown): string {
  if ((cause as { code?: unknown } | null)?.code === "ERR_MODULE_NOT_FOUND") return "not installed";
  const [line = ""] = (cause instanceof Error ? cause.message : String(cause)).split("\n");
  return line.trim().slice(0, 200).replace(/\.$/, "");
}

/** On Node its binaries lie beside it, which it does not look for; elsewhere a page serves them. */
function locateWasm({ setWasmPaths }: { setWasmPaths?: (folder: string) => void }): void {
  const module = globalThis.process?.getBuiltinModule?.("node:module");
  const file = module?.createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm");
  if (file !== undefined) setWasmPaths?.(file.replace(/[^/\\]*$/, ""));
}

/** tfjs-node 4.22 calls two functions of node:util that Node 23 removed. */
function restoreRemovedUtilities(): void {
  const util = globalThis.process?.getBuiltinModule?.("node:util") as Record<string, unknown> | undefined;
  if (util === undefined) return;
  util.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
  util.isArray ??= Array.isArray;
}
