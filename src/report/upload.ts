// Uploading as DAP asks for it: the request that carries reports, and what the leader's answer says about one of them.
import { concat } from "../base/bytes.ts";
import { fail } from "../base/errors.ts";
import type { TransportRequest, TransportResponse } from "../ports/transport.ts";
import { mediaType } from "../protocol/dap/http.ts";
import { UploadErrors } from "../protocol/dap/report.ts";

/** The answer names at most what was sent, and a problem document is short. */
const ANSWER_BYTES_MAX = 64 * 1024;

/** @param task base64url of the task id. @param reports encoded reports; they fill the body one after another */
export function uploadRequest(leaderUrl: string, task: string, reports: readonly Uint8Array[]): TransportRequest {
  return {
    method: "POST",
    url: `${leaderUrl}/tasks/${task}/reports`,
    headers: { "content-type": mediaType("upload-req") },
    body: concat(...reports),
    responseBytesMax: ANSWER_BYTES_MAX,
  };
}

/** The error of the one report that was sent, or undefined when it was taken. @throws PacelineError invalid_message */
export function uploadError(response: TransportResponse): string | undefined {
  const errors = UploadErrors.decode(response.body);
  if (errors.length > 1) fail("invalid_message", "the leader names too many reports");
  // A code that has no name here is a refusal all the same.
  return errors[0] && String(errors[0].error);
}
