// What reports are made with in plain TypeScript: as little code as does it for a report of the usual length, and more of it, which
// is fetched, for a long one. Which of them is by what the task says, which everybody knows, and never by what is in a report.
import { compactField128 } from "../math/field/compact-field128.ts";
import type { FieldKernel } from "../math/field/field.ts";
import { withProving } from "../math/field/proving.ts";
import { compactKeccakP12 } from "../math/turboshake/compact-keccak.ts";
import { KeccakSponge } from "../math/turboshake/keccak-sponge.ts";
import { type DeviceEngine, type DeviceParameters, encodedLength } from "../protocol/vdaf/device-sharder.ts";

/** Elements up to which the compact field takes milliseconds; beyond, one that is three times as fast is worth its fetching. */
const SHORT = 512;

/** Over a field in plain TypeScript. */
export function engineOver(field: FieldKernel): DeviceEngine {
  const sponge = () => new KeccakSponge(0x01, compactKeccakP12);
  return { field128: withProving(field), sponge: sponge(), other: sponge() };
}

/** The smallest engine that makes reports, a tenth of the kernels' size. */
export function compactEngine(): DeviceEngine {
  return engineOver(compactField128);
}

/** For reports of one task. @throws PacelineError as newDeviceSharder() */
export async function plainEngine(vdaf: DeviceParameters): Promise<DeviceEngine> {
  if (encodedLength(vdaf) <= SHORT) return compactEngine();
  // Where it does not load the same report takes longer, no more.
  const fast = await import("../math/field/field128-arithmetic.ts").catch(() => undefined);
  return engineOver({ ...compactField128, ...fast?.field128Arithmetic });
}
