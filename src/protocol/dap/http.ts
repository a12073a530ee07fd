// The names DAP uses over HTTP (draft-ietf-ppm-dap-18 sections 3 and 9): media types and problem types.
import { type ErrorCode, PacelineError } from "../../base/errors.ts";

export type HttpMessage =
  | "hpke-config-list"
  | "upload-req"
  | "upload-errors"
  | "aggregation-job-init-req"
  | "aggregation-job-continue-req"
  | "aggregation-job-resp"
  | "collection-job-req"
  | "collection-job-resp"
  | "aggregate-share-req"
  | "aggregate-share";

/** The content type of a body that holds `message`. */
export function mediaType(message: HttpMessage): string {
  return `application/ppm-dap;message=${message}`;
}

/** True when a content-type header names `message`; case and spaces around the semicolon do not matter (RFC 9110). */
export function isMediaType(header: string | undefined, message: HttpMessage): boolean {
  return header?.toLowerCase().replace(/[ \t"]/g, "") === mediaType(message);
}

const urn = "urn:ietf:params:ppm:dap:error:";

/** Every problem type of the draft (section 9.5), and the code of ours that it is read as. */
const problems = {
  invalidMessage: "invalid_message",
  unrecognizedTask: "unknown_task",
  unrecognizedAggregationJob: "not_found",
  batchInvalid: "invalid_query",
  invalidBatchSize: "invalid_batch_size",
  invalidAggregationParameter: "invalid_argument",
  batchMismatch: "batch_mismatch",
  stepMismatch: "conflict",
  batchOverlap: "batch_overlap",
  unsupportedExtension: "unsupported",
  invalidExtension: "invalid_message",
} as const satisfies Readonly<Record<string, ErrorCode>>;

export type DapProblem = keyof typeof problems;

/** An error for which the draft has a problem type that does not follow from the code alone. */
export class DapError extends PacelineError {
  readonly problem: DapProblem;
  /** What the draft has the document say besides, such as `unsupported_extensions`. */
  readonly members: Readonly<Record<string, unknown>>;

  constructor(problem: DapProblem, detail: string, members: Readonly<Record<string, unknown>> = {}) {
    super(problems[problem], detail);
    this.problem = problem;
    this.members = members;
  }
}

/** Codes that always stand for one problem; the others are named by whoever throws a DapError. */
const named: Partial<Record<ErrorCode, DapProblem>> = {
  invalid_message: "invalidMessage",
  unknown_task: "unrecognizedTask",
  invalid_batch_size: "invalidBatchSize",
  batch_mismatch: "batchMismatch",
  batch_overlap: "batchOverlap",
  batch_collected: "batchOverlap",
  invalid_query: "batchInvalid",
};

/** Type and members of the problem document (RFC 9457) of an error, or undefined when DAP has none for it. */
export function problemOf(
  error: PacelineError,
): { readonly type: string; readonly [member: string]: unknown } | undefined {
  if (error instanceof DapError) return { ...error.members, type: urn + error.problem };
  const name = named[error.code];
  return name && { type: urn + name };
}

/** The error behind a problem type that another aggregator answered with. */
export function errorOfProblem(type: string): ErrorCode | undefined {
  const name = type.startsWith(urn) ? type.slice(urn.length) : "";
  return Object.hasOwn(problems, name) ? problems[name as DapProblem] : undefined;
}
