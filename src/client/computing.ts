// A report from what the device knows, as a pure function of plain data: it runs on the page's thread or on a worker's, with the
// same result.

import { newDeviceSharder } from "../protocol/vdaf/device-sharder.ts";
import { measurementOf } from "../report/measurement.ts";
import { newSealer } from "../report/sealer.ts";
import { answerOf, type Computing, describe, nullAnswer, trainingOf } from "./contribute.ts";
import { engineFor } from "./engine.ts";
import type { MadeReport, ReportJob } from "./report-job.ts";

export async function makeReport(device: Computing, job: ReportJob): Promise<MadeReport> {
  const { manifest, sealing, empty, memberSecret, extensions } = job;
  // Worked out in any case, so that a device at its limit takes as long as another.
  const answer = await answerOf(device, manifest, job);
  const { contribution, nullBecause } = empty === undefined ? answer : await nullAnswer(device, manifest, empty);
  const { vdaf } = manifest;
  const sharder =
    vdaf.type === "AdditiveSum"
      ? (await trainingOf(device)).additiveSharder(vdaf)
      : newDeviceSharder(vdaf, await engineFor(vdaf, device));
  const seal = newSealer(device.platform, sealing, sharder, memberSecret);
  const { bytes, secret } = await seal(measurementOf(manifest, contribution), extensions);
  return { bytes, secret, what: describe(manifest, contribution), nullBecause };
}
