// Finds TensorFlow.js where it is installed: the native build first, then the portable one on its CPU backend. Both are
// optional packages; a machine that could not install them trains with the plain engine.
import type * as Tensorflow from "@tensorflow/tfjs";

export type Tf = typeof Tensorflow;

export type Found = { readonly tf: Tf; readonly backend: string } | { readonly reason: string };

export interface Source {
  readonly name: string;
  readonly load: () => Promise<unknown>;
  /** The backend to select; absent where the package selects its own. */
  readonly backend?: string;
}

const sources: readonly Source[] = [
  {
    name: "@tensorflow/tfjs-node",
    load: () => {
      restoreRemovedUtilities();
      // A computed name: neither the compiler nor a bundler may insist on a package that installs on few machines.
      return import("@tensorflow/tfjs-node" as string);
    },
  },
  { name: "@tensorflow/tfjs", load: () => import("@tensorflow/tfjs"), backend: "cpu" },
];

/** The first source that loads and can compute, or why none did. */
export async function findTfjs(among: readonly Source[] = sources): Promise<Found> {
  const reasons: string[] = [];
  for (const { name, load, backend } of among) {
    try {
      const module = (await load()) as Tf & { default?: Tf };
      const tf = module.default ?? module;
      // Without it the CPU backend greets every process with a banner on stderr.
      tf.enableProdMode();
      if (backend !== undefined && !(await tf.setBackend(backend))) throw new Error(`no ${backend} backend`);
      await tf.ready();
      return { tf, backend: tf.getBackend() };
    } catch (cause) {
      reasons.push(`${name}: ${reasonOf(cause)}`);
    }
  }
  return { reason: reasons.join("; ") };
}

function reasonOf(cause: unknown): string {
  if ((cause as { code?: unknown } | null)?.code === "ERR_MODULE_NOT_FOUND") return "not installed";
  return (cause instanceof Error ? cause.message : String(cause)).split("\n")[0]?.slice(0, 200) ?? "";
}

/** tfjs-node 4.22 calls two functions of node:util that Node 23 removed. */
function restoreRemovedUtilities(): void {
  const util = globalThis.process?.getBuiltinModule?.("node:util") as Record<string, unknown> | undefined;
  if (util === undefined) return;
  util.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
  util.isArray ??= Array.isArray;
}
