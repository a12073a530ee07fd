// What is made of the bytes that a message was read from is what its encoder would have made.
import fc from "fast-check";
import { expect, test } from "vitest";
import { concat } from "../../../src/base/bytes.ts";
import { AggregationJobInitReq, encodeJob, readJob, VerifyInit } from "../../../src/protocol/dap/aggregation.ts";
import { headOf, InputShareAad, Report, readUpload, UploadRequest } from "../../../src/protocol/dap/report.ts";
import { TaskConfiguration } from "../../../src/protocol/dap/task-configuration.ts";
import * as any from "./arbitraries.ts";

const head = { verificationKeyId: 0, aggregationParameter: new Uint8Array(0), extensions: [] };
const openings = fc.array(fc.record({ report: any.report, payload: any.bytes(1) }), { maxLength: 4 });

test("a job made of uploads is the job that its encoder makes, and is read with the bytes of each report", () => {
  fc.assert(
    fc.property(openings, (all) => {
      const verifyInits = all.map(({ report: { leaderShare: _, ...shared }, payload }) => ({ ...shared, payload }));
      const wanted = AggregationJobInitReq.encode({ ...head, verifyInits });
      const uploads = readUpload(UploadRequest.encode(all.map(({ report }) => report)));
      const request = encodeJob(
        head,
        uploads.map((read, i) => ({ read, payload: all[i]?.payload as Uint8Array })),
      );
      expect(request).toEqual(wanted);
      // As a view of something larger, which is how a body may come.
      const view = concat(new Uint8Array(7), request, new Uint8Array(3)).subarray(7, 7 + request.length);
      const { verifyInits: read, ...rest } = readJob(view);
      expect(rest).toEqual(head);
      expect(read.map(({ init }) => init)).toEqual(verifyInits);
      expect(read.map(({ bytes }) => bytes)).toEqual(verifyInits.map((init) => VerifyInit.encode(init)));
    }),
  );
});

test("a report begins with what is authenticated of it, whatever its extensions and its public share", () => {
  fc.assert(
    fc.property(any.report, any.exactly(32), any.taskConfiguration, (report, taskId, task) => {
      const { metadata, publicShare } = report;
      const aad = InputShareAad.encode({ taskId, task: task as TaskConfiguration, metadata, publicShare });
      const own = concat(taskId, TaskConfiguration.encode(task as TaskConfiguration));
      const bytes = concat(new Uint8Array(5), Report.encode(report)).subarray(5);
      expect(concat(own, headOf(bytes, Report.decode(bytes).publicShare))).toEqual(aad);
      const init = VerifyInit.encode({ ...report, payload: Uint8Array.of(1) });
      expect(concat(own, headOf(init, VerifyInit.decode(init).publicShare))).toEqual(aad);
    }),
  );
});
