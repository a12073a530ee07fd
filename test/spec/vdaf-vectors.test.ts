// Every official VDAF vector found beside the repository, and that the runner itself can fail.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { runVectorFile } from "./vectors.ts";

const directory = resolve(process.env.PACELINE_SHARED ?? "../shared", "vectors");
const present = existsSync(directory);
const files = present
  ? readdirSync(directory, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".json"))
  : [];
const read = (file: string): unknown => JSON.parse(readFileSync(join(directory, "vdaf", file), "utf8"));

describe.skipIf(!present)(`official vectors (skipped where ${directory} is absent)`, () => {
  test.each(files)("%s", (file) => {
    const outcome = runVectorFile(file, JSON.parse(readFileSync(join(directory, file), "utf8")));
    const mustRun = /(^|\/)(Prio3|XofTurboShake128|XofFixedKeyAes128)[^/]*$/.test(file);
    expect(outcome).toEqual(mustRun ? { status: "passed" } : { status: "skipped", reason: expect.any(String) });
  });

  test("an altered expectation fails, naming the operation", () => {
    const vector = read("Prio3Count_0.json") as { reports: { out_shares: string[] }[] };
    (vector.reports[0] as { out_shares: string[] }).out_shares[1] = "0000000000000000";
    expect(runVectorFile("Prio3Count_0.json", vector)).toMatchObject({ status: "failed", operation: "5: verify_next" });
    for (const file of ["XofTurboShake128.json", "XofFixedKeyAes128.json"]) {
      const xof = read(file) as { expanded_vec_field128: string };
      xof.expanded_vec_field128 = `00${xof.expanded_vec_field128.slice(2)}`;
      expect(runVectorFile(file, xof)).toMatchObject({ status: "failed", operation: "expand" });
    }
  });

  test("a refusal where none is expected fails, and the other way round", () => {
    const good = read("Prio3Histogram_0.json") as { operations: { success: boolean }[] };
    for (const operation of good.operations) operation.success = false;
    expect(runVectorFile("Prio3Histogram_0.json", good)).toMatchObject({ status: "failed", operation: "0: shard" });
    const bad = read("Prio3Count_bad_meas_share.json") as { operations: { success: boolean }[] };
    for (const operation of bad.operations) operation.success = true;
    expect(runVectorFile("Prio3Count_bad_meas_share.json", bad)).toMatchObject({ status: "failed" });
  });

  test("an error of the file is never taken for a refusal that it asks for", () => {
    const run = (file: unknown) => runVectorFile("folder/Prio3Count_bad.json", file);
    const read0 = () => read("Prio3Count_bad_meas_share.json") as { operations: object[] };
    expect(run(read0())).toEqual({ status: "passed" });
    const first = (change: object) => ({ operations: [{ ...read0().operations[0], ...change }] });
    for (const [word, change] of [
      ["verify_key", { verify_key: "xy" }],
      ["verify key", { verify_key: "00" }],
      ["operations", { operations: [] }],
      ["operations", { operations: undefined }],
      ["operation", first({ operation: "dance" })],
      ["report", first({ report_index: 7 })],
      ["aggregator", first({ aggregator_id: 2 })],
      ["shares", { shares: 256 }],
      ["reports", { reports: [] }],
    ] as const) {
      const outcome = run({ ...read0(), ...change });
      expect(outcome).toMatchObject({ status: "failed", reason: expect.stringContaining(word) });
    }
  });
});

test("what is no vector file fails with a reason", () => {
  for (const [name, json] of [
    ["Prio4_0.json", {}],
    ["package.json", {}],
    ["constructor.json", {}],
    ["Prio3Count_0.json", null],
    ["Prio3Count_0.json", []],
    ["Prio3Count_0.json", { operations: 1 }],
    ["XofTurboShake128.json", { seed: 5 }],
  ] as const)
    expect(runVectorFile(name, json)).toEqual({ status: "failed", operation: "read", reason: expect.any(String) });
});
