// A report from what the device knows, as a pure function of plain data: it runs on the page's thread or on a worker's, with the
// same result.

import { newDeviceSharder } from "../protocol/vdaf/device-sharder.ts";
import { measurementOf } from "../report/measurement.ts";
import { type Extension, newSealer, type SealingTask } from "../report/sealer.ts";
import type { Manifest } from "../task/manifest.ts";
import { answerOf, type Computing, describe, type MemberData, nullAnswer } from "./contribute.ts";
import { engineFor } from "./engine.ts";

/** All of it may be sent to another thread. */
export interface ReportJob extends MemberData {
  readonly manifest: Manifest;
  readonly sealing: SealingTask;
  /** Why the report must be empty whatever the member's days say, in words for the member. */
  readonly empty?: string | undefined;
  readonly memberSecret: Uint8Array | undefined;
  readonly extensions: readonly Extension[];
}

export interface MadeReport {
  readonly bytes: Uint8Array;
  /** In plain words, what the bytes hold; only this device can tell. */
  readonly what: string;
  readonly nullBecause: string | null;
}

export async function makeReport(device: Computing, job: ReportJob): Promise<MadeReport> {
  const { manifest, sealing, empty, memberSecret, extensions } = job;
  // Worked out in any case, so that a device at its limit takes as long as another.
  const answer = await answerOf(device, manifest, job);
  const { contribution, nullBecause } = empty === undefined ? answer : nullAnswer(manifest, empty);
  const prio3 = newDeviceSharder(manifest.vdaf, await engineFor(manifest, device.platform.wasm));
  const seal = newSealer(device.platform, sealing, prio3, memberSecret);
  const { bytes } = await seal(measurementOf(manifest, contribution), extensions);
  return { bytes, what: describe(manifest, contribution), nullBecause };
}
