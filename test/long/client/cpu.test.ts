// Whether the time that a report takes tells what is in it: ten thousand with a value and ten thousand empty ones, in an order drawn
// at random, so that whatever else the machine does falls on both alike. A rank test takes no shape of the times for granted.
import { expect, test } from "vitest";
import { toBase64Url } from "../../../src/base/bytes.ts";
import { answerOf } from "../../../src/client/contribute.ts";
import { settingsOf } from "../../../src/client/page.ts";
import { memoryDeviceStore } from "../../../src/platform/device-memory.ts";
import { nodeCrypto, nodeEntropy } from "../../../src/platform/node/index.ts";
import { compactEngine } from "../../../src/report/engine.ts";
import { newReporter } from "../../../src/report/seal.ts";
import { encodeManifest } from "../../../src/task/manifest.ts";
import { manifestOf, smallQuestion, steadyMember } from "../../support/questions.ts";

const EACH = 10_000;
const manifest = manifestOf({ ...smallQuestion, daysMin: 1 });
const key = (byte: number) => toBase64Url(new Uint8Array(32).fill(byte));
const settings = settingsOf({
  coordinator: { url: "https://a.test", registerKey: key(1) },
  helper: { url: "https://b.test", signingKey: key(2) },
  store: memoryDeviceStore(),
  profile: () => ({}),
  platform: { crypto: nodeCrypto, entropy: nodeEntropy },
});
const real = steadyMember(62).days;
const empty = real.map((day) => ({ ...day, values: { rhr: 500 } }));

async function timeOf(days: typeof real, reporter: Awaited<ReturnType<typeof newReporter>>): Promise<number> {
  const before = process.hrtime.bigint();
  const { contribution } = await answerOf(settings, manifest, { days, profile: {} });
  await reporter.seal(contribution);
  return Number(process.hrtime.bigint() - before);
}

test("real and empty reports take the same time: no rank test at 20,000 tells them apart by more than a hair", async () => {
  const reporter = await newReporter(
    { crypto: nodeCrypto, entropy: nodeEntropy, engine: compactEngine() },
    { manifest, bytes: encodeManifest(manifest) },
  );
  for (let i = 0; i < 500; i++) await timeOf(i % 2 === 0 ? real : empty, reporter);
  const all: { readonly ns: number; readonly real: boolean }[] = [];
  for (let i = 0; i < EACH; i++) {
    const first = (nodeEntropy.bytes(1)[0] as number) < 128;
    for (const one of [first, !first]) all.push({ ns: await timeOf(one ? real : empty, reporter), real: one });
  }
  all.sort((a, b) => a.ns - b.ns);
  let ranks = 0;
  for (const [rank, one] of all.entries()) if (one.real) ranks += rank + 1;
  // Mann-Whitney: the chance that a real one takes longer than an empty one; a half when nothing can be told.
  const chance = (ranks - (EACH * (EACH + 1)) / 2) / (EACH * EACH);
  const sigma = Math.sqrt((2 * EACH + 1) / (12 * EACH * EACH));
  console.log(
    `P(real takes longer) = ${chance.toFixed(4)}, ${((chance - 0.5) / sigma).toFixed(1)} standard errors from 1/2`,
  );
  expect(Math.abs(chance - 0.5)).toBeLessThan(0.02);
}, 1_200_000);
