import { expect, test } from "vitest";
import { errorCodes } from "../../../src/base/error-codes.ts";
import { errorOfProblem, isMediaType, mediaType, problemType } from "../../../src/protocol/dap/http.ts";

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
  expect(problemType("batch_overlap")).toBe("urn:ietf:params:ppm:dap:error:batchOverlap");
  expect(problemType("internal")).toBeUndefined();
  expect(errorOfProblem("urn:ietf:params:ppm:dap:error:stepMismatch")).toBeUndefined();
  const named = errorCodes.filter((code) => problemType(code) !== undefined);
  expect(named.length).toBeGreaterThan(4);
  for (const code of named) expect(errorOfProblem(problemType(code) as string)).toBe(code);
});
