// The last lines of .ci/run. Arguments: vitest's JSON report, then the names of the steps that failed.
import { existsSync, readFileSync } from "node:fs";

const [report = "", ...failedSteps] = process.argv.slice(2);

/** @type {{ numPassedTests: number, numFailedTests: number, numPendingTests: number, testResults: { name: string, status: string, assertionResults: unknown[] }[] }} */
const tests = existsSync(report)
  ? JSON.parse(readFileSync(report, "utf8"))
  : { numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, testResults: [] };

// A file that does not load has no test that could fail.
const unloadable = tests.testResults.filter((file) => file.status === "failed" && file.assertionResults.length === 0);
for (const { name } of unloadable) console.log(`did not load: ${name}`);
for (const step of failedSteps) console.log(`failed step: ${step}`);

// The step that runs the tests fails with its tests; it counts on its own only when no test tells why.
const failedTests = tests.numFailedTests + unloadable.length;
const otherSteps = failedSteps.filter((step) => step !== "tests" || failedTests === 0).length;
if (tests.numPendingTests > 0) console.log(`${tests.numPendingTests} tests skipped`);
console.log(`${tests.numPassedTests} passed, ${failedTests + otherSteps} failed`);
