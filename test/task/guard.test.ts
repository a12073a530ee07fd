import { describe, expect, test } from "vitest";
import { type GuardLimits, type GuardState, guardManifest } from "../../src/task/guard.ts";
import type { Manifest } from "../../src/task/manifest.ts";
import { untimely } from "../../src/task/prove.ts";
import type { Purpose } from "../../src/task/purposes.ts";
import { manifestOf, nowSeconds, vectorManifest } from "../support/questions.ts";

const limits: GuardLimits = {
  rhoMax: 600_000_000n,
  minBatchFloor: 5,
  memberSecret: true,
  tokens: undefined,
  windowAgeDaysMax: 60,
  leaderUrl: "https://coordinator.test",
  helperUrl: "https://helper.test",
};
const state: GuardState = { consented: new Set<Purpose>(["service-improvement"]), paused: false, now: nowSeconds };

test("what holds on every count is proved", () => {
  expect(guardManifest(manifestOf(), limits, state)).toMatchObject({
    epochs: ["2026-W04", "2026-W05", "2026-W06", "2026"],
  });
});

describe("refused from public facts", () => {
  const refused = (change: (manifest: Manifest) => void, why: string, code = "manifest_refused") => {
    const manifest = manifestOf();
    change(manifest);
    expect(() => guardManifest(manifest, limits, state)).toThrow(expect.objectContaining({ code }));
    expect(() => guardManifest(manifest, limits, state)).toThrow(why);
  };

  test("no consent for the purpose: in words for the member", () => {
    refused((m) => Object.assign(m, { purpose: "research" }), "Research", "consent_missing");
    const nobody = { ...state, consented: new Set<Purpose>() };
    expect(() => guardManifest(manifestOf(), limits, nobody)).toThrow(
      expect.objectContaining({ code: "consent_missing" }),
    );
  });

  test("a task that counts members, on a device that has nothing to tell its member by", () => {
    for (const [unit, memberSecret] of [
      ["member", true],
      ["installation", true],
      ["installation", false],
    ] as const) {
      const manifest = manifestOf();
      const counted = { ...manifest, noise: { ...manifest.noise, unit } };
      expect(() => guardManifest(counted, { ...limits, memberSecret }, state)).not.toThrow();
    }
    const none = { ...limits, memberSecret: false };
    expect(() => guardManifest(manifestOf(), none, state)).toThrow("memberSecret");
  });

  test("windows by the helper's own rule: old ones, and those that hold days to come", () => {
    const today = Math.floor(nowSeconds / 86_400);
    const windows = [
      [today - 62, today - 60],
      [today - 61, today - 59],
      [today - 1, today + 1],
      [today, today + 2],
    ] as const;
    const said = windows.map(([start, end]) => {
      const manifest = { ...manifestOf(), window: { start, end } };
      const rule = untimely(manifest.window, nowSeconds, limits);
      const guard = () => guardManifest(manifest, limits, state);
      if (rule === undefined) expect(guard).not.toThrow();
      else expect(guard).toThrow(rule);
      return rule?.split(" ").slice(0, 3).join(" ");
    });
    expect(said).toEqual(["the window ended", undefined, undefined, "the window ends"]);
  });

  test("paused", () => {
    expect(() => guardManifest(manifestOf(), limits, { ...state, paused: true })).toThrow("paused");
  });

  test("ρ above the ceiling; at the ceiling it is taken", () => {
    refused((m) => Object.assign(m, { rho: "600000001" }), "600000001");
    const atCeiling = manifestOf();
    Object.assign(atCeiling, { rho: "600000000" });
    expect(guardManifest(atCeiling, limits, state)).toBeDefined();
  });

  test("a cohort below the floor; at the floor it is taken", () => {
    refused((m) => Object.assign(m, { minBatch: 4 }), "below this device's floor");
    const more = { ...limits, minBatchFloor: 6 };
    expect(() => guardManifest(manifestOf(), more, state)).toThrow("floor of 6");
  });

  test("other aggregators than the pinned ones", () => {
    refused((m) => Object.assign(m.aggregators.leader, { url: "http://other.test" }), "pinned");
    refused((m) => Object.assign(m.aggregators.helper, { url: "https://helper.test." }), "pinned");
    refused(
      (m) => Object.assign(m.aggregators, { leader: m.aggregators.helper, helper: m.aggregators.leader }),
      "pinned",
    );
  });

  test("outside the time reports are taken: half open", () => {
    const at = (now: number) => () => guardManifest(manifestOf(), limits, { ...state, now });
    expect(at(nowSeconds - 1)).toThrow("not open");
    expect(at(nowSeconds)).not.toThrow();
    expect(at(nowSeconds + 3599)).not.toThrow();
    expect(at(nowSeconds + 3600)).toThrow("not open");
  });

  test("a metric that is not known", () => {
    const value = { kind: "mean", expression: { metric: "mood" }, times: 1, daysMin: 1 };
    refused((m) => Object.assign(m.source, { values: [value] }), "mood");
  });

  test("what does not prove", () => {
    refused((m) => Object.assign(m, { rho: "1" }), "its noise costs");
  });

  test("a model update under any purpose but training", () => {
    const update = { ...vectorManifest(), rho: "600000000" };
    const all = { ...state, consented: new Set<Purpose>(["service-improvement", "model-training"]) };
    expect(guardManifest(update, limits, all)).toBeDefined();
    const disguised: Manifest = { ...update, purpose: "service-improvement" };
    expect(() => guardManifest(disguised, limits, all)).toThrow("training a model is not service-improvement");
  });
});
