// What a device decides about itself once for a whole training, by a coin that nobody else can see or choose and that depends on no
// data: whether its member is held out, and in which rounds it takes part.
import { utf8 } from "../../base/bytes.ts";
import { fail } from "../../base/errors.ts";
import { TurboShake128 } from "../../math/turboshake/turboshake.ts";
import type { EvaluationPlan } from "../plan/riders.ts";

/** Separation byte, apart from other uses of TurboSHAKE128. */
const DOMAIN = 0x48;

/**
 * Whether this device's member is held out of a training: the same in all of its rounds, so that a model is never measured on a member
 * it learnt from.
 * @param secret of the device alone, 16 bytes or more @param training names the training in all of its rounds
 */
export function isHeldOut(secret: Uint8Array, training: Uint8Array, { heldOut }: EvaluationPlan): boolean {
  return coin("held out", secret, training) < heldOut * 2 ** 32;
}

/**
 * Whether this device takes part in a round, from 0 on: in one of `separation` in a fixed order, so that a stream's sensitivity holds
 * whatever a device remembers of earlier rounds. @param secret as for `isHeldOut`
 */
export function takesPart(secret: Uint8Array, training: Uint8Array, separation: number, round: number): boolean {
  return coin("slot", secret, training) % separation === round % separation;
}

/** 32 bits of a keyed sponge. */
function coin(about: string, secret: Uint8Array, training: Uint8Array): number {
  if (secret.length < 16 || secret.length > 255)
    fail("invalid_argument", `a secret of ${secret.length} bytes, 16 to 255 belong here`);
  const bits = new Uint8Array(4);
  new TurboShake128(DOMAIN)
    .absorb(utf8(`paceline coin v1: ${about}\n`))
    .absorb(Uint8Array.of(secret.length))
    .absorb(secret)
    .absorb(training)
    .squeezeInto(bits);
  return new DataView(bits.buffer).getUint32(0);
}
