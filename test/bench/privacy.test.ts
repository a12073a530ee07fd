// The benchmark of the accountants: what is promised is measured, and our side of every job gives its answer.
import { describe, expect, test } from "vitest";
import { jobs, privacyBench } from "../../bench/privacy.ts";

test("every floor belongs to a row, and every row has one", () => {
  expect(Object.keys(privacyBench.floors).sort()).toEqual(jobs.map(({ name }) => name).sort());
});

describe("our side", () => {
  // dp-accounting 0.6.0 gave these: its grid makes it larger by up to 1e-4 a job, its search for noise stops within 1e-3.
  const known = [5.80697, 5.80697, 8.20444, 2.00419, 2.3557, 6.22995, 4.2246788893];
  test.each(jobs.map(({ name, work }, index) => [name, work, known[index]] as const))("%s", (name, work, value) => {
    const tolerance = name.includes("RDP") ? 1e-2 : 1e-3;
    expect(Math.abs(work() - (value as number))).toBeLessThan(tolerance);
  });
});
