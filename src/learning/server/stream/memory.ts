// What a training's server remembers from one round to the next, as bytes: its optimiser, and of a stream the noised sums that the next
// release is decoded with.
import { decode, Writer } from "../../../base/codec.ts";
import { fail } from "../../../base/errors.ts";
import { boundsOf } from "../../plan/training/bounds.ts";
import type { TrainingManifest } from "../../plan/training/manifest.ts";
import { decodeOptimiserState, encodeOptimiserState, type OptimiserState } from "../optimisers/index.ts";

export interface ServerMemory {
  readonly optimiser: OptimiserState;
  /** Noised sums of the last rounds, decoded and rotated, the newest first: one less than the factor has bands; none without a stream. */
  readonly decoded: readonly Float64Array[];
}

const VERSION = 1;

export function encodeMemory({ stream }: Pick<TrainingManifest, "stream">, { optimiser, decoded }: ServerMemory) {
  const own = encodeOptimiserState(optimiser);
  if (stream === undefined) return own;
  const writer = new Writer().u8(VERSION).opaque32(own).u8(decoded.length);
  for (const sum of decoded) writer.opaque32(bytesOf(sum));
  return writer.done();
}

/** @param length of the model's weights @throws PacelineError invalid_message unless this training can have it */
export function decodeMemory(bytes: Uint8Array, training: TrainingManifest, length: number): ServerMemory {
  const { stream, optimiser, round } = training;
  if (stream === undefined) return { optimiser: decodeOptimiserState(bytes, optimiser, length), decoded: [] };
  const { dimension } = boundsOf(training);
  return decode(bytes, "a training's memory", (reader) => {
    const version = reader.u8();
    if (version !== VERSION) fail("invalid_message", `a training's memory of version ${version}, not ${VERSION}`);
    const own = decodeOptimiserState(reader.opaque32(), optimiser, length);
    const count = reader.u8();
    if (count !== Math.min(round.number - 1, stream.coefficients.length - 1))
      fail("invalid_message", `${count} sums before round ${round.number} are not of this training`);
    return { optimiser: own, decoded: Array.from({ length: count }, () => sumOf(reader.opaque32(), dimension)) };
  });
}

function bytesOf(sum: Float64Array): Uint8Array {
  const out = new Uint8Array(8 * sum.length);
  const view = new DataView(out.buffer);
  for (const [i, cell] of sum.entries()) view.setFloat64(8 * i, cell);
  return out;
}

function sumOf(bytes: Uint8Array, length: number): Float64Array {
  if (bytes.length !== 8 * length) fail("invalid_message", `a sum of ${bytes.length} bytes, not of ${length} cells`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Float64Array.from({ length }, (_, i) => view.getFloat64(8 * i));
}
