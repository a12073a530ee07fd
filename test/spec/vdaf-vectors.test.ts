// Every official VDAF vector found beside the repository, and that the runner itself can fail.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { runVectorFile } from "./vectors.ts";

const directory = resolve(process.env.PACELINE_SHARED ?? "../shared", "vectors/vdaf");
const present = existsSync(directory);
const files = present ? readdirSync(directory).filter((file) => file.endsWith(".json")) : [];
const read = (file: string): unknown => JSON.parse(readFileSync(join(directory, file), "utf8"));

describe.skipIf(!present)(`official vectors (skipped where ${directory} is absent)`, () => {
  test.each(files)("%s", (file) => {
    const outcome = runVectorFile(file, read(file));
    const mustRun = file.startsWith("Prio3") || file.startsWith("XofTurboShake128");
    expect(outcome).toEqual(mustRun ? { status: "passed" } : { status: "skipped", reason: expect.any(String) });
  });

  test("an altered expectation fails, naming the operation", () => {
    const vector = read("Prio3Count_0.json") as { reports: { out_shares: string[] }[] };
    (vector.reports[0] as { out_shares: string[] }).out_shares[1] = "0000000000000000";
    expect(runVectorFile("Prio3Count_0.json", vector)).toMatchObject({ status: "failed", operation: "5: verify_next" });
  });

  test("a refusal where none is expected fails, and the other way round", () => {
    const good = read("Prio3Histogram_0.json") as { operations: { success: boolean }[] };
    for (const operation of good.operations) operation.success = false;
    expect(runVectorFile("Prio3Histogram_0.json", good)).toMatchObject({ status: "failed", operation: "0: shard" });
    const bad = read("Prio3Count_bad_meas_share.json") as { operations: { success: boolean }[] };
    for (const operation of bad.operations) operation.success = true;
    expect(runVectorFile("Prio3Count_bad_meas_share.json", bad)).toMatchObject({ status: "failed" });
  });
});
