// examples/retention-helper/modes.mjs among a dozen phones, in both modes, through services in processes of their own. The page's own
// line, with five hundred, is run by retention-helper.test.ts.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { decodeModel } from "../../../src/learning/plan/training/model.ts";
import { top } from "../../house/files.ts";

const program = join(top, "examples/retention-helper/modes.mjs");

async function modes(...args: readonly string[]) {
  const child = spawn(process.execPath, ["--conditions=paceline-source", program, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [out, err] = ["", ""];
  child.stdout.on("data", (text) => {
    out += text;
  });
  child.stderr.on("data", (text) => {
    err += text;
  });
  const status = await new Promise((resolve) => child.once("close", resolve));
  return { status, out, err };
}

test("the same training by two aggregators and by one coordinator, side by side", async () => {
  const { status, out, err } = await modes("--members", "12", "--rounds", "1", "--json");
  expect([status, err]).toEqual([0, ""]);
  const { results } = JSON.parse(out) as { readonly results: readonly Record<string, unknown>[] };
  for (const [i, mode] of ["additive", "masked"].entries()) {
    const { model, bytesAPhone, ...result } = results[i] ?? {};
    expect(result).toMatchObject({ mode, because: "all rounds are done", rounds: 1, rho: "0.1" });
    expect(result.metric).toMatchObject({ accuracy: expect.any(Number), noiseSd: expect.any(Number) });
    expect((result.calibration as { readonly bins: readonly unknown[] }).bins).toHaveLength(2);
    // It learnt something, and of twelve phones it was mostly noise.
    expect(Math.hypot(...decodeModel(model as string).weights)).toBeGreaterThan(0);
    expect(bytesAPhone).toBeGreaterThan(i === 0 ? 100 : 1000);
  }
});

test.each([
  [["--mode", "both-at-once"], "--mode is additive, masked or both"],
  [["--members", "seven"], "8 members or more"],
])("%j is refused before anything is started", async (args, why) => {
  const { status, err } = await modes(...args);
  expect([status, err]).toEqual([1, expect.stringContaining(why)]);
});
