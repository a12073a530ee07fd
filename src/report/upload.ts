// Uploading as DAP asks for it: the request that carries reports, and what the leader's answer says about one of them.
import { concat } from "../base/bytes.ts";
import { fail } from "../base/errors.ts";
import type { TransportRequest, TransportResponse } from "../ports/transport.ts";
import { mediaType } from "../protocol/dap/http.ts";
import { reportErrors } from "../protocol/dap/report-errors.ts";

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

/** An UploadError: the report's id, and a byte that says why. */
const ERROR_BYTES = 17;

/**
 * The error of the one report that was sent, or undefined when it was taken. Read without DAP's messages, which a device needs for
 * nothing else. @throws PacelineError invalid_message
 */
export function uploadError({ body }: TransportResponse): string | undefined {
  if (body.length === 0) return undefined;
  if (body.length !== ERROR_BYTES) fail("invalid_message", "the leader's answer does not name the one report");
  const code = body[ERROR_BYTES - 1];
  const known = Object.entries(reportErrors).find(([, each]) => each === code);
  // A code that has no name here is a refusal all the same.
  return known?.[0] ?? String(code);
}
