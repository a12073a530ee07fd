// paceline/report: a page verifies what it seals for, with the keys its app pins. What it is in a browser is for test/browser.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toBase64Url, toHex, utf8 } from "../../src/base/bytes.ts";
import { canonicalJson, type Json } from "../../src/base/canonical.ts";
import { kernels } from "../../src/client/kernels.ts";
import { createReporter } from "../../src/client/report.ts";
import { nodeCrypto, nodeEntropy } from "../../src/platform/node/index.ts";
import { HpkeConfig, hpkeConfigOf } from "../../src/protocol/dap/hpke-config.ts";
import { InputShareAad, PlaintextInputShare, Report } from "../../src/protocol/dap/report.ts";
import { reportIdOf } from "../../src/protocol/dap/report-id.ts";
import { dap18 } from "../../src/protocol/dap/version.ts";
import { open } from "../../src/protocol/hpke/hpke.ts";
import { memberReportSecret } from "../../src/report/member-id.ts";
import { newReporter } from "../../src/report/seal.ts";
import { openSignedTask } from "../../src/report/signed-task.ts";
import { dapTaskOf } from "../../src/task/dap.ts";
import { type Envelope, sealEnvelope, signManifest } from "../../src/task/envelope.ts";
import { encodeManifest, type Manifest } from "../../src/task/manifest.ts";
import {
  changedAt,
  hpkeKeys,
  leafPaths,
  manifestOf,
  productManifest,
  signingKeys,
  vectorManifest,
} from "../support/questions.ts";

const [register, helper] = [signingKeys(), signingKeys()];
const keys = { registerKey: toBase64Url(register.publicKey), helperKey: toBase64Url(helper.publicKey) };
const memberSecret = new Uint8Array(32).fill(5);
const options = { ...keys, memberSecret };

async function signed(bytes: Uint8Array, by = { register, helper }): Promise<Envelope> {
  const own = await signManifest(by.register, "register", bytes);
  return sealEnvelope(bytes, own, await signManifest(by.helper, "helper", bytes));
}
const envelopeOf = (manifest: Manifest) => signed(encodeManifest(manifest));
const refused = { code: "manifest_refused" };

describe.each([
  ["a histogram", manifestOf(), 2],
  ["a vector", vectorManifest(), [1, 2, 3, 1]],
  [
    "a bounded sum",
    { ...productManifest(), vdaf: { type: "Prio3L1BoundSum", length: 4, maxValue: 202, chunkLength: 7 } },
    [100, 60, 1, 1],
  ],
  [
    "several choices",
    { ...productManifest(), vdaf: { type: "Prio3MultihotCountVec", length: 5, maxWeight: 2, chunkLength: 3 } },
    [0, 1, 0, 1, 0],
  ],
] as const)("%s", (_, manifest, measurement) => {
  test("is sealed on either engine as the whole client seals it: the aggregators open it", async () => {
    const envelope = JSON.parse(JSON.stringify(await envelopeOf(manifest))) as Envelope;
    const whole = await newReporter(
      { crypto: nodeCrypto, entropy: nodeEntropy },
      { manifest, bytes: encodeManifest(manifest) },
    );
    for (const engine of [undefined, kernels()]) {
      const reporter = await createReporter(envelope, { ...options, engine });
      expect(reporter.task).toBe(toBase64Url(whole.task.id));
      const { id, bytes, secret } = await reporter.seal(measurement);
      expect(toHex(secret)).toBe(toHex(await memberReportSecret(nodeCrypto, memberSecret, whole.task.id)));
      expect(toHex(id)).toBe(toHex(await reportIdOf(nodeCrypto, whole.task.id, secret)));
      const { metadata, publicShare, leaderShare, helperShare } = Report.decode(bytes);
      expect(metadata).toEqual({ reportId: id, time: BigInt(manifest.window.start), publicExtensions: [] });
      const { id: taskId, configuration: task } = whole.task;
      const aad = InputShareAad.encode({ taskId, task, metadata, publicShare });
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

test("what it is bound to is the task of the whole client, for any numbers and addresses", async () => {
  const natural = fc.integer({ min: 1, max: 1e9 });
  const day = fc.integer({ min: 0, max: 190_000 });
  const path = fc.stringMatching(/^[a-z0-9/]{0,40}$/);
  await fc.assert(
    fc.asyncProperty(
      natural,
      day,
      fc.integer({ min: 1, max: 400 }),
      path,
      fc.constantFrom(vectorManifest(), manifestOf(), productManifest()),
      async (batch, start, days, at, base) => {
        const { leader } = base.aggregators;
        const aggregators = { ...base.aggregators, leader: { ...leader, url: `https://x.test/${at}` } };
        const manifest = {
          ...base,
          minBatch: batch,
          window: { start, end: start + days },
          aggregators,
          question: "é 🚲?",
        };
        const bytes = encodeManifest(manifest);
        const pinned = { register: register.publicKey, helper: helper.publicKey };
        const { sealing } = await openSignedTask(nodeCrypto, await signed(bytes), pinned);
        const whole = await dapTaskOf(nodeCrypto, manifest, bytes);
        expect([toHex(sealing.id), toHex(sealing.configuration)]).toEqual([toHex(whole.id), toHex(whole.encoded)]);
      },
    ),
    { numRuns: 50 },
  );
});

describe("who runs the app's backend cannot put in a key of their own", () => {
  const own = nodeCrypto.x25519Generate();
  const hpke = toBase64Url(HpkeConfig.encode(hpkeConfigOf(2, own.public)));
  const { aggregators } = manifestOf();
  const swapped = { ...manifestOf(), aggregators: { ...aggregators, helper: { ...aggregators.helper, hpke } } };
  const bytes = encodeManifest(swapped);
  const mallory = signingKeys();

  test("not under the old signatures, nor their own, nor one role's for the other's", async () => {
    const good = await envelopeOf(manifestOf());
    for (const wrong of [
      { ...good, manifest: toBase64Url(bytes) },
      await signed(bytes, { register: mallory, helper: mallory }),
      await signed(bytes, { register: mallory, helper }),
      await signed(bytes, { register, helper: mallory }),
      { ...good, register: good.helper },
      { ...good, helper: good.register, register: good.helper },
      { ...good, helper: "" },
      { ...good, helper: undefined },
      { ...good, manifest: "%%%" },
      {},
      null,
    ])
      await expect(createReporter(wrong as never, options)).rejects.toMatchObject(refused);
    await expect(createReporter(good, options)).resolves.toBeDefined();
  });

  test.each(leafPaths(manifestOf()).map((path) => [path.join("."), path] as const))(
    "nor with %s altered",
    async (_, path) => {
      const good = await envelopeOf(manifestOf());
      const altered = changedAt(manifestOf(), path, (old) => (typeof old === "number" ? old + 1 : `${old}1`));
      const wrong = { ...good, manifest: toBase64Url(utf8(canonicalJson(altered as Json))) };
      await expect(createReporter(wrong, options)).rejects.toMatchObject(refused);
    },
  );
});

describe("signed by both, and still none that can be sealed", () => {
  const low = toBase64Url(HpkeConfig.encode(hpkeConfigOf(1, new Uint8Array(32))));
  const suite = toBase64Url(HpkeConfig.encode({ ...hpkeConfigOf(1, new Uint8Array(32).fill(9)), aead: 2 }));
  test.each<[string, readonly string[], unknown, string]>([
    ["another version", ["version"], 3, "manifest_refused"],
    ["another trust mode", ["trustMode"], "one", "manifest_refused"],
    ["a unit that is none", ["noise", "unit"], "household", "manifest_refused"],
    ["no unit", ["noise", "unit"], undefined, "manifest_refused"],
    ["a batch that is a text", ["minBatch"], "5", "manifest_refused"],
    ["half a day", ["window", "start"], 20_000.5, "manifest_refused"],
    ["a window that ends before it begins", ["window", "end"], 1, "manifest_refused"],
    ["an address that is a list", ["aggregators", "leader", "url"], ["https://x.test"], "manifest_refused"],
    ["a receiving key of another suite", ["aggregators", "leader", "hpke"], suite, "manifest_refused"],
    ["a receiving key of low order", ["aggregators", "leader", "hpke"], low, "invalid_message"],
    ["another proof system", ["vdaf", "type"], "Prio3Count", "unsupported"],
    ["a length that is a text", ["vdaf", "length"], "4", "invalid_argument"],
    ["no room for a chunk", ["vdaf", "chunkLength"], 0, "invalid_argument"],
  ])("%s", async (_, path, value, code) => {
    const changed = changedAt(manifestOf(), path, () => value);
    const envelope = await signed(utf8(canonicalJson(changed as Json)));
    await expect(createReporter(envelope, options)).rejects.toMatchObject({ code });
  });

  test("bytes that another parser could read otherwise, or that are no UTF-8 or JSON", async () => {
    const text = canonicalJson(manifestOf() as unknown as Json);
    for (const bytes of [
      utf8(text.replace('"minBatch":5', '"minBatch":6,"minBatch":5')),
      utf8(` ${text}`),
      utf8("{}"),
      utf8("null"),
      Uint8Array.of(0xff),
      new Uint8Array(0),
    ])
      await expect(createReporter(await signed(bytes), options)).rejects.toMatchObject(refused);
  });
});

test("a task that counts members needs the member's secret; one that counts installations does not", async () => {
  const manifest = manifestOf();
  await expect(createReporter(await envelopeOf(manifest), keys)).rejects.toMatchObject({ code: "invalid_argument" });
  const counted = { ...manifest, noise: { ...manifest.noise, unit: "installation" as const } };
  const reporter = await createReporter(await envelopeOf(counted), keys);
  expect((await reporter.seal(0)).id).not.toEqual((await reporter.seal(0)).id);
});

test("options that are wrong are named, and a measurement that the circuit does not take is refused", async () => {
  const envelope = await envelopeOf(manifestOf());
  for (const [wrong, name] of [
    [undefined, "registerKey"],
    [{ ...options, registerKey: undefined }, "registerKey"],
    [{ ...options, helperKey: "AAAA" }, "helperKey"],
    [{ ...options, memberSecret: "AAAA" }, "memberSecret"],
  ] as const)
    await expect(createReporter(envelope, wrong as never)).rejects.toMatchObject({
      code: "invalid_argument",
      message: expect.stringContaining(name),
    });
  const reporter = await createReporter(envelope, options);
  for (const measurement of [-1, 4, 0.5])
    await expect(reporter.seal(measurement)).rejects.toMatchObject({ code: "invalid_measurement" });
});
