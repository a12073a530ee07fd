// The smallest engine that makes reports: fast enough for a report a day, and a fifth of the kernels' size.
import { field128Kernel } from "../math/field/field128-kernel.ts";
import { withProving } from "../math/field/proving.ts";
import { compactKeccakP12 } from "../math/turboshake/compact-keccak.ts";
import { KeccakSponge } from "../math/turboshake/keccak-sponge.ts";
import type { DeviceEngine } from "../protocol/vdaf/device-sharder.ts";

export function compactEngine(): DeviceEngine {
  const sponge = () => new KeccakSponge(0x01, compactKeccakP12);
  return { field128: withProving(field128Kernel), sponge: sponge(), other: sponge() };
}
