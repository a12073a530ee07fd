// paceline account: the same guarantee from JSON, from a file and from flags; words for people; wrong input named.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { inProcess } from "./spawned.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "paceline-account-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const asked = ["--delta", "1e-6"];
const json = async (args: readonly string[]) => {
  const { code, out, err } = await inProcess(["account", ...args, "--json"]);
  expect([code, err]).toEqual([0, ""]);
  return JSON.parse(out);
};

test("flags, JSON and a file say the same", async () => {
  const event = { mechanism: "gaussian", noiseMultiplier: 10 };
  const composed = { mechanism: "composed", parts: [{ count: "100", event }] };
  const path = join(folder, "event.json");
  writeFileSync(path, JSON.stringify(composed));
  const byFlags = await json(["--gaussian", "10", "--count", "100", ...asked]);
  expect(byFlags).toMatchObject({
    quantity: "epsilon",
    accountant: "gdp",
    neighbouring: "add-or-remove-one",
    delta: 1e-6,
    epsilon: expect.closeTo(4.886554117462212, 9),
  });
  expect(await json([path, ...asked])).toEqual(byFlags);
  expect(await json([JSON.stringify(event), "--count", "100", ...asked])).toEqual(byFlags);
});

test("delta for an epsilon, sampling, and another relation", async () => {
  const there = await json(["--gaussian", "1", "--sampling", "0.1", "--epsilon", "1"]);
  const replaced = await json([
    "--gaussian",
    "1",
    "--sampling",
    "0.1",
    "--epsilon",
    "1",
    "--neighbouring",
    "replace-one",
  ]);
  expect(there.quantity).toBe("delta");
  expect(there.upper).toBeGreaterThanOrEqual(there.lower);
  expect(replaced.upper).toBeGreaterThan(there.upper);
});

test("people are told what it means and what it does not cover", async () => {
  const { code, out } = await inProcess(["account", "--laplace", "2", "--count", "3", "--delta", "0"]);
  expect(code).toBe(0);
  expect(out).toContain("laplace (noiseMultiplier 2), 3 times");
  expect(out).toMatch(/ε ≤ 1\.5 at δ = 0, add-or-remove-one/);
  expect(out).toMatch(/factor of at most e\^ε = 4\.48169/);
  expect(out).toContain("What it does not cover");
  expect(out).toContain("after seeing answers");
});

test("what is shown of an upper bound is never below it", async () => {
  for (const sigma of ["0.7", "1.3", "5", "77"]) {
    const { upper } = await json(["--gaussian", sigma, ...asked]);
    const { out } = await inProcess(["account", "--gaussian", sigma, ...asked]);
    const shown = Number(/ε ≤ ([\d.e+-]+) /.exec(out)?.[1]);
    expect(shown).toBeGreaterThanOrEqual(upper * (1 - 1.1e-9));
    expect(shown).toBeLessThan(upper * (1 + 1.1e-5));
  }
});

test("an exact value is spoken of only where it is known", async () => {
  const told = async (event: object) => (await inProcess(["account", JSON.stringify(event), ...asked])).out;
  expect(await told({ mechanism: "gaussian", noiseMultiplier: 2 })).toContain("its exact value is at least");
  expect(await told({ mechanism: "exponential", epsilon: 1 })).not.toContain("its exact value");
});

test("numbers at the ends of their range are still numbers", async () => {
  expect((await inProcess(["account", "--gaussian", "10", "--epsilon", "4"])).out).toContain("δ ≤ 1e-306 at ε = 4");
  expect(await json(['{"mechanism":"non-private"}', ...asked])).toMatchObject({
    upper: "Infinity",
    epsilon: "Infinity",
  });
});

test("who was left out is said, with why", async () => {
  const args = ["--gaussian", "1", "--sampling", "0.1", ...asked];
  const { out } = await inProcess(["account", ...args]);
  expect(out).toMatch(
    /Left out\n( {2}- .*\n)* {2}- optimal composition \(kov\): a gaussian event has no single epsilon/,
  );
  const { others } = await json(args);
  expect(others).toContainEqual({ accountant: "kov", refusal: expect.stringContaining("no single epsilon") });
});

test("no guarantee is called none", async () => {
  const { out } = await inProcess(["account", '{"mechanism":"non-private"}', ...asked]);
  expect(out).toContain("Nothing is guaranteed at δ = 0.000001");
});

const tree = '{"mechanism":"tree-aggregation","noiseMultiplier":1,"stepCounts":[4]}';
test.each<[string[], number, string]>([
  [[], 64, "either --delta"],
  [["--gaussian", "1"], 64, "either --delta"],
  [["--gaussian", "1", "--delta", "1e-6", "--epsilon", "1"], 64, "either --delta"],
  [[...asked], 64, "say what is to be accounted for"],
  [["--gaussian", "1", "--laplace", "1", ...asked], 64, "say what is to be accounted for"],
  [["x.json", "--gaussian", "1", ...asked], 64, "not both"],
  [["--gaussian", "many", ...asked], 64, "--gaussian must be a number"],
  [["--gaussian", "-1", ...asked], 64, "noiseMultiplier"],
  [["--gaussian", "1", "--delta", "1"], 64, "delta must lie between 0 and 1"],
  [["--gaussian", "1", "--epsilon", "-1"], 64, "epsilon must be a number of at least 0"],
  [["--gaussian", "1", "--sampling", "2", ...asked], 64, "probability"],
  [["--gaussian", "1", "--count", "1.5", ...asked], 64, "--count"],
  [["--gaussian", "1", "--neighbouring", "sideways", ...asked], 64, "replace-one"],
  [["/nowhere/event.json", ...asked], 66, "cannot be read"],
  [["{", ...asked], 65, "not JSON"],
  [['{"mechanism":"gauss"}', ...asked], 65, "Known are gaussian"],
  [['{"mechanism":"gaussian"}', ...asked], 65, "noiseMultiplier"],
  [[tree, ...asked], 78, "defined under zero-out"],
])("account %j ends with %i", async (args, code, words) => {
  const said = await inProcess(["account", ...args]);
  expect(said.code).toBe(code);
  expect(said.err).toContain(words);
  expect(said.out).toBe("");
  expect(said.err).not.toMatch(/^\s+at /m);
});
