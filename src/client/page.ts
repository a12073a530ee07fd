// A page, or a thread of one: what it needs rarely is loaded when it is needed.
import { portableCrypto } from "../platform/web/portable-crypto.ts";
import { webWasm } from "../platform/web/wasm.ts";
import type { ClientOptions, Kernels, LoadTraining, Settings, Surroundings } from "./options.ts";
import { settingsFrom } from "./settings.ts";

export const pageKernels: Kernels = async (wasm) => (await import("../math/wasm/wasm-engine.ts")).wasmEngine(wasm);

export const pageTraining: LoadTraining = () => import("./training.ts");

const page: Surroundings = {
  crypto: portableCrypto,
  wasm: webWasm,
  kernels: pageKernels,
  training: pageTraining,
  takenBack: async (settings, quiet) =>
    (await Promise.all(["withdraw", "masked", "pending-masked"].map((start) => settings.store.keys(start)))).flat()[0]
      ? (await import("./erase.ts")).goOnTakingBack(settings, quiet)
      : [],
  elsewhere: (worker) => async (job, here) =>
    (await import("./off-thread.ts")).offThread(worker, { there: (work) => work.report(job), here }),
};

/** @throws PacelineError invalid_argument naming the option */
export function settingsOf<Own extends string>(options: ClientOptions<Own>): Settings {
  return settingsFrom(options, page);
}
