// What a report is computed with. Most are small, and plain TypeScript makes them in milliseconds; for long vectors, such as model
// updates, the WebAssembly kernels are fetched: by what the manifest says, which everybody knows, and never by what is in it.
import type { DeviceEngine } from "../protocol/vdaf/device-sharder.ts";
import { compactEngine } from "../report/engine.ts";
import type { Manifest } from "../task/manifest.ts";
import type { Platform, Settings } from "./options.ts";

/** Columns from which fetching and compiling the kernels takes less than doing without. */
const LONG = 2000;

/** @returns an engine for one report */
export async function engineFor(
  { vdaf }: Pick<Manifest, "vdaf">,
  device: Pick<Settings, "kernels"> & { readonly platform: Pick<Platform, "wasm"> },
): Promise<DeviceEngine> {
  const { wasm } = device.platform;
  if (wasm === undefined || vdaf.length < LONG) return compactEngine();
  return (await device.kernels(wasm)) ?? compactEngine();
}
