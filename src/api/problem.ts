// Errors on the wire: RFC 9457 problem documents, made from the error registry and turned back into it.

import { fromUtf8, utf8 } from "../base/bytes.ts";
import { errorCodes } from "../base/error-codes.ts";
import { classOf } from "../base/error-registry.ts";
import { type ErrorCode, PacelineError } from "../base/errors.ts";
import { parseJson } from "../base/json.ts";
import * as z from "../base/schema.ts";

export const problemType = "application/problem+json";

export const problemSchema = z.object({
  type: z.string(),
  title: z.optional(z.string()),
  status: z.optional(z.number()),
  detail: z.optional(z.string()),
  hint: z.optional(z.string()),
  /** Of this registry, where `type` is another's. */
  code: z.optional(z.string()),
});

/** No service of ours writes a longer one; what is longer is not looked into. */
const PROBLEM_BYTES_MAX = 64 * 1024;
const PREFIX = "urn:paceline:error:";

/** @param foreign a type that is not of our registry, with its members; our own code then stands beside it */
export function encodeProblem(
  error: PacelineError,
  foreign?: { readonly type: string; readonly [member: string]: unknown },
): Uint8Array {
  const { code, message, hint } = error;
  const { title, status } = classOf(error);
  const said = { title, status, detail: message, hint };
  return utf8(JSON.stringify(foreign ? { ...foreign, ...said, code } : { type: `${PREFIX}${code}`, ...said }));
}

/** Reads any service's error answer; what is not a problem document of ours becomes `unavailable`. */
export function decodeProblem(status: number, body: Uint8Array): PacelineError {
  try {
    const text = body.length > PROBLEM_BYTES_MAX ? "" : fromUtf8(body);
    const parsed = z.safeParse(problemSchema, parseJson(text, "the problem document"));
    const problem = parsed.success ? parsed.data : undefined;
    const code = errorCodes.find((known) => problem?.type === `${PREFIX}${known}` || problem?.code === known);
    if (problem !== undefined && code !== undefined)
      return new PacelineError(code, problem.detail ?? "", problem.hint === undefined ? {} : { hint: problem.hint });
  } catch {
    // Not a problem document: the status is all there is.
  }
  const code: ErrorCode = status === 404 ? "not_found" : status === 401 ? "unauthorized" : "unavailable";
  return new PacelineError(code, `the service answered with status ${status}`);
}
