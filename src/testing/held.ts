// The reports that the test's services hold: opened as they come, and taken back by their devices until their question is over.
import { encodeProblem } from "../api/problem.ts";
import { fromBase64Url, fromUtf8, toBase64Url, utf8 } from "../base/bytes.ts";
import { classOf } from "../base/error-registry.ts";
import { type ErrorCode, PacelineError } from "../base/errors.ts";
import { parseJson } from "../base/json.ts";
import type { Clock } from "../ports/clock.ts";
import type { Crypto } from "../ports/crypto.ts";
import type { TransportResponse } from "../ports/transport.ts";
import type { SaidReportError } from "../protocol/dap/basics.ts";
import { Report, UploadErrors } from "../protocol/dap/report.ts";
import { reportIdOf } from "../protocol/dap/report-id.ts";
import type { Envelope } from "../task/envelope.ts";
import { type Contribution, type OpenedTask, openReport } from "./opened.ts";

export interface Open extends OpenedTask {
  readonly envelope: Envelope;
}

/** @param refusing why every upload is refused now, if it is */
export function newHeld(
  crypto: Crypto,
  clock: Clock,
  tasks: ReadonlyMap<string, Open>,
  refusing: () => SaidReportError | undefined,
) {
  /** By task and report; what was taken back is undefined, and its id known. */
  const taken = new Map<string, Contribution | undefined>();
  return {
    async upload(id: string, body: Uint8Array): Promise<TransportResponse> {
      const task = tasks.get(id);
      if (task === undefined) return problem(clock, "unknown_task", "there is no such task here");
      const { metadata } = Report.decode(body);
      const report = toBase64Url(metadata.reportId);
      const refused = (error: SaidReportError) => answer(clock, 200, UploadErrors.encode([{ ...metadata, error }]));
      const why = refusing();
      if (why !== undefined) return refused(why);
      if (clock.now() >= task.manifest.upload.closes * 1000) return refused("task_expired");
      if (taken.has(`${id} ${report}`)) return refused("report_replayed");
      const opened = await openReport(crypto, task, body);
      if ("error" in opened) return refused(opened.error);
      taken.set(`${id} ${report}`, opened);
      return answer(clock, 200, UploadErrors.encode([]));
    },

    async withdraw(id: string, body: Uint8Array): Promise<TransportResponse> {
      const task = tasks.get(id);
      if (task === undefined) return problem(clock, "unknown_task", "there is no such task here");
      const stands = clock.now() >= task.manifest.upload.closes * 1000;
      const { secret } = parseJson(fromUtf8(body), "a withdrawal") as { readonly secret: string };
      const report = await reportIdOf(crypto, task.dap.id, fromBase64Url(secret));
      if (!stands) taken.set(`${id} ${toBase64Url(report)}`, undefined);
      return answer(clock, 200, utf8(JSON.stringify({ stands })));
    },

    contributions: (task?: string): readonly Contribution[] =>
      [...taken.values()].filter((one) => one !== undefined).filter((one) => task === undefined || one.task === task),
  };
}

export function answer(
  clock: Clock,
  status: number,
  body: Uint8Array = new Uint8Array(0),
  headers: Readonly<Record<string, string>> = {},
): TransportResponse {
  return { status, headers: { date: new Date(clock.now()).toUTCString(), ...headers }, body };
}

export function problem(clock: Clock, code: ErrorCode, detail: string): TransportResponse {
  const error = new PacelineError(code, detail);
  return answer(clock, classOf(error).status, encodeProblem(error));
}
