// One report of running services with one bit flipped on its way, for every bit in turn: none is counted.
import { expect, test } from "vitest";
import { call } from "../../src/api/call.ts";
import { coordinatorRoutes } from "../../src/api/routes.ts";
import { fromBase64Url } from "../../src/base/bytes.ts";
import { nodeCrypto, nodeEntropy } from "../../src/platform/node/index.ts";
import { UploadErrors } from "../../src/protocol/dap/report.ts";
import { newReporter } from "../../src/report/seal.ts";
import { uploadRequest } from "../../src/report/upload.ts";
import { openEnvelope } from "../../src/task/envelope.ts";
import { startPair } from "../support/processes.ts";
import { binsOf } from "../support/questions.ts";
import { contributionOf } from "../support/rounds.ts";
import { readDurable } from "./durable.ts";
import { ask, collect, newDevices, openRelease, question, syncAll, truthOf } from "./members.ts";

const TOGETHER = 50;

test("every bit of a report, flipped alone, is refused at the door or by the aggregators", async (context) => {
  const pair = await startPair(context);
  // Two ranges keep the report, and with it the number of bits, small.
  const asked = await ask(pair, { ...question, select: binsOf("rhr", [35, 62, 110]) });
  const { tasks } = await call({ transport: pair.transport, url: pair.coordinator.url }, coordinatorRoutes.tasks);
  const [envelope] = tasks;
  if (envelope === undefined) throw new Error("an open task");
  const signed = await openEnvelope(nodeCrypto, envelope, {
    register: fromBase64Url(pair.keys.coordinator.signingKey),
    helper: fromBase64Url(pair.keys.helper.signingKey),
  });
  const reporter = await newReporter({ crypto: nodeCrypto, entropy: nodeEntropy }, signed);
  const contribution = contributionOf(signed.manifest, 50);
  const bits = 8 * (await reporter.seal(contribution)).bytes.length;
  let taken = 0;
  const send = async (reports: readonly Uint8Array[]): Promise<void> => {
    const response = await pair.transport.send(uploadRequest(pair.coordinator.url, asked.task, reports));
    // A broken length spoils the whole body: then each goes alone.
    if (response.status === 200) taken += reports.length - UploadErrors.decode(response.body).length;
    else if (reports.length > 1) for (const report of reports) await send([report]);
    else expect(response.status).toBe(400);
  };
  for (let start = 0; start < bits; start += TOGETHER) {
    const flipped: Uint8Array[] = [];
    for (let bit = start; bit < Math.min(bits, start + TOGETHER); bit++) {
      const report = (await reporter.seal(contribution)).bytes.slice();
      report[bit >> 3] = (report[bit >> 3] as number) ^ (1 << (bit & 7));
      flipped.push(report);
    }
    await send(flipped);
  }
  // Most flips lie within ciphertexts: they are stored, and refused only when the aggregators look inside.
  expect(taken).toBeGreaterThan(0.8 * bits);
  const devices = await newDevices(pair);
  await syncAll(devices.clients);
  const release = openRelease(await collect(pair, asked.task));
  expect(release.values).toEqual(truthOf(release, devices.members));
  expect(readDurable(pair, "coordinator").batches.map(({ count }) => count)).toEqual([devices.members.length]);
});
