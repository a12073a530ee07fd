// One aggregator's side of a stream: its shares of the last rounds' sums, from which each round's release is made, C̃x + z on its own
// share with its own noise. Shares are words modulo 2^width, and so are releases: the two parties' add up to the noised lattice value.
// A step is pure. A service stores what it returns in the transaction that draws the noise, and sends what it stored.
import { decode, Writer } from "../base/codec.ts";
import { fail } from "../base/errors.ts";
import type { StreamPlan } from "../learning/plan/stream.ts";
import { checkCoefficients } from "../privacy/factorisation/participation.ts";

export type StreamWidth = 32 | 64;

/** What an aggregator keeps between rounds. */
export interface ShareStream {
  /** The next round, from 0 on. */
  readonly round: number;
  /** Shares of the sums of the rounds before it, the newest first: one less than the factor has bands. Little-endian words. */
  readonly kept: readonly Uint8Array[];
}

export const newShareStream: ShareStream = { round: 0, kept: [] };

export interface StreamStep {
  readonly stream: ShareStream;
  /** This aggregator's share of the round's release. */
  readonly released: Uint8Array;
}

/**
 * @param share of this round's sum: little-endian words @param noise one integer a word, drawn for this round alone
 * @throws PacelineError conflict after the last round; invalid_argument for a share of another length
 */
export function stepShareStream(
  plan: StreamPlan,
  width: StreamWidth,
  { round, kept }: ShareStream,
  share: Uint8Array,
  noise: readonly bigint[],
): StreamStep {
  checkCoefficients(plan.coefficients, plan.rounds);
  if (round >= plan.rounds) fail("conflict", `the stream's ${plan.rounds} rounds are over`);
  if (share.length !== noise.length * (width / 8) || kept.some((one) => one.length !== share.length))
    fail("invalid_argument", `a share of ${share.length} bytes in a stream of ${noise.length} words of ${width} bits`);
  const shares = [share, ...kept];
  const released = width === 32 ? release32(plan, shares, noise) : release64(plan, shares, noise);
  const own = Uint8Array.from(share);
  return { stream: { round: round + 1, kept: [own, ...kept].slice(0, plan.coefficients.length - 1) }, released };
}

function release32({ coefficients }: StreamPlan, shares: readonly Uint8Array[], noise: readonly bigint[]): Uint8Array {
  const words = Uint32Array.from(noise, (value) => Number(BigInt.asUintN(32, value)));
  for (const [age, share] of shares.entries()) {
    const [view, factor] = [viewOf(share), coefficients[age] as number];
    for (let i = 0; i < words.length; i++)
      words[i] = ((words[i] as number) + Math.imul(factor, view.getUint32(4 * i, true))) >>> 0;
  }
  const out = new Uint8Array(4 * words.length);
  const view = viewOf(out);
  for (const [i, word] of words.entries()) view.setUint32(4 * i, word, true);
  return out;
}

function release64({ coefficients }: StreamPlan, shares: readonly Uint8Array[], noise: readonly bigint[]): Uint8Array {
  const views = shares.map(viewOf);
  const out = new Uint8Array(8 * noise.length);
  const view = viewOf(out);
  for (const [i, value] of noise.entries()) {
    let sum = value;
    for (const [age, own] of views.entries())
      sum += BigInt(coefficients[age] as number) * own.getBigUint64(8 * i, true);
    view.setBigUint64(8 * i, BigInt.asUintN(64, sum), true);
  }
  return out;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

const VERSION = 1;

export function encodeShareStream({ round, kept }: ShareStream): Uint8Array<ArrayBuffer> {
  const writer = new Writer().u8(VERSION).u32(round).u8(kept.length);
  for (const share of kept) writer.opaque32(share);
  return writer.done();
}

/** @throws PacelineError invalid_message unless it is a state that this plan's stream can have, for so many words */
export function decodeShareStream(bytes: Uint8Array, plan: StreamPlan, width: StreamWidth, words: number): ShareStream {
  return decode(bytes, "a stream's state", (reader) => {
    const version = reader.u8();
    if (version !== VERSION) fail("invalid_message", `a stream's state of version ${version}, not ${VERSION}`);
    const [round, count] = [reader.u32(), reader.u8()];
    if (round > plan.rounds || count !== Math.min(round, plan.coefficients.length - 1))
      fail("invalid_message", `${count} shares before round ${round} are not of this stream`);
    const kept = Array.from({ length: count }, () => Uint8Array.from(reader.opaque32()));
    if (kept.some((share) => share.length !== words * (width / 8)))
      fail("invalid_message", `a stream's shares must have ${words} words of ${width} bits`);
    return { round, kept };
  });
}
