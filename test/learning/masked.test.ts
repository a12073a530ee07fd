import { describe, expect, test } from "vitest";
import { checkMasked } from "../../src/learning/masked/check.ts";
import { claimsOf, maskedNotice } from "../../src/learning/masked/claims.ts";
import { graphFor, rangeOf, roundCounts } from "../../src/learning/masked/counts.ts";
import { priceOf, shareOfNoise } from "../../src/learning/masked/noise.ts";
import { checkTraining } from "../../src/learning/plan/training/check.ts";
import type { MaskedSharing } from "../../src/learning/plan/training/masked-sharing.ts";
import { rhoOfEvent } from "../../src/privacy/accounting/rho-of-event.ts";
import type { Manifest } from "../../src/task/manifest.ts";
import type { MaskedManifest } from "../../src/task/masked/manifest.ts";
import { decodeMaskedManifest, encodeMaskedManifest } from "../../src/task/masked/manifest.ts";
import { makeMaskedRound, maskedDraft, newRegistrarKey } from "../support/masked.ts";

const { manifest } = await makeMaskedRound(maskedDraft(), newRegistrarKey(), { opens: 1_790_000_000 });
const training = JSON.parse(manifest.source.training);
const withTraining = (change: object): MaskedManifest => ({
  ...manifest,
  source: { ...manifest.source, training: JSON.stringify({ ...training, ...change }) },
});
const withSharing = (change: Partial<MaskedSharing>) => withTraining({ sharing: { ...training.sharing, ...change } });
const refused = (one: MaskedManifest) =>
  expect(() => checkMasked(one)).toThrow(expect.objectContaining({ code: "manifest_refused" }));

describe("the manifest of a masked round", () => {
  test("is what its parties compute again, and its text the same", () => {
    const checked = checkMasked(decodeMaskedManifest(encodeMaskedManifest(manifest)));
    expect(checked.training.sharing).toMatchObject({ least: 8, graph: { degree: 6, threshold: 4 }, honest: 6 });
    expect(checked.rho).toBe(30_000_000n);
    expect(checked.epochs.length).toBeGreaterThan(2);
  });

  test.each([
    ["another degree", { graph: { degree: 4, threshold: 4 } }],
    ["another threshold", { graph: { degree: 6, threshold: 3 } }],
    ["fewer who stay than could sign two sets", { dropouts: 500 }],
    ["more who collude than neighbours bear", { corrupt: 330 }],
    ["more honest shares than are sure", { honest: 7 }],
    ["fewer members", { least: 7 }],
    ["more members than may come", { least: 17 }],
    ["a longer stage than its times say", { stageSeconds: 61 }],
    ["less time to join", { joinSeconds: 599 }],
    ["fewer bits than its sums take", { bits: 16 as const }],
  ])("with %s is refused", (_, change) => refused(withSharing(change)));

  test.each([
    ["a smaller price", { rho: "29999999" }],
    ["less noise", { noise: { ...manifest.noise, sigmaSquared: `${BigInt(manifest.noise.sigmaSquared) / 2n}` } }],
    ["fewer who stay", { minBatch: 5 }],
    ["a later end", { joining: { ...manifest.joining, ends: manifest.joining.ends + 1 } }],
    ["another bound", { encoder: { ...manifest.encoder, l2Squared: manifest.encoder.l2Squared - 1 } }],
    ["other metrics", { source: { ...manifest.source, metrics: ["steps" as const] } }],
    ["no days", { window: { start: 5, end: 5 } }],
  ])("with %s is refused", (_, change) => refused({ ...manifest, ...change }));

  test("has no cohort that the finder has no graph for, and no stream", () => {
    refused(withTraining({ cohort: { ...training.cohort, most: 4096 } }));
    refused(withTraining({ cohort: { ...training.cohort, most: 2 ** 14 + 1 } }));
    refused(withTraining({ sharing: { kind: "additive", bits: 32, overflow: 1e-9 } }));
  });

  test("an unknown field, layer or version never runs", () => {
    const text = (change: object) => new TextEncoder().encode(JSON.stringify({ ...manifest, ...change }));
    for (const change of [{ version: 2 }, { helper: "x" }, { trustMode: "two-aggregators" }, { purpose: "research" }])
      expect(() => decodeMaskedManifest(text(change))).toThrow(expect.objectContaining({ code: "manifest_refused" }));
    refused(withTraining({ own: 1 }));
  });

  test("is no task of two aggregators, whatever is written around it", () => {
    const task = { ...manifest, batchMax: 16 } as unknown as Manifest;
    expect(() => checkTraining(task)).toThrow("no task of two aggregators");
  });
});

describe("the noise of a masked round", () => {
  const sharing: MaskedSharing = training.sharing;
  const { bounds, sigmaSquared, range } = checkMasked(manifest);

  test("costs at most what is stated, for every number of members", () => {
    const stated = Number(priceOf(range, sigmaSquared, bounds)) / 1e9;
    for (let members = 8; members <= 16; members++) {
      const { event, honest } = shareOfNoise(sharing, members, sigmaSquared, bounds);
      expect(rhoOfEvent(event, "zero-out")).toBeLessThanOrEqual(stated);
      expect(honest).toBe(roundCounts(sharing, members).honest);
      expect(honest).toBeGreaterThanOrEqual(range.honestLeast);
      expect(honest).toBeLessThanOrEqual(range.honestMost);
    }
  });

  test("counts are whole numbers of thousandths, rounded against the sum", () => {
    expect(roundCounts({ corrupt: 50, dropouts: 300 }, 100)).toEqual({
      ...{ members: 100, corrupt: 5, survivors: 70, unopened: 30, honest: 65 },
    });
    expect(graphFor({ corrupt: 50, dropouts: 300 }, 100)).toMatchObject({ degree: 66, threshold: 36 });
    expect(graphFor({ corrupt: 100, dropouts: 100 }, 100)).toMatchObject({ degree: 32, threshold: 22 });
    expect(() => graphFor({ corrupt: 50, dropouts: 300 }, 4096)).toThrow();
    expect(() => rangeOf({ ...sharing, least: 9 }, 8)).toThrow();
  });
});

test("the claims are those of the privacy model, with the counts of the round, and no more", () => {
  const words = claimsOf(training.sharing, 10);
  expect(words).toContain("colludes with 10 % of a cohort it did not choose, of 10 members 1,");
  expect(words).toContain("a member isolated by Sybils faces 6 times the ρ");
  expect(maskedNotice(training.sharing)).toContain("8 devices or more, 2 of whom at most may leave");
  expect(words).not.toMatch(/secure|anonym|guarantee|impossible|never/i);
});
