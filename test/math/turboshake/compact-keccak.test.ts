import { expect, test } from "vitest";
import { compactKeccakP12 } from "../../../src/math/turboshake/compact-keccak.ts";
import { type KeccakState, keccakP12 } from "../../../src/math/turboshake/keccak.ts";
import { KeccakSponge } from "../../../src/math/turboshake/keccak-sponge.ts";
import { TurboShake128 } from "../../../src/math/turboshake/turboshake.ts";
import { nodeEntropy } from "../../../src/platform/node/index.ts";

test("permutes as the unrolled one does: the zero state, every single bit, random states", () => {
  const states = [
    new Int32Array(50),
    ...Array.from({ length: 1600 }, (_, bit) => {
      const state = new Int32Array(50);
      state[bit >> 5] = 1 << (bit & 31);
      return state;
    }),
  ];
  for (let i = 0; i < 200; i++) states.push(new Int32Array(nodeEntropy.bytes(200).buffer));
  for (const state of states) {
    const [a, b] = [state.slice() as KeccakState, state.slice() as KeccakState];
    keccakP12(a);
    compactKeccakP12(b);
    expect(b).toEqual(a);
  }
});

test("makes the same TurboSHAKE128", () => {
  for (const length of [0, 1, 167, 168, 169, 1000]) {
    const message = nodeEntropy.bytes(length);
    const compact = new KeccakSponge(0x01, compactKeccakP12).absorb(message).squeeze(500);
    expect(compact).toEqual(new TurboShake128(0x01).absorb(message).squeeze(500));
  }
});
