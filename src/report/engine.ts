// The smallest engine that makes reports: fast enough for a report a day, and a fifth of the kernels' size.
import { field128 } from "../math/field/field128.ts";
import { compactKeccakP12 } from "../math/turboshake/compact-keccak.ts";
import { KeccakSponge } from "../math/turboshake/keccak-sponge.ts";
import type { DeviceEngine } from "../protocol/vdaf/device-sharder.ts";

export function compactEngine(): DeviceEngine {
  const sponge = () => new KeccakSponge(0x01, compactKeccakP12);
  return { field128, sponge: sponge(), other: sponge() };
}
