// Shares of a stream as integers, for tests of those who make them and those who decode them.
import type { StreamWidth } from "../../src/aggregate/share-stream.ts";

export function words(values: readonly bigint[], width: StreamWidth): Uint8Array {
  const out = new Uint8Array((values.length * width) / 8);
  const view = new DataView(out.buffer);
  for (const [i, value] of values.entries())
    if (width === 32) view.setUint32(4 * i, Number(BigInt.asUintN(32, value)), true);
    else view.setBigUint64(8 * i, BigInt.asUintN(64, value), true);
  return out;
}

export function centred(bytes: Uint8Array, width: StreamWidth): bigint[] {
  const view = new DataView(bytes.buffer);
  return Array.from({ length: bytes.length / (width / 8) }, (_, i) =>
    width === 32 ? BigInt(view.getInt32(4 * i, true)) : view.getBigInt64(8 * i, true),
  );
}
