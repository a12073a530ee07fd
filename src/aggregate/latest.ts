// How far into the future a report may be dated.

/** The services' and their peers' clocks may differ by this. */
const SKEW_SECONDS = 300;

/** The latest time a report may have now. @param timePrecision seconds a unit @returns in units of the task */
export function latestTime(timePrecision: bigint, nowSeconds: number): bigint {
  return BigInt(Math.floor(nowSeconds) + SKEW_SECONDS) / timePrecision;
}
