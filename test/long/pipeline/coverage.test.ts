// The demo's three questions over many memberships: the seed picks the members, the CSPRNG makes both aggregators' noise.
// Do the privacy-only intervals cover the members' truth as often as they say, and are they no wider than they need be?
import { expect, test } from "vitest";
import { applyMap } from "../../../src/aggregate/collect.ts";
import { elementsOf } from "../../../src/aggregate/elements.ts";
import { parseDay } from "../../../src/base/calendar.ts";
import { answerOf } from "../../../src/cli/demo/answers.ts";
import type { DemoCell } from "../../../src/cli/demo/document.ts";
import { questionsFor } from "../../../src/cli/demo/questions.ts";
import { encodeStatistics } from "../../../src/contribution/statistics.ts";
import { nodeEntropy } from "../../../src/platform/node/index.ts";
import type { NoiseEvent } from "../../../src/privacy/accounting/events.ts";
import { mechanismFrom } from "../../../src/privacy/mechanisms/from-event.ts";
import { addNoise } from "../../../src/privacy/mechanisms/noise-mechanism.ts";
import type { Member } from "../../../src/records/types.ts";
import { releaseDocument } from "../../../src/release/document.ts";
import { combineShares } from "../../../src/release/settle.ts";
import { population } from "../../../src/simulate/index.ts";
import {
  decodeManifest,
  encodeManifest,
  MANIFEST_VERSION,
  type Manifest,
  type PlannedTask,
} from "../../../src/task/manifest.ts";
import { planOf } from "../../support/questions.ts";

const RUNS = 80;
const lastDay = parseDay("2026-11-15");
const bands = ["18-24", "25-34", "35-44", "45-54", "55-64", "65+"];
const metrics = new Set(["rhr", "sleep", "moderate", "vigorous"]);

function manifestOf(plan: PlannedTask): Manifest {
  const aggregator = { url: "http://a.test", hpke: "" };
  return {
    version: MANIFEST_VERSION,
    ...plan,
    queryHash: "",
    trustMode: "two-aggregators",
    upload: { opens: 0, closes: 1 },
    aggregators: { leader: aggregator, helper: aggregator },
  };
}

/** What the two aggregators make of the members: shares, map, noise on each share, and the centred sum. */
function released(manifest: Manifest, members: readonly Member[]) {
  const { source, encoder, window, map, vdaf } = manifest;
  if (source.kind !== "statistics" || encoder.kind !== "product") throw new Error("statistics");
  const { modulus } = elementsOf(vdaf);
  const helper = Array.from(
    { length: map.columns },
    () => BigInt(`0x${Buffer.from(nodeEntropy.bytes(15)).toString("hex")}`) % modulus,
  );
  const leader = helper.map((share) => (modulus - share) % modulus);
  for (const member of members) {
    const column = encodeStatistics(member, source, encoder, window).vector.indexOf(1);
    leader[column] = ((leader[column] as bigint) + 1n) % modulus;
  }
  const mechanism = mechanismFrom(manifest.noise as NoiseEvent);
  const noised = (share: readonly bigint[]) =>
    addNoise(applyMap(map, share, modulus), mechanism.drawNoise(nodeEntropy, map.rows.length), modulus);
  const shares = [noised(leader), noised(helper)] as const;
  return releaseDocument(manifest, new Uint8Array(32), combineShares(shares[0], shares[1], modulus), {
    week: 500_000_000n,
    year: 1_000_000_000n,
  });
}

test(`${RUNS} memberships of 3,000: privacy-only intervals cover the members' truth in 93-97 %, at most 1.15 as wide as analytic`, {
  timeout: 1_200_000,
}, () => {
  const { questions } = questionsFor({ members: [], lastDay, metrics, bands, source: "", notes: [], lines: [] }, 50);
  const manifests = questions.map((one) => decodeManifest(encodeManifest(manifestOf(planOf(one)))));
  const cells: DemoCell[] = [];
  for (let run = 0; run < RUNS; run++) {
    const members = population({ seed: `coverage ${run}`, members: 3000, lastDay });
    for (const manifest of manifests) cells.push(...answerOf(released(manifest, members), members).cells);
  }
  const covered =
    cells.filter(({ truth, privacyInterval95: [low, high] }) => truth >= low && truth <= high).length / cells.length;
  // The delta-method width with the exact law of two discrete Laplace noises of scale 1: q95 over its standard deviation.
  const ratios = cells.map(
    ({ privacyInterval95: [low, high], privacyNoiseSd }) => (high - low) / (2 * 1.96 * privacyNoiseSd),
  );
  const width = ratios.reduce((a, b) => a + b, 0) / ratios.length;
  console.log(
    `${cells.length} cell-runs: ${(100 * covered).toFixed(2)} % covered, mean width ${width.toFixed(3)} of analytic`,
  );
  expect(cells.length).toBeGreaterThan(2000);
  expect(covered).toBeGreaterThan(0.93);
  expect(covered).toBeLessThan(0.97);
  expect(width).toBeLessThanOrEqual(1.15);
});
