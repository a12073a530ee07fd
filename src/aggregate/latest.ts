// How far into the future a report may be dated, and for how long after its task's end the helper verifies it.

/** The services' and their peers' clocks may differ by this. */
export const SKEW_SECONDS = 300;

/** For so long after the last upload the helper verifies, by its own clock. */
export const VERIFY_SECONDS = 2 * 86_400;

/** The latest time a report may have now. @param timePrecision seconds a unit @returns in units of the task */
export function latestTime(timePrecision: bigint, nowSeconds: number): bigint {
  return BigInt(Math.floor(nowSeconds) + SKEW_SECONDS) / timePrecision;
}
