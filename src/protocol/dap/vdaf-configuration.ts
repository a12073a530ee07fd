// vdaf_type and vdaf_configuration of a task (draft-ietf-ppm-dap-18, appendix on VDAF configurations).
import { decode, type Reader, Writer } from "../../base/codec.ts";
import { fail } from "../../base/errors.ts";
import { type Width, widths } from "../../math/widths.ts";
import { algorithmIds, type VdafParameters, type VdafType } from "../vdaf/parameters.ts";

type Parameters<Type extends VdafType> = Extract<VdafParameters, { readonly type: Type }>;

interface Layout<P> {
  write(out: Writer, parameters: P): void;
  read(from: Reader): Omit<P, "type">;
}

const layouts: { readonly [Type in VdafType]: Layout<Parameters<Type>> } = {
  Prio3Count: { write() {}, read: () => ({}) },
  Prio3Sum: {
    write: (out, { maxMeasurement }) => out.u64(maxMeasurement),
    read: (from) => ({ maxMeasurement: bound(from.u64()) }),
  },
  Prio3SumVec: {
    write: (out, { length, maxMeasurement, chunkLength }) => out.u32(length).u64(maxMeasurement).u32(chunkLength),
    read: (from) => ({ length: from.u32(), maxMeasurement: bound(from.u64()), chunkLength: from.u32() }),
  },
  Prio3Histogram: {
    write: (out, { length, chunkLength }) => out.u32(length).u32(chunkLength),
    read: (from) => ({ length: from.u32(), chunkLength: from.u32() }),
  },
  Prio3MultihotCountVec: {
    write: (out, { length, chunkLength, maxWeight }) => out.u32(length).u32(chunkLength).u64(maxWeight),
    read: (from) => ({ length: from.u32(), chunkLength: from.u32(), maxWeight: exact(from.u64()) }),
  },
  // draft-ietf-ppm-l1-bound-sum, "DAP Integration"
  Prio3L1BoundSum: {
    write: (out, { length, maxValue, chunkLength }) => out.u32(length).u32(maxValue).u32(chunkLength),
    read: (from) => ({ length: from.u32(), maxValue: from.u32(), chunkLength: from.u32() }),
  },
  // for private use
  AdditiveSum: {
    write: (out, { length, bits }) => out.u32(length).u8(bits),
    read: (from) => ({ length: from.u32(), bits: width(from.u8()) }),
  },
  // for private use, after SumVec's
  Prio3SumVecField64Multiproof: {
    write: (out, { length, maxMeasurement, chunkLength, proofs }) =>
      out.u32(length).u64(maxMeasurement).u32(chunkLength).u8(proofs),
    read: (from) => ({
      length: from.u32(),
      maxMeasurement: bound(from.u64()),
      chunkLength: from.u32(),
      proofs: from.u8(),
    }),
  },
};

/** The parameters and their type are one choice, which TypeScript cannot follow through a table. */
function layoutOf(type: VdafType): Layout<VdafParameters> {
  return layouts[type] as unknown as Layout<VdafParameters>;
}

export function encodeVdaf(vdaf: VdafParameters): { readonly type: number; readonly configuration: Uint8Array } {
  const out = new Writer();
  layoutOf(vdaf.type).write(out, vdaf);
  return { type: algorithmIds[vdaf.type], configuration: out.done() };
}

/** Whether the parameters make a circuit is for the VDAF to say. @throws PacelineError invalid_message */
export function decodeVdaf(id: number, configuration: Uint8Array): VdafParameters {
  const type = (Object.keys(algorithmIds) as VdafType[]).find((known) => algorithmIds[known] === id);
  if (type === undefined) return fail("invalid_message", `VDAF type ${id} is not supported`);
  return decode(
    configuration,
    "VDAF configuration",
    (from) => ({ type, ...layoutOf(type).read(from) }) as VdafParameters,
  );
}

/** As a number wherever one is exact. */
function bound(value: bigint): number | bigint {
  return value > BigInt(Number.MAX_SAFE_INTEGER) ? value : Number(value);
}

function width(bits: number): Width {
  return widths.find((known) => known === bits) ?? fail("invalid_message", `VDAF configuration: ${bits} bits a word`);
}

function exact(value: bigint): number {
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) fail("invalid_message", "VDAF configuration: a bound above 2^53 - 1");
  return Number(value);
}
