// An optimiser's memory as bytes, so that a coordinator that starts again goes on where it stopped, to the same bits.
import { utf8 } from "../../../base/bytes.ts";
import { decode, type Reader, Writer } from "../../../base/codec.ts";
import { fail } from "../../../base/errors.ts";
import type { OptimiserPlan } from "../../plan/optimiser.ts";
import type { OptimiserState } from "./optimiser.ts";
import { momentsOf } from "./step.ts";

const VERSION = 1;

/** Version, name, steps, cells, and the moments' doubles one after the other, most significant byte first. */
export function encodeOptimiserState({ kind, steps, moments }: OptimiserState): Uint8Array<ArrayBuffer> {
  const length = moments[0]?.length ?? 0;
  const writer = new Writer().u8(VERSION).opaque8(utf8(kind)).u32(steps).u8(moments.length).u32(length);
  for (const moment of moments) writer.fixed(bytesOf(moment));
  return writer.done();
}

/**
 * @param length of the model's weights
 * @throws PacelineError invalid_message unless it is a state of this plan's optimiser, for a model of this length
 */
export function decodeOptimiserState(bytes: Uint8Array, plan: OptimiserPlan, length: number): OptimiserState {
  return decode(bytes, "an optimiser's state", (reader) => {
    const version = reader.u8();
    if (version !== VERSION) fail("invalid_message", `an optimiser's state of version ${version}, not ${VERSION}`);
    const expected = utf8(plan.kind);
    const name = reader.opaque8();
    if (name.length !== expected.length || name.some((byte, i) => byte !== expected[i]))
      fail("invalid_message", `the state is not that of ${plan.kind}`);
    const steps = reader.u32();
    const own = momentsOf(plan);
    const [count, cells] = [reader.u8(), reader.u32()];
    if (count !== own.length || cells !== (count === 0 ? 0 : length))
      fail("invalid_message", `${count} moments of ${cells} cells are not of ${plan.kind} for ${length} weights`);
    return { kind: plan.kind, steps, moments: own.map(({ least }) => readMoment(reader, cells, least)) };
  });
}

function bytesOf(moment: Float64Array): Uint8Array {
  const out = new Uint8Array(8 * moment.length);
  const view = new DataView(out.buffer);
  for (const [i, value] of moment.entries()) view.setFloat64(8 * i, value);
  return out;
}

function readMoment(reader: Reader, cells: number, least: number): Float64Array {
  const bytes = reader.fixed(8 * cells);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const moment = new Float64Array(cells);
  for (let i = 0; i < cells; i++) {
    const value = view.getFloat64(8 * i);
    if (!Number.isFinite(value) || value < least) fail("invalid_message", `a moment of ${value} in cell ${i}`);
    moment[i] = value;
  }
  return moment;
}
