// The histogram encoder's device side: clip, bucket, or the null slot. What is returned is a unit vector whatever the
// data, so zeroing one member out changes one cell by one: L1 = L2 = 1 before the linear map (task/encoder.ts).
import type { Profile } from "../records/types.ts";
import { binsOf, columnsOf, type HistogramEncoder } from "../task/encoder.ts";
import { binOf } from "../task/encoders/histogram/encode.ts";
import type { Contribution } from "../task/stages.ts";

/** One-hot over group × bin; the last column when there is no value, or the profile is in no group of the task. */
export function encodeHistogram(encoder: HistogramEncoder, value: number | undefined, profile: Profile): Contribution {
  const columns = columnsOf(encoder);
  const group = encoder.group === null ? 0 : encoder.group.values.indexOf(profile[encoder.group.attribute] ?? "");
  const known = value !== undefined && Number.isFinite(value) && group >= 0;
  const column = known ? group * binsOf(encoder) + binOf(encoder.edges, value) : columns - 1;
  return oneHot(columns, column);
}

/** The contribution that adds 0 to every released cell. */
export function nullHistogram(encoder: HistogramEncoder): Contribution {
  const columns = columnsOf(encoder);
  return oneHot(columns, columns - 1);
}

function oneHot(columns: number, column: number): Contribution {
  const vector = new Array<number>(columns).fill(0);
  vector[column] = 1;
  return { vector, isNull: column === columns - 1 } as unknown as Contribution;
}
