// When a job that failed is tried again, and when no more until its operator says so. What passes by itself (a helper that is
// away, full or busy, a token that does not fit yet) is tried for as long as it lasts, later and later; what the same bytes
// would meet again is tried a few times and then parked, so that other jobs go on.
import { type ErrorCode, isPacelineError } from "../base/errors.ts";

/** So often a job may fail by something that does not pass by itself. */
export const FAULTS_MAX = 8;

/** About the two services or their machines, and not about the job. */
const PASSING: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "unavailable",
  "rate_limited",
  "storage_full",
  "misconfigured",
  "unauthorized",
  "ledger_behind",
]);

export const codeOf = (error: unknown): ErrorCode => (isPacelineError(error) ? error.code : "internal");

/** Whether the same job may well succeed later. */
export const isPassing = (error: unknown): boolean => PASSING.has(codeOf(error));

const FIRST_MS = 500;
const MOST_MS = 60_000;
/** What another service may ask for by Retry-After, at most. */
const SAID_MS_MAX = 300_000;

/**
 * How long a job waits after it failed.
 * @param failures 1 after the first @param said what the other service asked for, if it did @returns milliseconds
 */
export function retryDelay(failures: number, said = 0): number {
  const own = Math.min(MOST_MS, FIRST_MS * 2 ** Math.min(20, Math.max(0, failures - 1)));
  return Math.max(own, Math.min(SAID_MS_MAX, said));
}
