// The accounting references: every case of the file within its tolerance, an answer that follows every input, and what the
// command says of files and cases that are wrong.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Answer, answerOf } from "../../scripts/reference/answers.ts";
import { top } from "../house/files.ts";

interface Case {
  readonly id: string;
  readonly group: string;
  readonly mechanism: string;
  readonly neighbouring: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly expected: Readonly<Record<string, unknown>>;
}

const file = resolve(top, process.env.PACELINE_SHARED ?? "../shared", "reference/accounting.json");
const present = existsSync(file);
const cases: readonly Case[] = present ? JSON.parse(readFileSync(file, "utf8")).cases : [];

/** The exact value or the best anchor of each group, first one present; how far anchors may lie above the truth. */
const anchors: Readonly<Record<string, readonly [keys: readonly string[], loose?: number]>> = {
  gaussian: [["eps_exact"]],
  gaussian_delta: [["delta_exact"]],
  gaussian_calibration: [["sigma_exact"]],
  laplace: [["eps_exact", "eps_pld_fine"], 1e-6],
  discrete_laplace: [["eps_exact"]],
  discrete_gaussian: [["eps_exact"]],
  dpsgd_poisson: [["eps_exact", "eps_pld_tilted_h2e-5"], 3e-4],
  dpsgd_poisson_replace: [["eps_pld"], 1e-4],
  poisson_laplace: [["eps_pld_fine"], 2e-4],
  rdp_sgm_raw: [["rdp_quadrature"]],
  wor_gaussian: [["eps_rdp"]],
  zcdp_to_adp: [["eps_optimal"]],
  gdp: [["delta_exact"]],
  heterogeneous: [["eps_pld_fine"], 3e-4],
  randomized_response: [["eps_exact"]],
  tree_aggregation: [["eps_exact_gaussian"]],
  composition_theorems: [["eps_optimal_continuous"]],
  distributed_dp: [["eps_ddgauss"]],
  exponential: [["eps_rdp_composed_one_by_one"], 6e-3],
  permute_and_flip: [["eps_pld"], 1e-4],
  truncated_poisson: [["eps_pld"], 1e-4],
  mixture_of_gaussians: [["eps_pld"], 1e-4],
  repeat_and_select: [["eps_rdp"]],
  calibration: [["sigma_pld"], 1e-4],
  // The library's own search is within 2 % and its grid makes it smaller than a certified scale.
  calibration_laplace: [["laplace_b"], 1e-3],
};

/** 1e-3 absolute for epsilon, relative for everything else. */
function expectNear(one: Case, answer: Answer): void {
  const number = (key: string) => Number(one.expected[key]);
  if (one.group === "shuffle") {
    expect(answer.upper).toBeGreaterThan(number("eps_numeric_lower") - 1e-4);
    expect(answer.upper).toBeLessThan(number("eps_numeric_upper_FMT21") * (1 + 1e-3));
    return;
  }
  if (one.group === "adp_to_zcdp") {
    expect(answer.upper).toBeLessThanOrEqual(number("rho_max_optimal") * (1 + 1e-12));
    expect(answer.lower).toBeGreaterThan(number("rho_max_optimal") * (1 - 1e-9));
    return;
  }
  const [keys, loose = 1e-9] = anchors[one.group] ?? [[]];
  const key = keys.find((name) => one.expected[name] !== undefined);
  const anchor = number(key ?? "none");
  const scale = answer.quantity === "epsilon" ? Math.max(1, anchor) : anchor;
  const exact = key?.includes("exact") ? 1e-12 : loose;
  expect(answer.upper).toBeGreaterThanOrEqual(anchor - exact * scale);
  expect(answer.upper).toBeLessThanOrEqual(anchor + 1e-3 * (answer.quantity === "epsilon" ? 1 : anchor));
  expect(answer.lower).toBeLessThanOrEqual(anchor + exact * scale);
  expect(answer.lower).toBeLessThanOrEqual(answer.upper);
}

describe.skipIf(!present)(`the references${present ? "" : ` (skipped: ${file} is not there)`}`, () => {
  test.each(cases.map((one) => [one.id, one] as const))("%s", (_, { expected, ...asked }) => {
    const answer = answerOf({ ...asked, id: "anything" });
    expectNear({ ...asked, expected }, answer);
    // Where loss distributions answer, the truth is known from both sides.
    if (answer.accountant === "pld" && answer.quantity === "epsilon" && answer.upper <= 10)
      expect(answer.upper - answer.lower).toBeLessThanOrEqual(1e-3);
    const raw = expected.rdp_at_orders_2_4_8_16_32 as number[] | undefined;
    for (const [i, value] of (raw ?? []).entries())
      expect((answer.rdp as number[])[i] ?? 0).toBeCloseTo(value, Math.ceil(6 - Math.log10(value)));
  });

  test("every group of the file is known here", () => {
    const groups = new Set(cases.map(({ group }) => group));
    expect([...groups].filter((group) => !(group in anchors) && !["shuffle", "adp_to_zcdp"].includes(group))).toEqual(
      [],
    );
  });
});

/** One quick case a group, and where the answer goes when an input grows: up (+), down (-), or not down (0). */
type Move = readonly [
  group: string,
  inputs: Readonly<Record<string, number | readonly number[]>>,
  signs: string,
  neighbouring?: string,
];
const moves: readonly Move[] = [
  ["gaussian", { noiseMultiplier: 2, compositions: 10, delta: 1e-5 }, "-+-"],
  ["gaussian_delta", { noiseMultiplier: 4, compositions: 3, epsilon: 1 }, "-+-"],
  ["gaussian_calibration", { epsilon: 1, delta: 1e-6, l2Sensitivity: 2 }, "--+"],
  ["laplace", { noiseMultiplier: 20, compositions: 100, delta: 1e-5 }, "-+-"],
  ["discrete_laplace", { noiseParameter: 0.1, sensitivity: 2, compositions: 20, delta: 1e-4 }, "+++-"],
  ["discrete_gaussian", { sigma: 3, sensitivity: 1, compositions: 10, delta: 1e-6 }, "-++-"],
  ["dpsgd_poisson", { q: 0.1, noiseMultiplier: 4, steps: 100, delta: 1e-6 }, "+-+-"],
  ["dpsgd_poisson", { q: 0.05, noiseMultiplier: 2, steps: 3, delta: 1e-6 }, "+-+-", "REPLACE_ONE"],
  ["poisson_laplace", { q: 0.1, noiseMultiplier: 2, steps: 10, delta: 1e-5 }, "+-+-"],
  ["rdp_sgm_raw", { q: 0.01, noiseMultiplier: 1.1, alpha: 2.5 }, "+-+"],
  ["wor_gaussian", { datasetSize: 1000, sampleSize: 100, noiseMultiplier: 4, steps: 100, delta: 1e-5 }, "-+-+-"],
  ["zcdp_to_adp", { rho: 0.5, delta: 1e-6 }, "+-"],
  ["adp_to_zcdp", { epsilon: 1, delta: 1e-6 }, "++"],
  ["gdp", { mu: 2, epsilon: 3 }, "+-"],
  ["randomized_response", { noiseParameter: 0.5, numBuckets: 4, compositions: 5, delta: 1e-3 }, "-++-"],
  ["tree_aggregation", { noiseMultiplier: 8, stepCounts: 500, epochs: 4, delta: 1e-5 }, "-0+-"],
  ["composition_theorems", { epsilon: 0.1, delta: 1e-9, k: 100, totalDelta: 1e-6 }, "+++-"],
  [
    "distributed_dp",
    {
      n_clients: 100,
      dropout: 0.2,
      n_surviving: 80,
      dim: 1024,
      l2Clip: 1,
      gamma: 0.01,
      localStddev: 0.2,
      beta: 0.6,
      rounds: 3,
      delta: 1e-5,
    },
    "0+0++0--+-",
  ],
  ["shuffle", { n: 1000, epsilon0: 0.5, delta: 1e-6 }, "-+-"],
  ["exponential", { epsilon: 0.1, compositions: 100, delta: 1e-5 }, "++-"],
  ["permute_and_flip", { epsilon: 0.1, compositions: 30, delta: 1e-5 }, "++-"],
  [
    "truncated_poisson",
    { datasetSize: 1000, q: 0.1, truncatedBatch: 120, noiseMultiplier: 3, steps: 4, delta: 1e-6 },
    "0+--+-",
  ],
  ["mixture_of_gaussians", { stddev: 1, sensitivities: [0, 1, 2], probs: [0.5, 0.3, 0.2], delta: 1e-5 }, "-+ -"],
  ["repeat_and_select", { noiseMultiplier: 5, mean: 10, shape: 1, delta: 1e-6 }, "-+ -"],
  ["calibration", { q: 0.1, steps: 50, epsilon: 2, delta: 1e-6 }, "++--"],
  ["calibration_laplace", { epsilon: 1, delta: 1e-6, k: 100 }, "--+"],
];

describe("one percent more of an input moves the answer the right way", () => {
  test.each(moves.map((move) => [move[0], move] as const))("%s", (_, [group, inputs, signs, neighbouring = "any"]) => {
    const answer = (changed: object) => answerOf({ group, neighbouring, inputs: { ...inputs, ...changed } }).upper;
    const before = answer({});
    const directions = Object.entries(inputs).map(([name, value], index) => {
      const grow = (one: number) => (Number.isInteger(one) && one > 1 ? Math.ceil(one * 1.01) : one * 1.01);
      if (signs[index] === " ") return " ";
      const after = answer({ [name]: typeof value === "number" ? grow(value) : value.map(grow) });
      if (signs[index] === "0") return after >= before * (1 - 1e-9) ? "0" : `${name}: fell`;
      return after > before ? "+" : after < before ? "-" : `${name}: no move`;
    });
    expect(directions.join("")).toBe(signs);
  });

  test("heterogeneous plans follow every part", () => {
    const upper = (sigma: number, scale: number, count: number, delta = 1e-6) =>
      answerOf({
        group: "heterogeneous",
        neighbouring: "ADD_OR_REMOVE_ONE",
        inputs: {
          events: [
            { kind: "gaussian", param: sigma, count: 10 },
            { kind: "discreteLaplace", param: [1 / scale, 1], count },
            { kind: "epsDelta", param: [0.1, 1e-9], count: 2 },
            { kind: "poisson-sampled", param: { q: 0.1, noiseMultiplier: 3 } },
          ],
          delta,
        },
      }).upper;
    const before = upper(10, 10, 20);
    expect(upper(10.1, 10, 20)).toBeLessThan(before);
    expect(upper(10, 10.1, 20)).toBeLessThan(before);
    expect(upper(10, 10, 21)).toBeGreaterThan(before);
    expect(upper(10, 10, 20, 1.01e-6)).toBeLessThan(before);
  });
});

test("kinds go by several names, and not by those that every object has", () => {
  const upper = (kind: string) => {
    const events = [{ kind, param: [0.1, 3], count: 4 }];
    return answerOf({ group: "heterogeneous", neighbouring: "any", inputs: { events, delta: 1e-6 } }).upper;
  };
  const names = ["poissonGaussian", "subsampled_gaussian", "PoissonSubsampledGaussianMechanism", "sgm", "dpsgd"];
  expect(new Set(names.map(upper)).size).toBe(1);
  for (const name of ["constructor", "toString", "gauss"]) expect(() => upper(name)).toThrow("no mechanism is called");
});

test("an exponential mechanism is bounded by its range's Kullback-Leibler divergence and eighths of its square", () => {
  const upper = (epsilon: number, compositions: number, delta: number) =>
    answerOf({ group: "exponential", neighbouring: "any", inputs: { epsilon, compositions, delta } }).upper;
  // (α-1)ε²/8 + ε/(e^ε - 1) - 1 + ln((e^ε - 1)/ε) at the best of the usual orders, by mpmath
  expect(upper(1, 10, 1e-6)).toBeCloseTo(8.82988997333038, 9);
  expect(upper(0.2, 50, 1e-6)).toBeCloseTo(3.5422224660707, 9);
});

describe("the command", () => {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "paceline-reference-"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const run = (content: string) => {
    const path = join(folder, "cases.json");
    writeFileSync(path, content);
    const command = ["--conditions=paceline-source", "scripts/reference.ts", path];
    return spawnSync(process.execPath, command, { cwd: top, encoding: "utf8" });
  };
  const good = { id: "a", group: "gdp", mechanism: "", neighbouring: "any", inputs: { mu: 1, epsilon: 1 } };

  test("a list or {cases}: an entry a case, in order, and malformed ones do not take the others along", () => {
    const bad = [
      { ...good, inputs: { mu: "many", epsilon: 1 } },
      { id: "x" },
      7,
      { ...good, group: "numerology" },
      { ...good, group: "constructor" },
      { ...good, inputs: { mu: 1 } },
    ];
    const { status, stdout } = run(JSON.stringify({ cases: [good, ...bad, { ...good, id: "z" }] }));
    const entries = JSON.parse(stdout);
    expect(status).toBe(1);
    expect(entries.map(({ id }: { id: unknown }) => id)).toEqual(["a", "a", "x", null, "a", "a", "a", "z"]);
    expect(entries[0]).toMatchObject({ quantity: "delta", accountant: "gdp", ms: expect.any(Number) });
    expect(entries.slice(1, 7).map(({ error }: { error: { message: string } }) => error.message)).toEqual([
      "mu is not a number",
      "a case needs a group",
      "a case needs a group",
      'no group is called "numerology"',
      'no group is called "constructor"',
      "inputs lack delta or epsilon",
    ]);
    expect(entries[7]).toMatchObject({ upper: entries[0].upper, lower: entries[0].lower });
    expect(run(JSON.stringify([good])).status).toBe(0);
  });

  test.each(["", "{}", "7"])("a file with %j is refused", (content) => {
    const { status, stderr } = run(content);
    expect(status).toBe(64);
    expect(stderr).toContain("usage: npm run -s reference -- FILE");
  });
});
