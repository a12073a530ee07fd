// What the estimates of ten thousand cells take of memory, in a process of their own: no more than 64 MiB at any ε.
import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";

const script = `
import { cellsOf } from "./src/estimate/answers.ts";
import { releaseWith } from "./test/estimate/releases.ts";
let most = 0;
for (const [groups, bins] of [[2496, 4], [64, 156], [39, 256], [1, 256]])
  for (const epsilon of [1e-6, 0.1, 4, 16, 1e6]) {
    const edges = Array.from({ length: bins + 1 }, (_, i) => i);
    const counts = Array.from({ length: groups * bins }, (_, i) => (i * 7919) % 60);
    const names = Array.from({ length: groups }, (_, i) => String(i));
    const release = releaseWith({ edges, groups: names, epsilonTenths: 10 * epsilon }, counts);
    const before = process.memoryUsage.rss();
    cellsOf(release);
    most = Math.max(most, process.memoryUsage.rss() - before);
  }
console.log(most);
`;

test("ten thousand cells take no more than 64 MiB", () => {
  const options = ["--conditions=paceline-source", "--input-type=module", "--eval", script];
  const most = Number(execFileSync(process.execPath, options, { encoding: "utf8" }));
  expect(most).toBeGreaterThan(0);
  expect(most).toBeLessThan(64 * 2 ** 20);
});
