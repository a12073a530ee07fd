// paceline/report in a real browser: from sources with both engines, and as built, in pages with and without WebAssembly.
import { describe, expect, inject, onTestFinished, test, vi } from "vitest";
import { concat } from "../../src/base/bytes.ts";
import { kernels } from "../../src/client/kernels.ts";
import { createReporter, type ReportOptions } from "../../src/client/report.ts";
import { webCrypto } from "../../src/platform/web/index.ts";
import type { ReportCrypto } from "../../src/ports/crypto.ts";
import { histogram, newTask, sumVec } from "./aggregators.ts";
import type { Answered, Asked } from "./page.ts";

const jobs = [
  ["a histogram", histogram, 4, [0, 0, 0, 0, 1, 0, 0, 0, 0, 0]],
  ["a vector", sumVec, [0, 200, 1, 199, 100, 7], [0, 200, 1, 199, 100, 7]],
] as const;

describe.each(jobs)("%s from sources", (_, vdaf, measurement, sum) => {
  test("is shared, sealed, opened and verified, on either engine", async () => {
    const { task, keys, read } = await newTask(vdaf);
    for (const engine of [undefined, kernels()]) {
      const reporter = await createReporter(task, { ...keys, engine });
      const [one, two] = [await reporter.seal(measurement), await reporter.seal(measurement)];
      expect(await read(one.bytes)).toEqual(sum);
      expect(await read(two.bytes)).toEqual(sum);
      expect(two.bytes).not.toEqual(one.bytes);
    }
  });

  test("is the same bytes from both engines", async () => {
    const { task, keys, read } = await newTask(vdaf);
    const pair = await webCrypto.x25519Generate();
    const sealedBy = async (engine: ReportOptions["engine"]) => {
      let drawn = 0;
      const entropy = {
        kind: "csprng" as const,
        bytes: (length: number) => new Uint8Array(length).map(() => (drawn++ * 151) & 255),
      };
      // the same pair for every share, as no sender may have it
      const crypto: ReportCrypto = {
        sha256: webCrypto.sha256,
        ed25519Verify: webCrypto.ed25519Verify,
        hmacSha256: webCrypto.hmacSha256,
        aes128gcmSeal: webCrypto.aes128gcmSeal,
        x25519Ephemeral: async (peer) => ({
          public: pair.public,
          shared: await webCrypto.x25519(pair.secret, peer),
        }),
      };
      const reporter = await createReporter(task, { ...keys, crypto, entropy, engine });
      return concat(
        ...(await Promise.all([reporter.seal(measurement), reporter.seal(measurement)])).map(({ bytes }) => bytes),
      );
    };
    const engine = kernels();
    expect(engine).toBeDefined();
    const plain = await sealedBy(undefined);
    expect(await sealedBy(engine)).toEqual(plain);
    expect(await read(plain.subarray(0, plain.length / 2))).toEqual(sum);
  });
});

test("a browser without WebAssembly has no kernels", () => {
  vi.stubGlobal("WebAssembly", undefined);
  onTestFinished(() => void vi.unstubAllGlobals());
  expect(kernels()).toBeUndefined();
});

/** Asks the app in a page with the named policy, in a frame of its own. */
async function askPage(policy: "strict" | "wasm", asked: Asked): Promise<Answered> {
  const frame = document.createElement("iframe");
  const url = `${inject("pages")}/${policy}/`;
  onTestFinished(() => frame.remove());
  return await new Promise((resolve, reject) => {
    const listen = ({ source, data }: MessageEvent<"ready" | Answered>) => {
      if (source !== frame.contentWindow) return;
      if (data === "ready") return frame.contentWindow?.postMessage(asked, url);
      removeEventListener("message", listen);
      resolve(data);
    };
    addEventListener("message", listen);
    frame.onerror = reject;
    frame.src = url;
    document.body.append(frame);
  });
}

describe("built, in a page of an app", () => {
  test.each([
    ["strict", "plain"],
    ["wasm", "kernels"],
  ] as const)("whose content policy is %s: computes with %s", async (policy, engine) => {
    for (const [, vdaf, measurement, sum] of jobs) {
      const { task, keys, read } = await newTask(vdaf);
      const answer = await askPage(policy, { task, keys, measurement });
      expect(answer).toMatchObject({ engine, polyfills: [] });
      expect(await read(answer.report)).toEqual(sum);
    }
  });
});
