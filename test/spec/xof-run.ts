// One file of XOF vectors: the derived seed and the expanded vector, byte for byte.
import { createCipheriv } from "node:crypto";
import type { Engine } from "../../src/math/engine.ts";
import type { FieldVector } from "../../src/math/field/field.ts";
import { SPONGE_DOMAIN, streamHead } from "../../src/protocol/vdaf/xof.ts";
import { type BlockCipher, XofFixedKeyAes128 } from "../../src/protocol/vdaf/xof-fixed-key-aes.ts";
import { sameBytes } from "./mismatch.ts";
import type { XofFile } from "./schema.ts";

function aes128(key: Uint8Array): BlockCipher {
  const cipher = createCipheriv("aes-128-ecb", key, null).setAutoPadding(false);
  return (block) => cipher.update(block);
}

export function runTurboShake({ field128, sponge }: Engine, v: XofFile): void {
  const start = () => sponge.reset(SPONGE_DOMAIN).absorb(streamHead(v.seed, v.dst, v.binder));
  const seed = new Uint8Array(v.seed.length);
  start().squeezeInto(seed);
  sameBytes("the derived seed", seed, v.derived_seed);
  const elements = field128.newVector(v.length);
  field128.sample(start(), elements, 0, v.length);
  sameBytes("the vector", encoded(field128, elements, v.length), v.expanded_vec_field128);
}

export function runFixedKeyAes({ field128 }: Engine, v: XofFile): void {
  const start = () => new XofFixedKeyAes128(aes128, v.seed, v.dst, v.binder);
  sameBytes("the derived seed", start().next(v.seed.length), v.derived_seed);
  const elements = start().nextVector(field128, v.length);
  sameBytes("the vector", encoded(field128, elements, v.length), v.expanded_vec_field128);
}

function encoded(field: Engine["field128"], elements: FieldVector, length: number): Uint8Array {
  const out = new Uint8Array(length * field.encodedSize);
  field.encodeInto(out, 0, elements, 0, length);
  return out;
}
