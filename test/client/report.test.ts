// paceline/report beside paceline/client: a task opened in one place, a report of it sealed in another. What it is in a
// browser is for test/browser.
import { describe, expect, test } from "vitest";
import { toBase64Url, toHex } from "../../src/base/bytes.ts";
import { openTask } from "../../src/client/index.ts";
import { kernels } from "../../src/client/kernels.ts";
import { createReporter, type ReportTask } from "../../src/client/report.ts";
import { nodeCrypto, nodeEntropy } from "../../src/platform/node/index.ts";
import { InputShareAad, PlaintextInputShare, Report } from "../../src/protocol/dap/report.ts";
import { dap18 } from "../../src/protocol/dap/version.ts";
import { open } from "../../src/protocol/hpke/hpke.ts";
import { newReporter } from "../../src/report/seal.ts";
import { sealEnvelope, signManifest } from "../../src/task/envelope.ts";
import { encodeManifest, type Manifest } from "../../src/task/manifest.ts";
import { hpkeKeys, manifestOf, signingKeys, vectorManifest } from "../support/questions.ts";

const [register, helper] = [signingKeys(), signingKeys()];
const keys = { registerKey: toBase64Url(register.publicKey), helperKey: toBase64Url(helper.publicKey) };

async function envelopeOf(manifest: Manifest, other = helper) {
  const bytes = encodeManifest(manifest);
  const signed = await signManifest(register, "register", bytes);
  return sealEnvelope(bytes, signed, await signManifest(other, "helper", bytes));
}

describe.each([
  ["a histogram", manifestOf(), 2],
  ["a vector", vectorManifest(), [1, 2, 3, 1]],
] as const)("%s", (_, manifest, measurement) => {
  test("opened, put through JSON, and sealed on either engine: the aggregators open it", async () => {
    const task = JSON.parse(JSON.stringify(await openTask(await envelopeOf(manifest), keys))) as ReportTask;
    const whole = await newReporter(
      { crypto: nodeCrypto, entropy: nodeEntropy },
      { manifest, bytes: encodeManifest(manifest) },
    );
    expect(task.id).toBe(toHex(whole.task.id));
    expect(task.configuration).toBe(toHex(whole.task.encoded));
    for (const engine of [undefined, kernels()]) {
      const { id, bytes } = await (await createReporter(task, { engine })).seal(measurement);
      const { metadata, publicShare, leaderShare, helperShare } = Report.decode(bytes);
      expect(metadata).toEqual({ reportId: id, time: BigInt(manifest.window.start), publicExtensions: [] });
      const aad = InputShareAad.encode({
        taskId: whole.task.id,
        task: whole.task.configuration,
        metadata,
        publicShare,
      });
      for (const [to, { enc, payload }] of [
        ["leader", leaderShare],
        ["helper", helperShare],
      ] as const) {
        const sealed = { info: dap18.inputShareInfo(to), aad, enc, ciphertext: payload };
        const plain = await open({ crypto: nodeCrypto, recipient: hpkeKeys[to], ...sealed });
        expect(PlaintextInputShare.decode(plain).payload.length).toBeGreaterThan(0);
      }
    }
  });
});

test("a task is opened only with both signatures, and only when its manifest is true", async () => {
  const refused = { code: "manifest_refused" };
  await expect(openTask(await envelopeOf(manifestOf(), signingKeys()), keys)).rejects.toMatchObject(refused);
  const cheap = { ...manifestOf(), rho: "1" };
  await expect(openTask(await envelopeOf(cheap), keys)).rejects.toMatchObject(refused);
});

test("a task that is none is refused before anything is shared", async () => {
  const task = await openTask(await envelopeOf(manifestOf()), keys);
  for (const [wrong, code] of [
    [{ id: task.id.slice(2) }, "invalid_argument"],
    [{ configuration: "no" }, "invalid_message"],
    [{ time: 20_000.5 }, "invalid_argument"],
    [{ vdaf: { ...task.vdaf, length: 0 } }, "invalid_argument"],
  ] as const)
    await expect(createReporter({ ...task, ...wrong })).rejects.toMatchObject({ code });
  const short = { ...task.keys, helper: { id: 1, publicKey: "ab" } };
  const reporter = await createReporter({ ...task, keys: short });
  await expect(reporter.seal(0)).rejects.toMatchObject({ code: "invalid_argument" });
  await expect(reporter.seal(-1)).rejects.toMatchObject({ code: "invalid_measurement" });
});
