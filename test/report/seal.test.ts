import { describe, expect, test } from "vitest";
import { encodeVector } from "../../src/contribution/vector.ts";
import { nodeCrypto, nodeEntropy } from "../../src/platform/node/index.ts";
import { InputShareAad, PlaintextInputShare, Report } from "../../src/protocol/dap/report.ts";
import { reportIdOf } from "../../src/protocol/dap/report-id.ts";
import { dap18 } from "../../src/protocol/dap/version.ts";
import { open } from "../../src/protocol/hpke/hpke.ts";
import { newReporter } from "../../src/report/seal.ts";
import { uploadError, uploadRequest } from "../../src/report/upload.ts";
import type { VectorEncoder } from "../../src/task/encoder.ts";
import { encodeManifest, type Manifest } from "../../src/task/manifest.ts";
import type { Contribution, SealedReport } from "../../src/task/stages.ts";
import { seededEntropy } from "../privacy/entropy.ts";
import { hpkeKeys, manifestOf, vectorManifest } from "../support/questions.ts";
import { contributionOf } from "../support/rounds.ts";

const manifest = manifestOf();
const told = (value?: number) => contributionOf(manifest, value);
const reporterOf = (one: Manifest, entropy: Parameters<typeof newReporter>[0]["entropy"] = nodeEntropy) =>
  newReporter({ crypto: nodeCrypto, entropy }, { manifest: one, bytes: encodeManifest(one) });

/** Both plaintext input shares of a report, as the two aggregators see them. */
async function sharesIn(reporter: Awaited<ReturnType<typeof reporterOf>>, bytes: Uint8Array) {
  const { metadata, publicShare, leaderShare, helperShare } = Report.decode(bytes);
  const aad = InputShareAad.encode({
    taskId: reporter.task.id,
    task: reporter.task.configuration,
    metadata,
    publicShare,
  });
  const plain = async (to: "leader" | "helper", { enc, payload }: typeof leaderShare) => {
    const info = dap18.inputShareInfo(to);
    const text = await open({ crypto: nodeCrypto, recipient: hpkeKeys[to], info, aad, enc, ciphertext: payload });
    return PlaintextInputShare.decode(text).payload;
  };
  return { leader: await plain("leader", leaderShare), helper: await plain("helper", helperShare) };
}

describe("every report of a task looks alike", () => {
  test("in size and in time, null or not, whatever the value", async () => {
    const reporter = await reporterOf(manifest);
    const contributions = [told(), ...[40, 65, 90].map((value) => told(value))];
    const reports = await Promise.all(contributions.map((one) => reporter.seal(one)));
    expect(new Set(reports.map(({ bytes }) => bytes.length)).size).toBe(1);
    for (const { id, bytes, secret } of reports) {
      expect(id).toEqual(await reportIdOf(nodeCrypto, reporter.task.id, secret));
      const { metadata } = Report.decode(bytes);
      expect(metadata).toEqual({ reportId: id, time: BigInt(manifest.window.start), publicExtensions: [] });
    }
    expect(new Set(reports.map(({ id }) => id.join())).size).toBe(4);
  });

  test("for vectors too", async () => {
    const reporter = await reporterOf(vectorManifest());
    const vector = vectorManifest().encoder as VectorEncoder;
    const sizes = [undefined, [0, 0, 0], [4, 0, 0], [-2, 2, -2]].map(
      async (x) => (await reporter.seal(encodeVector(vector, x))).bytes.length,
    );
    expect(new Set(await Promise.all(sizes)).size).toBe(1);
  });
});

/** χ² of bytes against the uniform law, over its 1 − 10⁻⁶ quantile at 255 degrees of freedom (Wilson-Hilferty). */
function excess(counts: readonly number[]): number {
  const expected = counts.reduce((a, b) => a + b, 0) / 256;
  const statistic = counts.reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0);
  const c = 2 / (9 * 255);
  return statistic - 255 * (1 - c + 4.7534 * Math.sqrt(c)) ** 3;
}

/** The same question for two samples: could one law have made both? */
function difference(a: readonly number[], b: readonly number[]): number {
  const c = 2 / (9 * 255);
  const statistic = a.reduce((sum, n, i) => sum + (n - (b[i] as number)) ** 2 / Math.max(1, n + (b[i] as number)), 0);
  return statistic - 255 * (1 - c + 4.7534 * Math.sqrt(c)) ** 3;
}

describe("one share alone is noise", () => {
  // Seeded: a right implementation fails once in a million seeds.
  const cells = 4 * 16;
  async function byteCounts(contribution: Contribution, seed: string) {
    const reporter = await reporterOf(manifest, seededEntropy(seed));
    const counts = { leader: new Array<number>(256).fill(0), helper: new Array<number>(256).fill(0) };
    for (let i = 0; i < 400; i++) {
      const shares = await sharesIn(reporter, (await reporter.seal(contribution)).bytes);
      for (const byte of shares.leader.subarray(0, cells)) counts.leader[byte] = (counts.leader[byte] as number) + 1;
      for (const byte of shares.helper) counts.helper[byte] = (counts.helper[byte] as number) + 1;
    }
    return counts;
  }

  test("its bytes are uniform, and the same for two different members", async () => {
    const one = await byteCounts(told(40), "one");
    const two = await byteCounts(told(), "two");
    for (const role of ["leader", "helper"] as const) {
      expect(excess(one[role])).toBeLessThan(0);
      expect(excess(two[role])).toBeLessThan(0);
      expect(difference(one[role], two[role])).toBeLessThan(0);
    }
  });

  test("the measure sees what it should: one share in a hundred sent in the clear", async () => {
    const counts = (await byteCounts(told(40), "three")).leader;
    expect(
      excess(counts.map((n, byte) => (byte === 0 ? n + 4 * (cells - 1) : byte === 1 ? n + 4 : n))),
    ).toBeGreaterThan(0);
  });

  test("no share and no seed is used twice", async () => {
    const reporter = await reporterOf(manifest);
    const seen = new Set<string>();
    for (let i = 0; i < 50; i++) {
      const { leader, helper } = await sharesIn(reporter, (await reporter.seal(told())).bytes);
      for (const part of [leader.subarray(0, 16), leader.subarray(-32), helper.subarray(0, 32), helper.subarray(32)])
        seen.add(part.join());
    }
    expect(seen.size).toBe(200);
  });
});

describe("stages", () => {
  test("a report cannot be made from raw bytes, nor a contribution from a vector: the compiler says so", () => {
    const bytes = new Uint8Array(3);
    // @ts-expect-error a SealedReport is made by report/ alone
    const report: SealedReport = { id: bytes, bytes };
    // @ts-expect-error a Contribution is made by the encoders alone
    const contribution: Contribution = { vector: [1, 0], isNull: false };
    // @ts-expect-error and a report's bytes are not a report
    const same: SealedReport = bytes;
    expect([report.bytes, contribution.isNull, same]).toHaveLength(3);
  });
});

describe("uploading", () => {
  test("asks as DAP does", () => {
    expect(uploadRequest("http://l.test", "T", [Uint8Array.of(1), Uint8Array.of(2, 3)])).toMatchObject({
      method: "POST",
      url: "http://l.test/tasks/T/reports",
      body: Uint8Array.of(1, 2, 3),
    });
  });

  test("an answer about more reports than were sent is none", () => {
    const answer = (body: Uint8Array) => ({ status: 200, headers: {}, body });
    const one = Uint8Array.from([...new Uint8Array(16), 2]);
    expect(uploadError(answer(new Uint8Array(0)))).toBeUndefined();
    expect(uploadError(answer(one))).toBe("report_replayed");
    // A code of a later draft, which has no name here.
    expect(uploadError(answer(Uint8Array.from([...new Uint8Array(16), 99])))).toBe("99");
    for (const body of [Uint8Array.from([...one, ...one]), one.slice(1)])
      expect(() => uploadError(answer(body))).toThrow(expect.objectContaining({ code: "invalid_message" }));
  });
});
