import { invariant } from "../base/errors.ts";
import type { DeviceMeasurement } from "../protocol/vdaf/device-sharder.ts";
import type { SignedManifest } from "../task/envelope.ts";
import type { Contribution } from "../task/stages.ts";

/** What the circuit takes: a histogram's bucket, or the vector itself. */
export function measurementOf(
  { vdaf }: Pick<SignedManifest["manifest"], "vdaf">,
  { vector }: Contribution,
): DeviceMeasurement {
  if (vdaf.type !== "Prio3Histogram") return vector;
  // The same steps wherever the 1 is.
  let ones = 0;
  let bucket = 0;
  for (const [index, value] of vector.entries()) {
    ones += value;
    bucket += index * value;
  }
  invariant(ones === 1, "a histogram is a unit vector");
  return bucket;
}
