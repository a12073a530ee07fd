// Every exhibit is a defect, by computation and by audit, and Paceline's own is none. test/long/playground audits ours over many seeds.
import { readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { abouts, exhibitIds } from "../../src/playground/museum/abouts.ts";
import { auditExhibit, BOUNDS } from "../../src/playground/museum/audit.ts";
import { type ScoresJob, scoresOf } from "../../src/playground/museum/scores.ts";
import { trials } from "../../src/playground/museum/trials.ts";
import { claimedOf, leastFor } from "../../src/privacy/index.ts";
import { normalCdf } from "../../src/privacy/numeric/normal.ts";
import { Random } from "../../src/simulate/random.ts";
import { seededEntropy } from "../../src/simulate/training/entropy.ts";

const options = { runs: 2000, seed: "museum", confidence: 0.99 } as const;
/** A quarter of the price that there is takes more runs to tell from the price: as many as the page has. */
const runsOf = (exhibit: string) => (exhibit === "permute-and-flip" ? 4000 : options.runs);
const privacy = exhibitIds.filter((id) => abouts[id].costs === "privacy");

test("the museum has the nine exhibits, each a folder of the same files with public sources", () => {
  const folder = "src/playground/museum/exhibits";
  expect(readdirSync(folder).sort()).toEqual([...exhibitIds].sort());
  expect(exhibitIds).toHaveLength(9);
  for (const id of exhibitIds) {
    expect(readdirSync(`${folder}/${id}`)).toEqual(expect.arrayContaining(["about.ts", "defect.ts", "ours.ts"]));
    for (const { what, where } of abouts[id].sources) {
      expect(what.length).toBeGreaterThan(10);
      expect(where).toMatch(/^https:\/\/(github\.com|arxiv\.org|doi\.org)\//);
    }
  }
});

describe.each(exhibitIds)("%s", (exhibit) => {
  test("is a defect by computation, and ours is none", async () => {
    const [defect, ours] = [await trials[exhibit].defect(), await trials[exhibit].ours()];
    const [told, kept] = [claimedOf(defect.claim), claimedOf(ours.claim)];
    if (abouts[exhibit].costs === "privacy") expect(defect.exact).toBeGreaterThan(1.5 * told);
    else expect(told).toBeGreaterThan(1.05 * (defect.exact ?? Number.POSITIVE_INFINITY));
    expect(ours.exact).toBeLessThanOrEqual(kept * (1 + 1e-9));
    expect(ours.exact).toBeGreaterThan(0);
  });

  test("is judged so by the audit, with one confidence for the whole museum", async () => {
    const seen: number[] = [];
    const asked = { ...options, exhibit, runs: runsOf(exhibit) };
    const { defect, ours } = await auditExhibit(asked, (done, total) => void seen.push(done / total));
    expect(BOUNDS).toBe(18);
    expect(defect.crossed).toBe(abouts[exhibit].costs === "privacy");
    expect(ours.crossed).toBe(false);
    // What is audited is never more than what is computed.
    for (const { audited, exact } of [defect, ours]) expect(audited).toBeLessThanOrEqual(exact ?? Number.NaN);
    expect([Math.min(...seen), Math.max(...seen)]).toEqual([0, 1]);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
  });
});

test("threads that get copies and answer in any order change no bit", async () => {
  for (const exhibit of ["sigma-squared", "restored-ledger"] as const) {
    let jobs = 0;
    const threads = {
      size: 3,
      run: async (job: ScoresJob) => {
        jobs += 1;
        await new Promise((resolve) => setTimeout(resolve, (7 * jobs) % 5));
        return await scoresOf(structuredClone(job));
      },
    };
    expect(await auditExhibit({ ...options, exhibit }, undefined, threads)).toEqual(
      await auditExhibit({ ...options, exhibit }),
    );
    expect(jobs).toBe(32);
  }
});

describe("what is computed is so", () => {
  const scores = async (exhibit: (typeof exhibitIds)[number], which: "defect" | "ours", runs: number) => {
    const trial = await trials[exhibit][which]();
    const chance = { random: new Random(exhibit), entropy: seededEntropy(exhibit) };
    return [true, false].map((present) => Array.from({ length: runs }, () => trial.score(present, chance))) as [
      number[],
      number[],
    ];
  };
  const share = (values: readonly number[], of: (value: number) => boolean) => values.filter(of).length / values.length;

  test("permute-and-flip's choice between two, from all orders and coins", async () => {
    const worse = Math.exp(-1) / 2;
    const [present, absent] = await scores("permute-and-flip", "ours", 20_000);
    expect(share(present, (choice) => choice === 0)).toBeCloseTo(worse, 1.7);
    expect(share(absent, (choice) => choice === 0)).toBeCloseTo(0.5, 1.7);
    const { exact = 0 } = await trials["permute-and-flip"].defect();
    // Kullback and Leibler's divergence is the limit of order 1.
    expect(exact).toBeGreaterThanOrEqual(0.5 * Math.log(0.5 / worse) + 0.5 * Math.log(0.5 / (1 - worse)));
  });

  test("a quarter of the answers from 0 are finer than any from 1", async () => {
    const [present, absent] = await scores("float-laplace", "defect", 20_000);
    expect(share(absent, (multiple) => multiple === 0)).toBeCloseTo(0.252, 1.7);
    expect(share(present, (multiple) => multiple === 0)).toBe(0);
  });

  test("the squared scale is two fifths of the noise that is paid for", async () => {
    const [, absent] = await scores("sigma-squared", "defect", 20_000);
    expect(Math.sqrt(absent.reduce((sum, x) => sum + x * x, 0) / absent.length)).toBeCloseTo(0.16, 2);
  });

  test("the sampled sum's divergence is at least every test's, and the doubled price at least it", async () => {
    const { exact = 0 } = await trials["undoubled-sample"].ours();
    const above = (t: number, mean: number) => 0.05 * normalCdf(-t) + 0.95 * normalCdf(mean - t);
    const tests = Array.from({ length: 80 }, (_, i) => -4 + i / 10).map((t) =>
      leastFor({ kind: "renyi", order: 2, divergence: 0 }, { present: above(t, 1), absent: above(t, -1) }),
    );
    expect(Math.max(...tests)).toBeLessThanOrEqual(exact);
    expect(Math.max(...tests)).toBeGreaterThan(0.6 * exact);
  });

  test("so seldom a run is published, and what Theorem 6 says of it is nothing", async () => {
    const [present, absent] = await scores("repeat-and-select", "ours", 40_000);
    const truth = 1 / (1 + Math.exp(-2));
    expect(share(present, (best) => best === 1)).toBeCloseTo(-Math.expm1(-0.1 * truth), 2);
    expect(share(absent, (best) => best === 0)).toBeCloseTo(Math.exp(-0.1), 2);
    expect(claimedOf((await trials["repeat-and-select"].defect()).claim)).toBe(0);
  });

  test("the odometer's third bound is never the least; with its logarithm it would have been", async () => {
    const { claim, exact = 0 } = await trials.odometer.defect();
    const right = (1000 * 0.1 * Math.expm1(0.1)) / (Math.exp(0.1) + 1) + 0.1 * Math.sqrt(2000 * Math.log(1 / 5e-10));
    expect(claimedOf(claim)).toBeGreaterThan(right + 0.5);
    expect(right).toBeGreaterThan(exact);
  });

  test("ε = 70,333 is a tenth of seven million values at 0.1 each; fifty are 5", async () => {
    expect(703_330 * 0.1).toBeCloseTo(70_333, 6);
    expect((await trials["sparse-vector"].defect()).exact).toBeCloseTo(5, 12);
  });

  test("four restored copies serve nothing: one draw is one draw", async () => {
    expect((await trials["restored-ledger"].ours()).exact).toBe(1);
    expect((await trials["restored-ledger"].defect()).exact).toBe(5);
  });

  test("the year's ledger pays for twelve weeks of an age band, and not for a thirteenth", async () => {
    const { claim } = await trials["renewed-budget"].ours();
    expect(claimedOf(claim)).toBeLessThanOrEqual(1);
    expect(claimedOf(claim)).toBeGreaterThan(1 - 0.08);
  });
});

test("what is out of bounds is refused", async () => {
  for (const bad of [{ exhibit: "none" }, { runs: 10 }, { runs: 1.5 }, { confidence: 1 }, { seed: "x".repeat(201) }])
    await expect(auditExhibit({ ...options, exhibit: privacy[0] as never, ...(bad as object) })).rejects.toMatchObject({
      code: "invalid_argument",
    });
});
