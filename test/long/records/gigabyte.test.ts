import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";

test("an export of a gigabyte becomes days in 150 MB of heap, every value counted", () => {
  const program = join(import.meta.dirname, "gigabyte-user.ts");
  const words = ["--conditions=paceline-source", "--max-old-space-size=150", program, "1000000000"];
  const told = JSON.parse(execFileSync(process.execPath, words, { encoding: "utf8" })) as Record<string, number>;
  // Steps and energy, and heart rates twice: of the mean and of the highest.
  expect(told.values).toBeGreaterThan(1_500_000);
  expect(told.days).toBeGreaterThan(3000);
  expect(told.peak).toBeLessThan(150);
}, 600_000);
