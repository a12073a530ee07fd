// Errors are data: a stable code of error-registry.ts, what was wrong, and `hint`, what to do about it.
import type { ErrorCode } from "./error-codes.ts";

export type { ErrorCode } from "./error-codes.ts";

/** The one error type that crosses rooms. `detail` never holds a member's data. */
export class PacelineError extends Error {
  override readonly name = "PacelineError";
  readonly code: ErrorCode;
  /** What to do about it. */
  readonly hint: string | undefined;

  constructor(code: ErrorCode, detail: string, options: { hint?: string; cause?: unknown } = {}) {
    super(detail, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
  }
}

export function fail(code: ErrorCode, detail: string, options?: { hint?: string; cause?: unknown }): never {
  throw new PacelineError(code, detail, options);
}

/** States what must hold here; a failure is a bug of ours, not of the caller. */
export function invariant(condition: boolean, what: string): asserts condition {
  if (!condition) fail("internal", what);
}

export function isPacelineError(error: unknown): error is PacelineError {
  return error instanceof PacelineError;
}
