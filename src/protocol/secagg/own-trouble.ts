// What tells a round that does not hold from a machine that could not work on it.
import { type ErrorCode, isPacelineError } from "../../base/errors.ts";

/** A model that did not come, threads that ended, an engine that lacks something, a bug. */
const CODES: ReadonlySet<ErrorCode> = new Set(["internal", "unsupported", "unavailable"]);

/** Whether an error is of whoever runs the protocol, here and now: the same message may be taken later, and no round ends by it. */
export const isOwnTrouble = (error: unknown): boolean => !isPacelineError(error) || CODES.has(error.code);
