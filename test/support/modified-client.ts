// A device whose program was changed: it takes part as any other and adds whatever it likes to a round with additive shares.
import { call } from "../../src/api/call.ts";
import { tasksRoute } from "../../src/api/register.ts";
import { fromBase64Url, toBase64Url } from "../../src/base/bytes.ts";
import { boundsOf } from "../../src/learning/plan/training/bounds.ts";
import { decodeTraining, type TrainingManifest } from "../../src/learning/plan/training/manifest.ts";
import { rotate } from "../../src/math/rotation.ts";
import { nodeCrypto, nodeEntropy, nodeKeystream } from "../../src/platform/node/index.ts";
import { newReporter } from "../../src/report/seal.ts";
import { uploadRequest } from "../../src/report/upload.ts";
import { type Envelope, openEnvelope } from "../../src/task/envelope.ts";
import type { Contribution } from "../../src/task/stages.ts";
import type { Pair } from "./processes.ts";

/**
 * Sends one report to the newest open round. @param vectorOf the joint vector in model units, of any norm that 32 bits hold
 * @returns the round's training
 */
export async function addToRound(
  pair: Pair,
  vectorOf: (cells: number) => ArrayLike<number>,
): Promise<TrainingManifest> {
  const { tasks } = await call(pair.coordinator, tasksRoute);
  const keys = { register: pair.keys.coordinator.signingKey, helper: pair.keys.helper.signingKey };
  const pinned = { register: fromBase64Url(keys.register), helper: fromBase64Url(keys.helper), registry: undefined };
  const signed = await openEnvelope(nodeCrypto, tasks.at(-1) as Envelope, pinned);
  const { source } = signed.manifest;
  if (source.kind !== "model-update") throw new Error("no round is open");
  const training = decodeTraining(source.training);
  const { riders } = boundsOf(training);
  const rotated = rotate(vectorOf(riders.length), fromBase64Url(training.update.rotation));
  const vector = Array.from(rotated, (cell) => Math.round(cell * training.update.scale));
  const platform = { crypto: nodeCrypto, entropy: nodeEntropy, keystream: nodeKeystream };
  const reporter = await newReporter(platform, signed);
  const { bytes } = await reporter.seal({ vector, isNull: false } as unknown as Contribution);
  const { status } = await pair.transport.send(
    uploadRequest(pair.coordinator.url, toBase64Url(reporter.task.id), [bytes]),
  );
  if (status >= 300) throw new Error(`the report was not taken: ${status}`);
  return training;
}
