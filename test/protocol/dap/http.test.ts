import { expect, test } from "vitest";
import { errorCodes } from "../../../src/base/error-codes.ts";
import { type ErrorCode, PacelineError } from "../../../src/base/errors.ts";
import {
  DapError,
  type DapProblem,
  errorOfProblem,
  isMediaType,
  mediaType,
  problemOf,
} from "../../../src/protocol/dap/http.ts";

test("media types, as servers and proxies may spell them", () => {
  expect(mediaType("upload-req")).toBe("application/ppm-dap;message=upload-req");
  for (const header of [
    "application/ppm-dap;message=upload-req",
    "Application/PPM-DAP; message=upload-req",
    'application/ppm-dap ; message="upload-req"',
  ])
    expect(isMediaType(header, "upload-req")).toBe(true);
  for (const header of [undefined, "", "application/ppm-dap", "application/ppm-dap;message=upload-errors"])
    expect(isMediaType(header, "upload-req")).toBe(false);
});

test("problem types go there and back", () => {
  const typeOf = (code: ErrorCode) => problemOf(new PacelineError(code, "said"))?.type;
  expect(typeOf("batch_overlap")).toBe("urn:ietf:params:ppm:dap:error:batchOverlap");
  expect(typeOf("internal")).toBeUndefined();
  for (const type of ["urn:ietf:params:ppm:dap:error:", "urn:ietf:params:ppm:dap:error:toString", "about:blank", ""])
    expect(errorOfProblem(type)).toBeUndefined();
  const named = errorCodes.filter((code) => typeOf(code) !== undefined && code !== "batch_collected");
  expect(named.length).toBeGreaterThan(4);
  for (const code of named) expect(errorOfProblem(typeOf(code) as string)).toBe(code);
});

test.each<DapProblem>([
  "invalidMessage",
  "unrecognizedTask",
  "unrecognizedAggregationJob",
  "batchInvalid",
  "invalidBatchSize",
  "invalidAggregationParameter",
  "batchMismatch",
  "stepMismatch",
  "batchOverlap",
  "unsupportedExtension",
  "invalidExtension",
])("the draft's problem %s has a document, and is read again", (problem) => {
  const error = new DapError(problem, "why", { unsupported_extensions: [7] });
  expect(problemOf(error)).toEqual({ type: `urn:ietf:params:ppm:dap:error:${problem}`, unsupported_extensions: [7] });
  expect(errorOfProblem(`urn:ietf:params:ppm:dap:error:${problem}`)).toBe(error.code);
});
