// What a report is computed with. Most are small, and plain TypeScript makes them in milliseconds; for long vectors, such as model
// updates, the WebAssembly kernels are fetched: by what the manifest says, which everybody knows, and never by what is in it.
import type { DeviceEngine, DeviceParameters } from "../protocol/vdaf/device-sharder.ts";
import { plainEngine } from "../report/engine.ts";
import type { Platform, Settings } from "./options.ts";

/** Columns from which fetching and compiling the kernels takes less than doing without. */
const LONG = 2000;

/** @returns an engine for one report */
export async function engineFor(
  vdaf: DeviceParameters,
  device: Pick<Settings, "kernels"> & { readonly platform: Pick<Platform, "wasm"> },
): Promise<DeviceEngine> {
  const { wasm } = device.platform;
  // Kernels that do not load cost time, not the report.
  const kernels =
    wasm === undefined || vdaf.length < LONG ? undefined : await device.kernels(wasm).catch(() => undefined);
  return kernels ?? (await plainEngine(vdaf));
}
