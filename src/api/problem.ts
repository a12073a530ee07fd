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
});

const PREFIX = "urn:paceline:error:";

export function encodeProblem(error: PacelineError): Uint8Array {
  const { code, message, hint } = error;
  const { title, status } = classOf(error);
  return utf8(JSON.stringify({ type: `${PREFIX}${code}`, title, status, detail: message, hint }));
}

/** Reads any service's error answer; what is not a problem document of ours becomes `unavailable`. */
export function decodeProblem(status: number, body: Uint8Array): PacelineError {
  try {
    const parsed = z.safeParse(problemSchema, parseJson(fromUtf8(body), "the problem document"));
    const problem = parsed.success ? parsed.data : undefined;
    const code = errorCodes.find((known) => problem?.type === `${PREFIX}${known}`);
    if (problem !== undefined && code !== undefined)
      return new PacelineError(code, problem.detail ?? "", problem.hint === undefined ? {} : { hint: problem.hint });
  } catch {
    // Not a problem document: the status is all there is.
  }
  const code: ErrorCode = status === 404 ? "not_found" : status === 401 ? "unauthorized" : "unavailable";
  return new PacelineError(code, `the service answered with status ${status}`);
}
