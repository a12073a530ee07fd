// The published baseline on WISDM v1.1, again and better: five splits into 30 people who train and 6 who are held out, people as
// devices. Each split's hyper-parameters are chosen by cross-validation over its own training people; who is held out is looked at once.
import { describe, expect, test } from "vitest";
import { hasWisdm, type Split, splitWisdm, wisdmWindows } from "../../support/wisdm.ts";
import { type Config, chosenOf, trainWisdm } from "../../support/wisdm-training.ts";

const fedavg = { kind: "fedavg", learningRate: 1 } as const;
const momentum = { kind: "fedavgm", learningRate: 1, momentum: 0.9 } as const;
const dense = (units: number) => [{ kind: "dense", units, activation: "relu" }] as const;
const free = { clip: 1000, epsilon: null, members: 30 } as const;
const ours: readonly Config[] = [
  { ...free, layers: [], personal: true, rounds: 20, optimiser: momentum },
  { ...free, layers: [], personal: true, rounds: 50, optimiser: momentum },
  { ...free, layers: dense(16), personal: true, rounds: 60, optimiser: momentum },
  { ...free, layers: dense(32), personal: true, rounds: 60, optimiser: momentum },
];
const noised: readonly Config[] = [0.3, 0.5, 1].map((clip) => ({
  ...{ clip, epsilon: 2.6, members: 900, layers: [], personal: true, rounds: 20, optimiser: momentum },
}));

const seeds = [1, 2, 3, 4, 5];
const splits = hasWisdm ? seeds.map((seed) => splitWisdm(wisdmWindows(), seed)) : [];

function over(values: readonly number[]): { readonly mean: number; readonly standardError: number } {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  const squared = values.reduce((sum, x) => sum + (x - mean) ** 2, 0);
  return { mean, standardError: Math.sqrt(squared / (values.length - 1) / values.length) };
}

const said = (values: readonly number[]) => {
  const { mean, standardError } = over(values);
  return `${mean.toFixed(3)} ± ${standardError.toFixed(3)}`;
};

const nameOf = ({ layers, personal, rounds, clip }: Config) =>
  `${layers[0] === undefined ? "softmax" : `MLP ${"units" in layers[0] ? layers[0].units : ""}`}${personal ? ", own means" : ""}, T = ${rounds}${clip < 1000 ? `, clip ${clip}` : ""}`;

describe.skipIf(!hasWisdm)("WISDM (../shared/data, absent: skipped)", () => {
  test("the baseline's FedAvg on its own split is reproduced", { timeout: 600_000 }, async () => {
    const split = splits[0] as Split;
    // in-user and held-out accuracy of one run with other batches; those of the MLP begin with other weights
    const published = [
      { layers: [], rounds: 20, inUser: 0.76, heldOut: 0.677, within: 0.015 },
      { layers: [], rounds: 50, inUser: 0.774, heldOut: 0.689, within: 0.015 },
      { layers: [], rounds: 100, inUser: 0.789, heldOut: 0.698, within: 0.015 },
      { layers: dense(32), rounds: 100, inUser: 0.772, heldOut: 0.722, within: 0.06 },
    ];
    for (const { layers, rounds, inUser, heldOut, within } of published) {
      const config: Config = { ...free, layers, rounds, personal: false, optimiser: fedavg };
      const measured = await trainWisdm(split, config, "baseline");
      console.log(
        `${nameOf(config)}: in-user ${measured.inUser.accuracy.toFixed(3)} (${inUser}), held-out ${measured.heldOut.accuracy.toFixed(3)} (${heldOut})`,
      );
      expect(Math.abs(measured.inUser.accuracy - inUser)).toBeLessThan(within);
      expect(Math.abs(measured.heldOut.accuracy - heldOut)).toBeLessThan(within);
    }
  });

  test("FedAvg with momentum and each device's own means: held-out accuracy of .72 or more over five splits", {
    timeout: 1_800_000,
  }, async () => {
    const [inUser, heldOut, macroF1, before]: [number[], number[], number[], number[]] = [[], [], [], []];
    for (const [at, split] of splits.entries()) {
      const config = await chosenOf(split, ours, `split ${seeds[at]}`);
      const measured = await trainWisdm(split, config, `split ${seeds[at]}`);
      inUser.push(measured.inUser.accuracy);
      heldOut.push(measured.heldOut.accuracy);
      macroF1.push(measured.heldOut.macroF1);
      const baseline: Config = { ...free, layers: [], rounds: 100, personal: false, optimiser: fedavg };
      before.push((await trainWisdm(split, baseline, `split ${seeds[at]}`)).heldOut.accuracy);
      console.log(
        `split ${seeds[at]}: ${nameOf(config)}; in-user ${measured.inUser.accuracy.toFixed(3)}, held-out ${measured.heldOut.accuracy.toFixed(3)}, gap between people ${measured.heldOut.gap.toFixed(3)}`,
      );
    }
    console.log(`in-user ${said(inUser)}, held-out ${said(heldOut)}, macro-F1 ${said(macroF1)}`);
    console.log(`the baseline's softmax, T = 100, on the same splits: held-out ${said(before)}`);
    expect(over(heldOut).mean).toBeGreaterThan(over(before).mean);
    expect(over(heldOut).mean).toBeGreaterThanOrEqual(0.72);
    expect(over(inUser).mean).toBeGreaterThanOrEqual(0.78);
  });

  test("900 members at ε = 2.6, two aggregators' noise: in-user one point less at most, held-out two and a half", {
    timeout: 1_800_000,
  }, async () => {
    const losses: { inUser: number[]; heldOut: number[] } = { inUser: [], heldOut: [] };
    const reached: { inUser: number[]; heldOut: number[] } = { inUser: [], heldOut: [] };
    for (const [at, split] of splits.entries()) {
      const seed = `split ${seeds[at]}`;
      const config = await chosenOf(split, noised, seed);
      const without = await trainWisdm(split, { ...config, clip: 1000, epsilon: null }, seed);
      // Three draws of the noise a split, or the figure would be one draw's luck.
      const draws = [];
      for (const draw of ["a", "b", "c"]) draws.push(await trainWisdm(split, config, `${seed}/${draw}`));
      for (const set of ["inUser", "heldOut"] as const) {
        const mean = draws.reduce((sum, measured) => sum + measured[set].accuracy, 0) / draws.length;
        losses[set].push(without[set].accuracy - mean);
        reached[set].push(mean);
      }
      console.log(`${seed}: ${nameOf(config)}; without noise and clip ${without.heldOut.accuracy.toFixed(3)}`);
    }
    console.log(
      `in-user ${said(reached.inUser)}, ${said(losses.inUser)} less than without; held-out ${said(reached.heldOut)}, ${said(losses.heldOut)} less`,
    );
    expect(over(losses.inUser).mean).toBeLessThanOrEqual(0.01);
    expect(over(losses.heldOut).mean).toBeLessThanOrEqual(0.025);
  });
});

test.runIf(!hasWisdm)("says why nothing was measured", () => {
  console.log("../shared/data/wisdm is not here: nothing was trained");
});
